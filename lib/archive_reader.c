// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tspool/archive.h>

#include "archive_input.h"
#include "archive_machine.h"
#include "archive_names.h"
#include "archive_seek.h"

/* What tspool_archive_next() may return; here also: look at the next block. */
enum step {
	STEP_END,
	STEP_FRAME,
	STEP_DAMAGE,
	STEP_ON,
};

struct tspool_archive_reader {
	struct tsp_input input;
	struct tspool_archive_range range;
	struct tsp_seek seek;
	uint64_t place;			/* of the next block */

	uint64_t section;
	uint64_t next_record;		/* records before the next block, as far as is known */
	char *machine;

	struct tsp_block_head block;	/* the one that is decoded */
	uint64_t block_place;
	uint64_t given;			/* records of it */
	struct tspool_decoder decoder;
	struct tsp_names names;

	struct tspool_damage damage;

	uint32_t part;
	bool seeks;
	bool jumped;			/* to the next block */
	bool in_section;		/* it was begun and has not ended */
	bool foreign;			/* byte order */
	bool damaged;			/* no whole block was found behind that yet */
};

static bool has_range(const struct tspool_archive_range *range)
{
	return range->since_ns || range->until_ns != UINT64_MAX;
}

static int open_reader(struct tspool_archive_reader *reader, const char *path)
{
	struct tsp_block_head head;
	uint64_t place = 0;
	int ret;

	ret = tsp_input_open(&reader->input, path);
	if (ret)
		return ret;
	ret = tsp_input_head(&reader->input, 0, &head);
	if (ret == TSP_FOUND_END)
		return reader->range.follow ? 0 : -ENODATA;
	if (ret == TSP_FOUND_DAMAGE)
		ret = tsp_input_search(&reader->input, &place);
	if (ret < 0)
		return ret;
	return ret == TSP_FOUND_END ? -EBADMSG : 0;
}

/* Where an index fails to tell all, the heads of all blocks do. */
static int load_seek(struct tspool_archive_reader *reader)
{
	int err;

	if (reader->range.follow || !has_range(&reader->range))
		return 0;
	err = tsp_seek_load(&reader->seek, &reader->input);
	reader->seeks = !err;
	return err == -ENODATA ? 0 : err;
}

int tspool_archive_open(const char *path, const struct tspool_archive_range *range,
			struct tspool_archive_reader **reader)
{
	struct tspool_archive_reader *opened = calloc(1, sizeof(*opened));
	int err;

	*reader = NULL;
	if (!opened)
		return -ENOMEM;
	opened->input.fd = -1;
	if (range)
		opened->range = *range;
	if (!opened->range.until_ns)
		opened->range.until_ns = UINT64_MAX;
	err = open_reader(opened, path);
	if (!err)
		err = load_seek(opened);
	if (err) {
		tspool_archive_close(opened);
		return err;
	}
	*reader = opened;
	return 0;
}

/* Records: what is known to be lost, unless a whole block behind it tells more. */
static void begin_damage(struct tspool_archive_reader *reader, enum tspool_damage_kind kind,
			 uint64_t records)
{
	if (reader->damaged)
		return;
	reader->damaged = true;
	reader->damage = (struct tspool_damage){
		.kind = kind,
		.offset = reader->place,
		.records = records,
	};
}

static enum step end_damage(struct tspool_archive_reader *reader, uint64_t records, bool more)
{
	struct tspool_damage *damage = &reader->damage;

	reader->damaged = false;
	damage->bytes = reader->place - damage->offset;
	damage->records = records;
	damage->more = more;
	damage->lost = (struct tspool_lost){
		.frame.size = sizeof(damage->lost),
		.frame.type = TSPOOL_FRAME_LOST,
		.frame.version = TSPOOL_FRAME_VERSION,
		.frame.cpt = TSPOOL_CPT_ANY,
		.count = more ? TSPOOL_COUNT_UNKNOWN : records,
		.cause = TSPOOL_CAUSE_FILE_DAMAGED,
	};
	return STEP_DAMAGE;
}

/* Tells of a damage that takes no bytes: something is not there. */
static enum step tell_of(struct tspool_archive_reader *reader, enum tspool_damage_kind kind,
			 uint64_t records, bool more)
{
	begin_damage(reader, kind, records);
	return end_damage(reader, records, more);
}

/*
 * Whether the file may still grow, or has grown since it was looked at. In this order: a writer
 * that ends between the two has written its last blocks before it let go of the file.
 */
static int look_on(struct tspool_archive_reader *reader, bool *grows, bool *grown)
{
	uint64_t size = reader->input.size;
	int err;

	*grows = reader->range.follow || tsp_input_is_written(&reader->input);
	err = tsp_input_look(&reader->input);
	*grown = reader->input.size != size;
	return err;
}

static int at_end(struct tspool_archive_reader *reader)
{
	bool open_section = reader->in_section, grows, grown;
	int err = look_on(reader, &grows, &grown);

	if (err)
		return err;
	if (reader->range.follow || (grows && !reader->damaged))
		return STEP_END;
	if (reader->input.size > reader->place)
		return STEP_ON;
	if (grows) {
		/* Blocks that come later tell only of what is missing besides. */
		reader->next_record += reader->damage.records;
		return end_damage(reader, reader->damage.records, true);
	}
	reader->in_section = false;
	if (reader->damaged)
		return end_damage(reader, reader->damage.records, true);
	if (open_section)
		return tell_of(reader, TSPOOL_DAMAGE_UNFINISHED, 0, true);
	return STEP_END;
}

/*
 * Goes to the next place behind this one where a block begins. A file that is being written may end
 * inside a block. What begins in the last bytes of a file that grows may be the magic of a block.
 */
static int pass_over(struct tspool_archive_reader *reader, enum tspool_damage_kind kind,
		     uint64_t records)
{
	uint64_t place = reader->place + 1;
	int found = tsp_input_search(&reader->input, &place);

	if (found < 0)
		return found;
	if (kind == TSPOOL_DAMAGE_CUT) {
		bool grows, grown;
		int err = look_on(reader, &grows, &grown);

		if (err)
			return err;
		/* Then the rest of the block may be there by now. */
		if (grown)
			return STEP_ON;
		if (grows && found != TSP_FOUND_BLOCK)
			return STEP_END;
	}
	if (found == TSP_FOUND_BLOCK) {
		begin_damage(reader, kind == TSPOOL_DAMAGE_CUT ? TSPOOL_DAMAGE_HEAD : kind,
			     records);
		reader->place = place;
		return STEP_ON;
	}
	begin_damage(reader, kind, records);
	if (!reader->range.follow)
		reader->place = place;
	else if (place > reader->place + TSP_BLOCK_MAGIC_BYTES)
		reader->place = place - (TSP_BLOCK_MAGIC_BYTES - 1);
	return at_end(reader);
}

static void enter(struct tspool_archive_reader *reader, const struct tsp_block_head *head)
{
	reader->in_section = true;
	reader->section = head->section;
	reader->part = head->part;
	reader->next_record = 0;
	reader->foreign = false;
	free(reader->machine);
	reader->machine = NULL;
}

/* A block of another section than the one before. The same rules as below. */
static enum step check_section(struct tspool_archive_reader *reader,
			       const struct tsp_block_head *head)
{
	bool unfinished = reader->in_section && !reader->jumped;

	reader->jumped = false;
	if (unfinished && !reader->damaged) {
		reader->in_section = false;
		return tell_of(reader, TSPOOL_DAMAGE_UNFINISHED, 0, true);
	}
	enter(reader, head);
	if (head->type == TSP_BLOCK_MACHINE && !reader->damaged)
		return STEP_ON;
	reader->next_record = head->records_before;
	/* Unless the damage is just what this section had before, others may be gone in it. */
	if (reader->damaged && reader->place - reader->damage.offset != head->offset)
		unfinished = true;
	if (reader->damaged)
		return end_damage(reader, head->records_before, unfinished);
	return tell_of(reader, TSPOOL_DAMAGE_MISSING, head->records_before, false);
}

/*
 * Holds a whole block against what should be here. Returns STEP_ON where it is that; otherwise the
 * block is looked at again after the damage was told.
 */
static enum step check_order(struct tspool_archive_reader *reader,
			     const struct tsp_block_head *head)
{
	uint64_t missing = 0;

	if (!reader->in_section || head->section != reader->section)
		return check_section(reader, head);
	reader->jumped = false;
	/* A block that stands twice brings nothing that is missing. */
	if (head->records_before > reader->next_record)
		missing = head->records_before - reader->next_record;
	reader->next_record = head->records_before;
	if (reader->damaged)
		return end_damage(reader, missing, false);
	if (missing)
		return tell_of(reader, TSPOOL_DAMAGE_MISSING, missing, false);
	return STEP_ON;
}

static bool is_wanted(const struct tspool_archive_reader *reader, const struct tsp_block_head *head)
{
	return !has_range(&reader->range) || (head->first_time_ns <= reader->range.until_ns &&
					      head->last_time_ns >= reader->range.since_ns);
}

static int keep_machine(struct tspool_archive_reader *reader, const struct tsp_block_head *head)
{
	const char *order;
	size_t length;

	free(reader->machine);
	reader->machine = malloc((size_t)head->content_bytes + 1);
	if (!reader->machine)
		return -ENOMEM;
	if (head->content_bytes)
		memcpy(reader->machine, reader->input.content, head->content_bytes);
	reader->machine[head->content_bytes] = '\0';
	order = tsp_machine_find(reader->machine, "byte_order", &length);
	reader->foreign = order && (length != strlen(tsp_byte_order()) ||
				    strncmp(order, tsp_byte_order(), length) != 0);
	return STEP_ON;
}

static int begin_frames(struct tspool_archive_reader *reader, const struct tsp_block_head *head)
{
	const unsigned char *content = reader->input.content;
	size_t frames_bytes = head->content_bytes - head->names_bytes;

	if (reader->foreign)
		return -EOPNOTSUPP;
	reader->block = *head;
	reader->given = 0;
	tspool_decoder_init(&reader->decoder, content, frames_bytes);
	tsp_names_clear(&reader->names);
	if (head->names_bytes)
		tsp_names_read(&reader->names, content + frames_bytes, head->names_bytes);
	return STEP_ON;
}

/* Reads what stands behind a head, and takes the block. */
static int take_content(struct tspool_archive_reader *reader, const struct tsp_block_head *head)
{
	int found = tsp_input_stored(&reader->input, reader->place, head);

	if (found == TSP_FOUND_BLOCK &&
	    (head->type == TSP_BLOCK_FRAMES || head->type == TSP_BLOCK_MACHINE))
		found = tsp_input_unpack(&reader->input, head);
	if (found < 0)
		return found;
	if (found != TSP_FOUND_BLOCK) {
		bool cut = found == TSP_FOUND_CUT;

		return pass_over(reader, cut ? TSPOOL_DAMAGE_CUT : TSPOOL_DAMAGE_CONTENT,
				 head->records);
	}
	reader->block_place = reader->place;
	reader->place += tsp_block_bytes(head);
	reader->next_record += head->records;
	switch (head->type) {
	case TSP_BLOCK_FRAMES:
		return begin_frames(reader, head);
	case TSP_BLOCK_MACHINE:
		return keep_machine(reader, head);
	case TSP_BLOCK_END:
		reader->in_section = false;
		return STEP_ON;
	default:
		return STEP_ON;
	}
}

static int take_block(struct tspool_archive_reader *reader, const struct tsp_block_head *head)
{
	enum step step;

	if (head->version != TSP_BLOCK_VERSION)
		return pass_over(reader, TSPOOL_DAMAGE_VERSION, 0);
	step = check_order(reader, head);
	if (step != STEP_ON)
		return step;
	if (head->type == TSP_BLOCK_FRAMES && !is_wanted(reader, head)) {
		reader->place += tsp_block_bytes(head);
		reader->next_record += head->records;
		return STEP_ON;
	}
	return take_content(reader, head);
}

/* Goes on to where the index has something that is wanted; false if there is nothing more. */
static bool seek(struct tspool_archive_reader *reader)
{
	const struct tsp_index_entry *entry;

	entry = tsp_seek_next(&reader->seek, reader->place, reader->range.since_ns,
			      reader->range.until_ns);
	if (!entry)
		return false;
	if (entry->offset == reader->place)
		return true;
	reader->place = entry->offset;
	reader->next_record = entry->records_before;
	reader->jumped = true;
	return true;
}

static int next_block(struct tspool_archive_reader *reader)
{
	struct tsp_block_head head;
	int found;

	if (reader->seeks && !reader->damaged && !seek(reader))
		return STEP_END;
	found = tsp_input_head(&reader->input, reader->place, &head);
	switch (found) {
	case TSP_FOUND_BLOCK:
		return take_block(reader, &head);
	case TSP_FOUND_END:
		return at_end(reader);
	case TSP_FOUND_CUT:
		return pass_over(reader, TSPOOL_DAMAGE_CUT, 0);
	case TSP_FOUND_DAMAGE:
		return pass_over(reader, TSPOOL_DAMAGE_HEAD, 0);
	default:
		return found;
	}
}

static bool is_in_range(const struct tspool_archive_range *range, const struct tspool_frame *frame)
{
	const struct tspool_record *record = tspool_frame_record(frame);
	const struct tspool_lost *lost = tspool_frame_lost(frame);
	uint64_t time;

	if (!has_range(range))
		return true;
	time = record ? record->exit_wall_time_ns : lost->wall_time_ns;
	if (!time)
		return lost;
	return time >= range->since_ns && time <= range->until_ns;
}

/*
 * A whole block with a frame that can't be was written so; what is left of it can't be read. How
 * many records there are is its head's word, which may be less than were given.
 */
static enum step give_up_block(struct tspool_archive_reader *reader)
{
	uint64_t next = reader->place, records = reader->block.records;
	uint64_t missing = records > reader->given ? records - reader->given : 0;

	tspool_decoder_init(&reader->decoder, NULL, 0);
	reader->place = reader->block_place;
	begin_damage(reader, TSPOOL_DAMAGE_CONTENT, missing);
	reader->place = next;
	return end_damage(reader, missing, false);
}

static enum step next_frame(struct tspool_archive_reader *reader, const struct tspool_frame **frame)
{
	int ret;

	while ((ret = tspool_decode(&reader->decoder, frame)) > 0) {
		if (!tspool_frame_lost(*frame))
			reader->given++;
		if (is_in_range(&reader->range, *frame))
			return STEP_FRAME;
	}
	return ret < 0 ? give_up_block(reader) : STEP_ON;
}

int tspool_archive_next(struct tspool_archive_reader *reader, const struct tspool_frame **frame)
{
	int step;

	do {
		step = (int)next_frame(reader, frame);
		if (step == STEP_ON)
			step = next_block(reader);
	} while (step == STEP_ON);
	return step;
}

void tspool_archive_unfollow(struct tspool_archive_reader *reader)
{
	reader->range.follow = false;
}

const struct tspool_damage *tspool_archive_damage(const struct tspool_archive_reader *reader)
{
	return &reader->damage;
}

const char *tspool_damage_text(enum tspool_damage_kind kind)
{
	static const char *const texts[] = {
		[TSPOOL_DAMAGE_HEAD] = "no block begins where one should",
		[TSPOOL_DAMAGE_CONTENT] = "a block is damaged",
		[TSPOOL_DAMAGE_CUT] = "the file ends inside a block",
		[TSPOOL_DAMAGE_MISSING] = "blocks are missing",
		[TSPOOL_DAMAGE_UNFINISHED] = "the end is missing, cut off or never written",
		[TSPOOL_DAMAGE_VERSION] = "a later version of tspool wrote what is here",
	};

	return texts[kind];
}

const char *tspool_archive_cgroup(const struct tspool_archive_reader *reader,
				  const struct tspool_record *record)
{
	if (!tspool_record_has(record, TSPOOL_FIELD_cgroup_id))
		return NULL;
	return tsp_names_find(&reader->names, record->cgroup_id);
}

const char *tspool_archive_machine(const struct tspool_archive_reader *reader)
{
	return reader->machine;
}

uint64_t tspool_archive_place(const struct tspool_archive_reader *reader)
{
	return reader->place;
}

uint64_t tspool_archive_size(const struct tspool_archive_reader *reader)
{
	return reader->input.size;
}

uint32_t tspool_archive_part(const struct tspool_archive_reader *reader)
{
	return reader->part;
}

bool tspool_archive_is_at(const struct tspool_archive_reader *reader, const char *path)
{
	struct stat opened, named;

	return !fstat(reader->input.fd, &opened) && !stat(path, &named) &&
	       opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

void tspool_archive_close(struct tspool_archive_reader *reader)
{
	if (!reader)
		return;
	tsp_input_close(&reader->input);
	tsp_seek_free(&reader->seek);
	free(reader->machine);
	free(reader);
}
