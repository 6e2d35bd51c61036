// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reader of archives, on files of any bytes. The first byte tells how they are made:
 *  - 0: the file is the rest as it is;
 *  - else: the rest is blocks, each of 88 bytes for its head behind the magic and 2 for the length
 *    of its content, then that. They are sealed as a writer does, so that what the checksums let
 *    through is looked at. With an odd number the content is stored as it is, which is no zstd.
 * Whatever is there, the reader comes to an end, and gives frames of known types; of a range of
 * times those that are in it, and not more of them than there are.
 */
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <tspool/archive.h>
#include <unistd.h>
#include <zstd.h>

#include "archive_block.h"
#include "fuzz.h"

#define FIELDS_BYTES	(sizeof(struct tsp_block_head) - TSP_BLOCK_MAGIC_BYTES)
#define FILE_MAX	((size_t)1 << 20)
/* More than any file of this size can hold, were each byte a damage. */
#define STEPS_MAX	((size_t)4 << 20)

static uint8_t file_bytes[FILE_MAX];
static char path[32];

static size_t put_block(size_t place, const uint8_t *fields, const uint8_t *content, size_t length,
			bool packed)
{
	struct tsp_block_head head;
	uint8_t *stored = file_bytes + place + sizeof(head);

	if (place + sizeof(head) + ZSTD_compressBound(length) > FILE_MAX)
		return place;
	memcpy((uint8_t *)&head + TSP_BLOCK_MAGIC_BYTES, fields, FIELDS_BYTES);
	head.content_bytes = (uint32_t)length;
	head.stored_bytes = (uint32_t)length;
	if (packed)
		head.stored_bytes = (uint32_t)ZSTD_compress(stored, ZSTD_compressBound(length),
							    content, length, 1);
	else
		memcpy(stored, content, length);
	head.type %= 6;
	if (head.names_bytes > length)
		head.names_bytes %= (uint32_t)length + 1;
	tsp_block_seal(&head, stored);
	memcpy(file_bytes + place, &head, sizeof(head));
	return place + sizeof(head) + le32toh(head.stored_bytes);
}

static size_t put_blocks(const uint8_t *bytes, size_t size, bool packed)
{
	size_t place = 0;

	while (size >= FIELDS_BYTES + 2) {
		size_t length = bytes[FIELDS_BYTES] | (size_t)bytes[FIELDS_BYTES + 1] << 8;
		size_t left = size - FIELDS_BYTES - 2;

		length = length < left ? length : left;
		place = put_block(place, bytes, bytes + FIELDS_BYTES + 2, length, packed);
		bytes += FIELDS_BYTES + 2 + length;
		size = left - length;
	}
	return place;
}

static void write_file(size_t length)
{
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("archive", MFD_CLOEXEC);
		MUST(fd >= 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	MUST(!ftruncate(fd, 0));
	MUST(pwrite(fd, file_bytes, length, 0) == (ssize_t)length);
}

static bool is_in(const struct tspool_archive_range *range, const struct tspool_frame *frame)
{
	uint64_t time = tspool_frame_lost(frame) ? tspool_frame_lost(frame)->wall_time_ns :
						   tspool_frame_record(frame)->exit_wall_time_ns;

	if (!time)
		return tspool_frame_lost(frame);
	return time >= range->since_ns && time <= range->until_ns;
}

static void check_damage(const struct tspool_archive_reader *reader)
{
	const struct tspool_damage *damage = tspool_archive_damage(reader);

	MUST(tspool_damage_text(damage->kind));
	MUST(damage->offset <= FILE_MAX && damage->bytes <= FILE_MAX);
	MUST(damage->lost.cause == TSPOOL_CAUSE_FILE_DAMAGED);
}

/*
 * Reads all, up to frames of the other byte order. Returns how many frames are in the middle range,
 * or were said to be; in *refused whether there were such.
 */
static size_t read_all(const struct tspool_archive_range *range,
		       const struct tspool_archive_range *counted, bool *refused)
{
	struct tspool_archive_reader *reader;
	const struct tspool_frame *frame;
	size_t count = 0, steps = 0;
	int ret;

	*refused = false;
	ret = tspool_archive_open(path, range, &reader);
	if (ret) {
		MUST(!reader);
		return 0;
	}
	while ((ret = tspool_archive_next(reader, &frame)) > 0) {
		MUST(++steps < STEPS_MAX);
		if (ret == 2) {
			check_damage(reader);
			continue;
		}
		MUST(!tspool_frame_lost(frame) == !!tspool_frame_record(frame));
		MUST(!range || range->follow || is_in(range, frame));
		if (tspool_frame_record(frame))
			(void)tspool_archive_cgroup(reader, tspool_frame_record(frame));
		count += is_in(counted, frame);
	}
	MUST(!ret || ret == -EOPNOTSUPP || ret == -ENOMEM);
	*refused = ret == -EOPNOTSUPP;
	tspool_archive_close(reader);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const struct tspool_archive_range middle = { .since_ns = UINT64_C(1) << 60,
						     .until_ns = UINT64_C(1) << 62 };
	const struct tspool_archive_range followed = { .follow = true };
	size_t length = size, all, some;
	bool refused, unused;

	if (!size || size > FILE_MAX)
		return 0;
	if (bytes[0])
		length = put_blocks(bytes + 1, size - 1, !(bytes[0] & 1));
	else
		memcpy(file_bytes, bytes + 1, --length);
	write_file(length);
	/*
	 * A head may lie about its times, and an index about anything: then less is given. With a
	 * range the reader may step over what it refuses, and come to what is behind it.
	 */
	all = read_all(NULL, &middle, &refused);
	some = read_all(&middle, &middle, &unused);
	MUST(some <= all || refused);
	(void)read_all(&followed, &middle, &unused);
	return 0;
}
