// SPDX-License-Identifier: GPL-2.0-only
/* The frame decoder on good, short, long, cut, corrupt and random bytes. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <tspool/decode.h>

#include "heads.h"
#include "run_suite.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define RECORD_BYTES	((size_t)sizeof(struct tspool_record))
#define LOST_BYTES	((size_t)sizeof(struct tspool_lost))
#define HEAD_BYTES	((size_t)sizeof(struct tspool_frame))
#define SMALLEST_RECORD	((size_t)24)

/* Frames under construction; a test decodes them from an exact copy, where overreads show. */
static unsigned char bytes[4096];
static size_t length;

static void setup(void)
{
	length = 0;
}

static void append(const void *frame, size_t size)
{
	ck_assert_uint_le(length + size, sizeof(bytes));
	memcpy(bytes + length, frame, size);
	length += size;
}

/* Every byte differs from its neighbours, every field is claimed to be present. */
static struct tspool_record record_of(unsigned int type)
{
	struct tspool_record record = { 0 };
	size_t i;

	for (i = 0; i < sizeof(record); i++)
		((unsigned char *)&record)[i] = i * 7 + type;
	record.frame = (struct tspool_frame){
		.size = sizeof(record), .type = type, .version = TSPOOL_FRAME_VERSION, .cpt = 3
	};
	memset(record.present, 0xff, sizeof(record.present));
	return record;
}

static struct tspool_lost lost_of(uint64_t count)
{
	return (struct tspool_lost){
		.frame = {
			.size = sizeof(struct tspool_lost),
			.type = TSPOOL_FRAME_LOST,
			.version = TSPOOL_FRAME_VERSION,
			.cpt = 3,
		},
		.count = count,
		.first_seq = 100,
		.last_seq = 99 + count,
		.cause = TSPOOL_CAUSE_NO_SLOT,
	};
}

static void append_type(unsigned int type)
{
	struct tspool_record record = record_of(type);
	struct tspool_lost lost = lost_of(5);

	if (type == TSPOOL_FRAME_LOST)
		append(&lost, sizeof(lost));
	else
		append(&record, sizeof(record));
}

static void append_head(size_t size, unsigned int type)
{
	struct tspool_frame head = { .size = size, .type = type, .version = 1, .cpt = 3 };

	append(&head, sizeof(head));
}

/* The first cut bytes, at the end of their allocation, offset bytes off its alignment. */
static unsigned char *exact_copy(size_t cut, size_t offset, unsigned char **allocation)
{
	*allocation = malloc(offset + cut + !(offset + cut));
	ck_assert_ptr_nonnull(*allocation);
	memcpy(*allocation + offset, bytes, cut);
	return *allocation + offset;
}

static void expect_frame(const struct tspool_frame *frame, unsigned int type)
{
	struct tspool_record record = record_of(type);
	struct tspool_lost lost = lost_of(5);

	ck_assert_uint_eq(frame->type, type);
	if (type == TSPOOL_FRAME_LOST) {
		ck_assert_ptr_null(tspool_frame_record(frame));
		ck_assert_mem_eq(tspool_frame_lost(frame), &lost, sizeof(lost));
	} else {
		ck_assert_ptr_null(tspool_frame_lost(frame));
		ck_assert_mem_eq(tspool_frame_record(frame), &record, sizeof(record));
	}
}

static void expect_end(struct tspool_decoder *decoder, int result, size_t offset)
{
	const struct tspool_frame *frame;

	/* Twice: the decoder stays there. */
	ck_assert_int_eq(tspool_decode(decoder, &frame), result);
	ck_assert_int_eq(tspool_decode(decoder, &frame), result);
	ck_assert_uint_eq(decoder->offset, offset);
}

/* LOST, TASK, then one of the type asked for, cut after that many bytes. */
static void check_cut(unsigned int type, size_t cut, size_t misalignment)
{
	const size_t ends[] = { LOST_BYTES, LOST_BYTES + RECORD_BYTES, length };
	const unsigned int types[] = { TSPOOL_FRAME_LOST, TSPOOL_FRAME_TASK, type };
	const struct tspool_frame *frame;
	struct tspool_decoder decoder;
	unsigned char *allocation;
	size_t whole = 0;
	size_t i;

	tspool_decoder_init(&decoder, exact_copy(cut, misalignment, &allocation), cut);
	for (i = 0; i < 3 && ends[i] <= cut; i++) {
		ck_assert_int_eq(tspool_decode(&decoder, &frame), 1);
		expect_frame(frame, types[i]);
		whole = ends[i];
	}
	expect_end(&decoder, cut == whole ? 0 : -ENODATA, whole);
	free(allocation);
}

START_TEST(test_cut_at_every_byte)
{
	unsigned int type = _i;
	size_t cut;

	append_type(TSPOOL_FRAME_LOST);
	append_type(TSPOOL_FRAME_TASK);
	append_type(type);
	for (cut = 0; cut <= length; cut++) {
		check_cut(type, cut, 0);
		check_cut(type, cut, 1);
		check_cut(type, cut, 4);
	}
}
END_TEST

static void check_short_record(struct tspool_decoder *decoder, size_t size)
{
	struct tspool_record whole = record_of(TSPOOL_FRAME_PROCESS);
	const struct tspool_field_info *fields;
	const struct tspool_record *record;
	const struct tspool_frame *frame;
	unsigned char *allocation;
	size_t count, i;

	whole.frame.size = size;
	setup();
	append(&whole, size);
	tspool_decoder_continue(decoder, exact_copy(size, 0, &allocation), size);
	ck_assert_int_eq(tspool_decode(decoder, &frame), 1);
	record = tspool_frame_record(frame);
	ck_assert_ptr_nonnull(record);

	fields = tspool_record_fields(&count);
	for (i = 0; i < count; i++) {
		static const char zeros[RECORD_BYTES];
		size_t offset = fields[i].offset;
		bool brought = offset + fields[i].size <= size;

		ck_assert_int_eq(tspool_record_has(record, i), brought);
		ck_assert_mem_eq((const char *)record + offset,
				 brought ? (const char *)&whole + offset : zeros, fields[i].size);
	}
	expect_end(decoder, 0, size);
	free(allocation);
}

/* By one decoder: what it had of a longer one, or of one as long, is not in the next. */
START_TEST(test_short_record)
{
	struct tspool_decoder decoder = { 0 };
	size_t size;

	for (size = SMALLEST_RECORD; size < RECORD_BYTES; size += 8)
		check_short_record(&decoder, size);
	for (; size >= SMALLEST_RECORD; size -= 8) {
		check_short_record(&decoder, size);
		check_short_record(&decoder, size);
	}
}
END_TEST

/* Heads in between leave nothing behind either. */
START_TEST(test_heads)
{
	struct tspool_record record = record_of(TSPOOL_FRAME_TASK);
	const struct tspool_frame *frame;
	struct tspool_decoder decoder;
	unsigned char *allocation;

	append_type(TSPOOL_FRAME_TASK);
	append_head(HEAD_BYTES, TSPOOL_FRAME_TYPE_MAX + 1);
	append_type(TSPOOL_FRAME_LOST);
	append_type(TSPOOL_FRAME_PROCESS);
	append_head(HEAD_BYTES, TSPOOL_FRAME_PROCESS);
	tspool_decoder_init(&decoder, exact_copy(length, _i, &allocation), length);
	ck_assert_int_eq(tspool_decode_head(&decoder, &frame), 1);
	ck_assert_mem_eq(frame, &record.frame, sizeof(record.frame));
	ck_assert(tspool_record_has(tspool_frame_record(frame), TSPOOL_FIELD_seq));
	ck_assert_uint_eq(tspool_frame_record(frame)->seq, record.seq);
	ck_assert_int_eq(tspool_decode_head(&decoder, &frame), 1);
	expect_frame(frame, TSPOOL_FRAME_LOST);
	ck_assert_int_eq(tspool_decode(&decoder, &frame), 1);
	expect_frame(frame, TSPOOL_FRAME_PROCESS);
	ck_assert_int_eq(tspool_decode_head(&decoder, &frame), -EBADMSG);
	expect_end(&decoder, -EBADMSG, length - HEAD_BYTES);
	free(allocation);
}
END_TEST

START_TEST(test_long_frames)
{
	struct tspool_record record = record_of(TSPOOL_FRAME_TASK);
	struct tspool_lost lost = lost_of(7);
	/* With it the frame of a loss is as long as the head of a record. */
	const unsigned char more[TSP_HEAD_BYTES] = { 0xaa, 0xbb };
	const struct tspool_frame *frame;
	struct tspool_decoder decoder;
	unsigned char *allocation;

	record.frame.size += sizeof(more);
	record.frame.version = TSPOOL_FRAME_VERSION + 1;
	append(&record, sizeof(record));
	append(more, sizeof(more));
	lost.frame.size += sizeof(more);
	append(&lost, sizeof(lost));
	append(more, sizeof(more));
	append_type(TSPOOL_FRAME_PROCESS);

	tspool_decoder_init(&decoder, exact_copy(length, _i, &allocation), length);
	ck_assert_int_eq(tspool_decode(&decoder, &frame), 1);
	ck_assert_mem_eq(tspool_frame_record(frame), &record, sizeof(record));
	ck_assert_ptr_null(tsp_take_head(&decoder));
	ck_assert_int_eq(tspool_decode(&decoder, &frame), 1);
	ck_assert_mem_eq(tspool_frame_lost(frame), &lost, sizeof(lost));
	ck_assert_int_eq(tspool_decode(&decoder, &frame), 1);
	expect_frame(frame, TSPOOL_FRAME_PROCESS);
	expect_end(&decoder, 0, length);
	free(allocation);
}
END_TEST

START_TEST(test_unknown_types_passed_over)
{
	static const unsigned int unknown[] = { 0, 4, 5, 127, 255 };
	const struct tspool_frame *frame;
	struct tspool_decoder decoder;
	unsigned char *allocation;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(unknown); i++) {
		append_head(HEAD_BYTES, unknown[i]);
		append_head(HEAD_BYTES + 8, unknown[i]);
		append("8 bytes", 8);
		append_type(TSPOOL_FRAME_TASK);
	}
	append_head(HEAD_BYTES, 200);

	tspool_decoder_init(&decoder, exact_copy(length, 0, &allocation), length);
	for (i = 0; i < ARRAY_SIZE(unknown); i++) {
		ck_assert_int_eq(tspool_decode(&decoder, &frame), 1);
		expect_frame(frame, TSPOOL_FRAME_TASK);
	}
	expect_end(&decoder, 0, length);
	free(allocation);
}
END_TEST

struct bad_size {
	unsigned int type;
	unsigned int size;
	int result;
};

static const struct bad_size bad_sizes[] = {
	{ TSPOOL_FRAME_TASK, 0, -EBADMSG },
	{ TSPOOL_FRAME_TASK, 1, -EBADMSG },
	{ TSPOOL_FRAME_TASK, HEAD_BYTES, -EBADMSG },
	{ TSPOOL_FRAME_TASK, SMALLEST_RECORD - 8, -EBADMSG },
	{ TSPOOL_FRAME_TASK, RECORD_BYTES - 4, -EBADMSG },
	{ TSPOOL_FRAME_TASK, RECORD_BYTES + 1, -EBADMSG },
	{ TSPOOL_FRAME_PROCESS, SMALLEST_RECORD - 8, -EBADMSG },
	{ TSPOOL_FRAME_LOST, 0, -EBADMSG },
	{ TSPOOL_FRAME_LOST, 32, -EBADMSG },
	{ TSPOOL_FRAME_LOST, 44, -EBADMSG },
	{ 99, 0, -EBADMSG },
	{ 99, 4, -EBADMSG },
	{ TSPOOL_FRAME_TASK, RECORD_BYTES + 8, -ENODATA },
	{ TSPOOL_FRAME_LOST, RECORD_BYTES + 8, -ENODATA },
	{ 99, 0xfff8, -ENODATA },
	{ 99, 0xfff9, -EBADMSG },
};

/* A good frame, then a head with the size in question before the bytes of a record. */
START_TEST(test_bad_size)
{
	const struct bad_size *bad = &bad_sizes[_i];
	struct tspool_record record = record_of(bad->type);
	const struct tspool_frame *frame;
	struct tspool_decoder decoder;
	unsigned char *allocation;

	append_type(TSPOOL_FRAME_LOST);
	record.frame.size = bad->size;
	append(&record, sizeof(record));

	tspool_decoder_init(&decoder, exact_copy(length, 0, &allocation), length);
	ck_assert_int_eq(tspool_decode(&decoder, &frame), 1);
	expect_frame(frame, TSPOOL_FRAME_LOST);
	expect_end(&decoder, bad->result, LOST_BYTES);
	free(allocation);
}
END_TEST

/* Reads every byte of the struct that the frame claims to be, for the memory checkers to see. */
static uint64_t sum_up(const struct tspool_frame *frame)
{
	size_t size = tspool_frame_lost(frame) ? LOST_BYTES : RECORD_BYTES;
	const unsigned char *byte = (const unsigned char *)frame;
	uint64_t sum = 0;

	while (size--)
		sum = sum * 31 + *byte++;
	return sum;
}

/*
 * Steps a decoder to its end; every step must move on, by whole frames, within the bytes. Returns
 * the number of frames and adds up what is in them.
 */
static size_t decode_all(size_t misalignment, uint64_t *sum)
{
	const struct tspool_frame *frame;
	struct tspool_decoder decoder;
	unsigned char *allocation;
	size_t frames = 0;
	size_t before = 0;
	int ret;

	tspool_decoder_init(&decoder, exact_copy(length, misalignment, &allocation), length);
	while ((ret = tspool_decode(&decoder, &frame)) > 0) {
		ck_assert_uint_ge(decoder.offset, before + HEAD_BYTES);
		ck_assert_uint_eq(decoder.offset % 8, 0);
		ck_assert_uint_le(decoder.offset, length);
		ck_assert_uint_ge(frame->type, TSPOOL_FRAME_TASK);
		ck_assert_uint_le(frame->type, TSPOOL_FRAME_LOST);
		*sum += sum_up(frame);
		before = decoder.offset;
		frames++;
	}
	ck_assert(ret == -ENODATA || ret == -EBADMSG || (ret == 0 && decoder.offset == length));
	free(allocation);
	return frames;
}

/* xorshift64, so that a failure can be repeated */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Two of three rounds put heads that make sense one after the other, so that more is looked at. */
static void fill_randomly(uint64_t *state, int round)
{
	size_t i;

	length = next_random(state) % 1200;
	for (i = 0; i < length; i++)
		bytes[i] = next_random(state) >> 32;
	for (i = 0; round % 3 && i + HEAD_BYTES <= length; i += bytes[i]) {
		bytes[i] = 8 * (1 + next_random(state) % 31);
		bytes[i + 1] = 0;
		bytes[i + 2] = next_random(state) % 6;
	}
}

START_TEST(test_random_bytes)
{
	uint64_t state = 88172645463325252U;
	size_t frames = 0;
	int round;

	for (round = 0; round < 20000; round++) {
		uint64_t aligned = 0;
		uint64_t misaligned = 0;
		size_t found;

		fill_randomly(&state, round);
		found = decode_all(0, &aligned);
		ck_assert_uint_eq(decode_all(1 + round % 7, &misaligned), found);
		ck_assert_uint_eq(misaligned, aligned);
		frames += found;
	}
	ck_assert_uint_gt(frames, 10000);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("decode");
	TCase *tcase = tcase_create("frames");

	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_add_loop_test(tcase, test_cut_at_every_byte, TSPOOL_FRAME_TASK,
			    TSPOOL_FRAME_LOST + 1);
	tcase_add_test(tcase, test_short_record);
	tcase_add_loop_test(tcase, test_heads, 0, 2);
	tcase_add_loop_test(tcase, test_long_frames, 0, 2);
	tcase_add_test(tcase, test_unknown_types_passed_over);
	tcase_add_loop_test(tcase, test_bad_size, 0, ARRAY_SIZE(bad_sizes));
	tcase_add_test(tcase, test_random_bytes);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
