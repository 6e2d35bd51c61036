/* SPDX-License-Identifier: GPL-2.0-only */
/* Archives of frames by their number (archive_frames.h), written to memory and read back. */
#ifndef TSP_ARCHIVE_FILE_H
#define TSP_ARCHIVE_FILE_H

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <tspool/archive.h>
#include <unistd.h>

#include "archive_frames.h"

/* A file without a name, and a path that leads to it. */
struct memory_file {
	int fd;
	char path[32];
};

static inline struct memory_file memory_file_new(const void *bytes, size_t length)
{
	struct memory_file file = { .fd = memfd_create("archive", MFD_CLOEXEC) };

	ck_assert_int_ge(file.fd, 0);
	if (length)
		ck_assert_int_eq(pwrite(file.fd, bytes, length, 0), (ssize_t)length);
	snprintf(file.path, sizeof(file.path), "/proc/self/fd/%d", file.fd);
	return file;
}

static inline void memory_file_set(const struct memory_file *file, const void *bytes, size_t length)
{
	ck_assert_int_eq(ftruncate(file->fd, 0), 0);
	if (length)
		ck_assert_int_eq(pwrite(file->fd, bytes, length, 0), (ssize_t)length);
}

/* All that is in it, to be freed. */
static inline unsigned char *memory_file_bytes(const struct memory_file *file, size_t *length)
{
	unsigned char *bytes;
	struct stat status;

	ck_assert_int_eq(fstat(file->fd, &status), 0);
	*length = (size_t)status.st_size;
	bytes = malloc(*length + 1);
	ck_assert_ptr_nonnull(bytes);
	ck_assert_int_eq(pread(file->fd, bytes, *length, 0), (ssize_t)*length);
	return bytes;
}

static inline void put_frames(struct tspool_archive_writer *writer, uint64_t first, uint64_t behind)
{
	char path[64];

	for (uint64_t number = first; number < behind; number++) {
		union any_frame any = make_frame(number);

		ck_assert_int_eq(tspool_archive_put(writer, &any.frame,
						    make_cgroup(&any, path, sizeof(path))),
				 0);
	}
}

/* Appends frames of these numbers, as one section. */
static inline void append_frames(const char *path, uint64_t first, uint64_t behind,
				 uint32_t block_bytes)
{
	const struct tspool_archive_options options = { .append = true,
							.block_bytes = block_bytes,
							.sync = TSPOOL_ARCHIVE_SYNC_NEVER };
	struct tspool_archive_writer *writer;

	ck_assert_int_eq(tspool_archive_create(path, &options, &writer), 0);
	put_frames(writer, first, behind);
	ck_assert_int_eq(tspool_archive_finish(writer), 0);
	tspool_archive_writer_close(writer);
}

/* The number by which a frame was made. */
static inline uint64_t number_of(const struct tspool_frame *frame)
{
	if (tspool_frame_lost(frame))
		return tspool_frame_lost(frame)->first_seq;
	return tspool_frame_record(frame)->seq;
}

/* It is what was written, all of it. */
static inline void expect_frame(const struct tspool_archive_reader *reader,
				const struct tspool_frame *frame)
{
	union any_frame any = make_frame(number_of(frame));
	const char *wanted, *cgroup;
	char path[64];

	ck_assert_uint_eq(frame->type, any.frame.type);
	if (tspool_frame_lost(frame)) {
		ck_assert_mem_eq(frame, &any.lost, sizeof(any.lost));
		return;
	}
	ck_assert_mem_eq(frame, &any.record, sizeof(any.record));
	wanted = make_cgroup(&any, path, sizeof(path));
	cgroup = tspool_archive_cgroup(reader, tspool_frame_record(frame));
	ck_assert_int_eq(!wanted, !cgroup);
	if (wanted)
		ck_assert_str_eq(cgroup, wanted);
}

#endif /* TSP_ARCHIVE_FILE_H */
