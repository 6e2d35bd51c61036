/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Archives: files of records, compressed block by block, which can be read on any machine, and up
 * to and after a damage. docs/format.md describes them so that other programs can read them, too.
 *
 * A writer and a reader each belong to one thread at a time and to no session.
 */
#ifndef TSPOOL_ARCHIVE_H
#define TSPOOL_ARCHIVE_H

#include <stdbool.h>
#include <tspool/decode.h>
#include <tspool/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/* When what was written is to be on the disk, whatever happens to the machine. */
enum tspool_archive_sync {
	TSPOOL_ARCHIVE_SYNC_CLOSE,	/* when a file is complete */
	TSPOOL_ARCHIVE_SYNC_BLOCK,	/* after each block, too */
	TSPOOL_ARCHIVE_SYNC_NEVER,	/* when the kernel likes */
};

#define TSPOOL_ARCHIVE_LEVEL_MAX	19

/* All zero: a new file, never rotated. Read during the call only. */
struct tspool_archive_options {
	const char *writer;	/* name and version of the program; NULL: none */
	const char *cpts;	/* CPT table, a line "CPT<tab>CPUs<tab>nodes" each; NULL: none */
	int level;		/* of zstd, 1 to TSPOOL_ARCHIVE_LEVEL_MAX; 0: zstd's default */
	enum tspool_archive_sync sync;
	uint32_t block_bytes;	/* frames that make a block; 0, or more than that: 256 KiB */
	bool append;		/* goes on behind what an archive of this name holds */
	uint64_t rotate_bytes;	/* a file that has so many is the last of them; 0: no limit */
	uint64_t rotate_ns;	/* and one that has been written for so long; 0: no limit */
};

/* What a writer has got. */
struct tspool_archive_totals {
	uint64_t records;	/* that are in blocks in a file */
	uint64_t losses;	/* LOST frames there */
	uint64_t frame_bytes;	/* of both, as they came */
	uint64_t file_bytes;	/* that these have there */
	uint64_t files;
	uint64_t unwritten;	/* records that are in none: after an error, or still in memory */
};

struct tspool_archive_writer;

/*
 * Begins an archive. Where the file exists it must be an archive, and append be set; it is locked
 * (flock(2)) against other writers. *writer is NULL only without memory; otherwise it is to be
 * closed, and has the sentence.
 *
 * -EEXIST: it exists. -EBADMSG: it is no archive. -EBUSY: another program writes it. -EINVAL: no
 * such level. -ENOMEM. Others: as open(2) and write(2).
 */
int tspool_archive_create(const char *path, const struct tspool_archive_options *options,
			  struct tspool_archive_writer **writer);

/*
 * Adds a record or a loss, by its frame: a whole struct as the decoder gives it. cgroup is the path
 * of its cgroup, NULL if that is not known. Nothing is written before a block is full, or was
 * waiting for a second, see below.
 *
 * A negative errno, of write(2) mostly, is the end of writing: what is in the file stays whole,
 * this record and those that follow are counted as unwritten. Every further call fails the same
 * way.
 */
int tspool_archive_put(struct tspool_archive_writer *writer, const struct tspool_frame *frame,
		       const char *cgroup);

/* Milliseconds until tspool_archive_tick() has something to do; -1: it has nothing to do. */
int tspool_archive_timeout_ms(const struct tspool_archive_writer *writer);

/* Writes what has waited long enough, and rotates the file if it is time. Errors as above. */
int tspool_archive_tick(struct tspool_archive_writer *writer);

/*
 * Ends the file and begins the next one of the same name. The old one gets the time at the end of
 * its name (".20261122-154003"), and if there is such a file a number; unless somebody else has
 * moved it away already. Then an empty file may be in its place, as logrotate(8) makes it: it
 * becomes the next one. Errors as above, and those of rename(2) and link(2).
 */
int tspool_archive_rotate(struct tspool_archive_writer *writer);

/*
 * Writes what waits, and the index. After an error it still writes the index if that is possible,
 * and returns the error.
 */
int tspool_archive_finish(struct tspool_archive_writer *writer);

/* The sentence of the error, without a full stop; valid as long as the writer. */
const char *tspool_archive_writer_error(const struct tspool_archive_writer *writer);

struct tspool_archive_totals tspool_archive_totals(const struct tspool_archive_writer *writer);

/* Ends the writer. What tspool_archive_finish() did not write is gone. NULL is allowed. */
void tspool_archive_writer_close(struct tspool_archive_writer *writer);

enum tspool_damage_kind {
	TSPOOL_DAMAGE_HEAD,	/* no block begins where one should */
	TSPOOL_DAMAGE_CONTENT,	/* a block's bytes are not those that were written */
	TSPOOL_DAMAGE_CUT,	/* the file ends inside a block */
	TSPOOL_DAMAGE_MISSING,	/* blocks are missing between two whole ones */
	TSPOOL_DAMAGE_UNFINISHED, /* the end is missing: it was cut off, or the writer was killed */
	TSPOOL_DAMAGE_VERSION,	/* blocks of a later version of the format */
};

struct tspool_damage {
	enum tspool_damage_kind kind;
	uint64_t offset;	/* in the file, in bytes */
	uint64_t bytes;		/* passed over */
	uint64_t records;	/* lost, as far as is known */
	bool more;		/* there may be more of them */
	/* The same as a frame: cause TSPOOL_CAUSE_FILE_DAMAGED, of TSPOOL_CPT_ANY. */
	struct tspool_lost lost;
};

/* What is wanted of an archive. All zero: all of it. */
struct tspool_archive_range {
	uint64_t since_ns;	/* since the epoch, both included */
	uint64_t until_ns;	/* 0: no limit */
	bool follow;		/* the file may still grow: its end is not the end */
};

struct tspool_archive_reader;

/*
 * Opens an archive. *reader is NULL on failure.
 *
 * -EBADMSG: there is not one block in it. -ENODATA: it is empty, and not to be followed. -ESPIPE:
 * it is no regular file. -ENOMEM. Others: as open(2) and read(2).
 */
int tspool_archive_open(const char *path, const struct tspool_archive_range *range,
			struct tspool_archive_reader **reader);

/*
 * The next frame, as tspool_decode() gives it, of those in the range. Records without a time are
 * outside of every range but the whole one; losses without a time are in all of them. By the heads
 * of blocks, and where there is an index by that, blocks without any are passed over unread.
 *
 * Returns 1 and sets *frame, which is valid until the next call. 0: the end; of a file that is
 * followed there may be more later. 2: something is damaged here, which was passed over, see
 * tspool_archive_damage(); the next call goes on behind it. -EOPNOTSUPP: frames of a machine with
 * the other byte order. -ENOMEM. Others: as read(2).
 */
int tspool_archive_next(struct tspool_archive_reader *reader, const struct tspool_frame **frame);

/* From now on the end of the file is the end, because another one has its name. */
void tspool_archive_unfollow(struct tspool_archive_reader *reader);

/* About the last damage; valid until the next call of tspool_archive_next(). */
const struct tspool_damage *tspool_archive_damage(const struct tspool_archive_reader *reader);

/* What the kind of a damage means, as a part of a sentence: "a block is damaged". */
const char *tspool_damage_text(enum tspool_damage_kind kind);

/*
 * The path that the record's cgroup had when it was written; NULL: not known. As valid as a frame.
 */
const char *tspool_archive_cgroup(const struct tspool_archive_reader *reader,
				  const struct tspool_record *record);

/*
 * About the machine and the writer of the frame given last, as lines "name<tab>value"; NULL where
 * that is damaged. Valid until the next call of tspool_archive_next().
 */
const char *tspool_archive_machine(const struct tspool_archive_reader *reader);

/* Where reading is, in bytes, and how long the file was when it was last looked at. */
uint64_t tspool_archive_place(const struct tspool_archive_reader *reader);
uint64_t tspool_archive_size(const struct tspool_archive_reader *reader);

/* The number of this file among those that its writer made one after the other; 0: not known. */
uint32_t tspool_archive_part(const struct tspool_archive_reader *reader);

/* Whether the file at a path is this one. */
bool tspool_archive_is_at(const struct tspool_archive_reader *reader, const char *path);

/* NULL is allowed. */
void tspool_archive_close(struct tspool_archive_reader *reader);

#ifdef __cplusplus
}
#endif

#endif /* TSPOOL_ARCHIVE_H */
