// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tspool/archive.h>

#include "archive_machine.h"
#include "archive_names.h"
#include "archive_section.h"

/* A block is written when it has so much content at most, or has waited for so long. */
#define BLOCK_BYTES	((size_t)256 << 10)
#define WAIT_NS		NS_PER_S

#define NS_PER_S	1000000000ULL
#define NS_PER_MS	1000000ULL

struct tspool_archive_writer {
	struct tspool_archive_options options;
	char *path;
	char *machine;
	size_t machine_bytes;
	struct tsp_section section;
	uint64_t file_since_ns;		/* on the monotonic clock, as the next */
	uint64_t block_since_ns;
	struct tsp_block_head block;	/* of what is collected */
	size_t frames_bytes;
	unsigned char *frames;
	unsigned char *names_text;	/* names_bytes of the head */
	struct tsp_names names;
	struct tspool_archive_totals totals;
	int failure;			/* a negative errno */
	char error[PATH_MAX + 200];
};

static uint64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* The first failure is the one to be told. */
static int fail(struct tspool_archive_writer *writer, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(struct tspool_archive_writer *writer, int err, const char *format, ...)
{
	va_list args;

	if (writer->failure)
		return writer->failure;
	writer->failure = err;
	va_start(args, format);
	vsnprintf(writer->error, sizeof(writer->error), format, args);
	va_end(args);
	return err;
}

static const char *opening_fault(int err)
{
	switch (err) {
	case -EEXIST:
		return "it exists already";
	case -EBADMSG:
		return "it is no archive, so nothing is appended to it";
	case -EBUSY:
		return "another program writes it";
	case -ESPIPE:
		return "it is no regular file";
	case -ELOOP:
		return "it is a symbolic link";
	default:
		return strerror(-err);
	}
}

static int fail_to_write(struct tspool_archive_writer *writer, int err)
{
	return fail(writer, err, "'%s' can't be written: %s", writer->path, strerror(-err));
}

static void begin_block(struct tspool_archive_writer *writer)
{
	writer->block = (struct tsp_block_head){ .first_time_ns = UINT64_MAX };
	writer->frames_bytes = 0;
	tsp_names_clear(&writer->names);
}

static int begin_file(struct tspool_archive_writer *writer, enum tsp_output_begin begin)
{
	struct tsp_section *section = &writer->section;
	int err;

	err = tsp_output_open(&section->output, writer->path, begin);
	if (err)
		return fail(writer, err, "'%s' can't be written: %s", writer->path,
			    opening_fault(err));
	writer->totals.files++;
	writer->file_since_ns = monotonic_ns();
	err = tsp_section_begin(section, (uint32_t)writer->totals.files, writer->machine,
				writer->machine_bytes);
	if (err)
		return fail_to_write(writer, err);
	writer->totals.file_bytes += section->output.bytes;
	return 0;
}

static void choose_block_bytes(struct tspool_archive_options *options)
{
	if (!options->block_bytes || options->block_bytes > BLOCK_BYTES)
		options->block_bytes = BLOCK_BYTES;
}

static int set_up(struct tspool_archive_writer *writer, const char *path)
{
	int err;

	choose_block_bytes(&writer->options);
	writer->path = strdup(path);
	writer->frames = malloc(BLOCK_BYTES);
	writer->names_text = malloc(BLOCK_BYTES);
	writer->machine = tsp_machine_text(writer->options.writer, writer->options.cpts,
					   &writer->machine_bytes);
	if (!writer->path || !writer->frames || !writer->names_text || !writer->machine)
		return fail(writer, -ENOMEM, "no memory for an archive");
	err = tsp_section_init(&writer->section, writer->options.level);
	if (err == -EINVAL)
		return fail(writer, err, "zstd has no level %d", writer->options.level);
	if (err)
		return fail(writer, err, "no memory to compress an archive");
	writer->section.sync_blocks = writer->options.sync == TSPOOL_ARCHIVE_SYNC_BLOCK;
	begin_block(writer);
	return begin_file(writer, writer->options.append ? TSP_OUTPUT_APPEND : TSP_OUTPUT_NEW);
}

int tspool_archive_create(const char *path, const struct tspool_archive_options *options,
			  struct tspool_archive_writer **writer)
{
	static const struct tspool_archive_options defaults;

	*writer = calloc(1, sizeof(**writer));
	if (!*writer)
		return -ENOMEM;
	(*writer)->options = options ? *options : defaults;
	(*writer)->section.output.fd = -1;
	return set_up(*writer, path);
}

/* Frames and names become one content. */
static int write_block(struct tspool_archive_writer *writer)
{
	struct tsp_block_head *block = &writer->block;
	uint64_t before = writer->section.output.bytes;
	int err;

	if (!writer->frames_bytes)
		return 0;
	memcpy(writer->frames + writer->frames_bytes, writer->names_text, block->names_bytes);
	err = tsp_section_put(&writer->section, *block, writer->frames,
			      writer->frames_bytes + block->names_bytes);
	if (err)
		return fail_to_write(writer, err);

	writer->totals.records += block->records;
	writer->totals.losses += block->losses;
	writer->totals.frame_bytes += writer->frames_bytes;
	writer->totals.file_bytes += writer->section.output.bytes - before;
	writer->totals.unwritten -= block->records;
	begin_block(writer);
	return 0;
}

/* What is synchronized at its end is on the disk, name and all. */
static int close_file(struct tspool_archive_writer *writer)
{
	struct tsp_section *section = &writer->section;
	uint64_t before = section->output.bytes;
	int err, closing;

	err = tsp_section_end(section);
	writer->totals.file_bytes += section->output.bytes - before;
	if (!err && writer->options.sync != TSPOOL_ARCHIVE_SYNC_NEVER) {
		err = tsp_output_sync(&section->output);
		if (!err)
			err = tsp_output_sync_directory(writer->path);
	}
	closing = tsp_output_close(&section->output);
	return err ? err : closing;
}

int tspool_archive_rotate(struct tspool_archive_writer *writer)
{
	int err;

	if (writer->failure || write_block(writer))
		return writer->failure;
	/* Moved while it is open: the name tells then whether it is still this file. */
	err = tsp_output_move_away(&writer->section.output, writer->path);
	if (err)
		return fail(writer, err, "'%s' can't be renamed: %s", writer->path, strerror(-err));
	err = close_file(writer);
	if (err)
		return fail_to_write(writer, err);
	return begin_file(writer, TSP_OUTPUT_NEXT);
}

/* The time of a frame, 0 if it has none. */
static uint64_t time_of(const struct tspool_frame *frame)
{
	const struct tspool_record *record = tspool_frame_record(frame);
	const struct tspool_lost *lost = tspool_frame_lost(frame);

	if (lost)
		return lost->wall_time_ns;
	return record ? record->exit_wall_time_ns : 0;
}

static void widen(struct tsp_block_head *block, uint64_t first, uint64_t last)
{
	if (first < block->first_time_ns)
		block->first_time_ns = first;
	if (last > block->last_time_ns)
		block->last_time_ns = last;
}

static void count(struct tsp_block_head *block, const struct tspool_frame *frame)
{
	const struct tspool_lost *lost = tspool_frame_lost(frame);
	uint64_t time = time_of(frame);

	if (time)
		widen(block, time, time);
	else if (lost)
		widen(block, 0, UINT64_MAX);
	if (!lost) {
		block->records++;
		return;
	}
	block->losses++;
	if (lost->count != TSPOOL_COUNT_UNKNOWN)
		block->lost += lost->count;
}

/* A frame longer than what this library knows is cut to that. */
static size_t frame_bytes(const struct tspool_frame *frame)
{
	size_t whole = sizeof(struct tspool_record);

	if (tspool_frame_lost(frame))
		whole = sizeof(struct tspool_lost);
	return frame->size < whole ? frame->size : whole;
}

static void add_frame(struct tspool_archive_writer *writer, const struct tspool_frame *frame)
{
	unsigned char *place = writer->frames + writer->frames_bytes;
	size_t bytes = frame_bytes(frame);
	uint16_t size = (uint16_t)bytes;

	memcpy(place, frame, bytes);
	memcpy(place + offsetof(struct tspool_frame, size), &size, sizeof(size));
	writer->frames_bytes += bytes;
	count(&writer->block, frame);
}

/* The path of a record's cgroup that is to be added, with its id; NULL: none. */
static const char *new_name(const struct tspool_archive_writer *writer,
			    const struct tspool_frame *frame, const char *cgroup, uint64_t *id)
{
	const struct tspool_record *record = tspool_frame_record(frame);

	if (!record || !cgroup || !tspool_record_has(record, TSPOOL_FIELD_cgroup_id) ||
	    strlen(cgroup) >= PATH_MAX)
		return NULL;
	*id = record->cgroup_id;
	return tsp_names_find(&writer->names, *id) ? NULL : cgroup;
}

/* The copy in the block is the path that is known from then on. */
static void add_name(struct tspool_archive_writer *writer, uint64_t id, const char *path)
{
	unsigned char *place = writer->names_text + writer->block.names_bytes;

	tsp_name_put(place, id, path);
	tsp_names_add(&writer->names, id, (const char *)place + sizeof(id));
	writer->block.names_bytes += (uint32_t)tsp_name_bytes(path);
}

/* A block takes one frame in any case. */
static bool has_room(const struct tspool_archive_writer *writer, size_t bytes)
{
	size_t used = writer->frames_bytes + writer->block.names_bytes;

	return !used || (used + bytes <= writer->options.block_bytes &&
			 writer->names.count < TSP_BLOCK_NAMES_MAX);
}

static int rotate_if_full(struct tspool_archive_writer *writer)
{
	uint64_t limit = writer->options.rotate_bytes;

	if (!limit || writer->section.output.bytes < limit || !writer->section.records)
		return 0;
	return tspool_archive_rotate(writer);
}

static int put(struct tspool_archive_writer *writer, const struct tspool_frame *frame,
	       const char *cgroup)
{
	uint64_t id;
	const char *name = new_name(writer, frame, cgroup, &id);

	if (!has_room(writer, frame_bytes(frame) + (name ? tsp_name_bytes(name) : 0))) {
		if (write_block(writer) || rotate_if_full(writer))
			return writer->failure;
		name = new_name(writer, frame, cgroup, &id);
	}
	if (!writer->frames_bytes)
		writer->block_since_ns = monotonic_ns();
	if (name)
		add_name(writer, id, name);
	add_frame(writer, frame);
	return 0;
}

int tspool_archive_put(struct tspool_archive_writer *writer, const struct tspool_frame *frame,
		       const char *cgroup)
{
	if (tspool_frame_record(frame))
		writer->totals.unwritten++;
	return writer->failure ? writer->failure : put(writer, frame, cgroup);
}

static bool rotates_by_time(const struct tspool_archive_writer *writer)
{
	return writer->options.rotate_ns && (writer->section.records || writer->frames_bytes);
}

int tspool_archive_timeout_ms(const struct tspool_archive_writer *writer)
{
	uint64_t now = monotonic_ns(), due = UINT64_MAX;

	if (writer->failure)
		return -1;
	if (writer->frames_bytes)
		due = writer->block_since_ns + WAIT_NS;
	if (rotates_by_time(writer) && writer->file_since_ns + writer->options.rotate_ns < due)
		due = writer->file_since_ns + writer->options.rotate_ns;
	if (due == UINT64_MAX)
		return -1;
	if (due <= now)
		return 0;
	due = (due - now + NS_PER_MS - 1) / NS_PER_MS;
	return due < INT_MAX ? (int)due : INT_MAX;
}

int tspool_archive_tick(struct tspool_archive_writer *writer)
{
	uint64_t now;

	if (writer->failure)
		return writer->failure;
	now = monotonic_ns();
	if (rotates_by_time(writer) && now - writer->file_since_ns >= writer->options.rotate_ns)
		return tspool_archive_rotate(writer);
	if (!writer->frames_bytes || now - writer->block_since_ns < WAIT_NS)
		return 0;
	return write_block(writer) ? writer->failure : rotate_if_full(writer);
}

int tspool_archive_finish(struct tspool_archive_writer *writer)
{
	int err;

	if (writer->section.output.fd < 0)
		return writer->failure;
	if (!writer->failure)
		write_block(writer);
	err = close_file(writer);
	return err ? fail_to_write(writer, err) : writer->failure;
}

const char *tspool_archive_writer_error(const struct tspool_archive_writer *writer)
{
	return writer->error;
}

struct tspool_archive_totals tspool_archive_totals(const struct tspool_archive_writer *writer)
{
	return writer->totals;
}

void tspool_archive_writer_close(struct tspool_archive_writer *writer)
{
	if (!writer)
		return;
	if (writer->section.zstd)
		tsp_section_free(&writer->section);
	free(writer->machine);
	free(writer->names_text);
	free(writer->frames);
	free(writer->path);
	free(writer);
}
