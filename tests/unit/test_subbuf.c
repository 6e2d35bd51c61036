// SPDX-License-Identifier: GPL-2.0-only
/* Relay's sub-buffers: good ones, and each way in which a head or the frames may be damaged. */
#include <check.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <tspool/decode.h>

#include "relay_frames.h"
#include "run_suite.h"
#include "subbuf.h"

#define CPT		3
#define SUBBUF_BYTES	((size_t)8192)
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

static struct tsp_subbufs subbufs;
static struct tspool_subbuf head;
static unsigned char subbuf[SUBBUF_BYTES];

/* Whether only heads are asked for: what is good does not depend on it. */
static bool heads;

static void setup(void)
{
	subbufs = (struct tsp_subbufs){ .cpt = CPT };
	head = (struct tspool_subbuf){
		.magic = TSPOOL_SUBBUF_MAGIC,
		.version = TSPOOL_SUBBUF_VERSION,
		.head_bytes = sizeof(head),
		.cpt = CPT,
		.number = 7,
		.first_seq = 100,
		.next_seq = 103,
	};
	frames_length = 0;
}

/* The three records that the head tells of. */
static void append_three(void)
{
	append_record(CPT, 100);
	append_record(CPT, 101);
	append_record(CPT, 102);
}

/* Makes the sub-buffer, in which behind the frames there is what was there before. */
static void finish(void)
{
	memset(subbuf, 0xa5, sizeof(subbuf));
	if (!head.bytes)
		head.bytes = frames_length;
	memcpy(subbuf, &head, sizeof(head));
	memcpy(subbuf + sizeof(head), frames.bytes, frames_length);
}

static int open_it(void)
{
	finish();
	return tsp_subbufs_open(&subbufs, subbuf, sizeof(subbuf), 7);
}

/* Reads to the end: how many frames came, or the errno with which it ended. */
static int read_all(void)
{
	const struct tspool_frame *frame;
	int count = 0;
	int ret;

	while ((ret = tsp_subbufs_next(&subbufs, heads, &frame)) > 0) {
		ck_assert_uint_eq(frame->cpt, CPT);
		count++;
	}
	return ret ? ret : count;
}

START_TEST(test_good)
{
	append_three();
	ck_assert_int_eq(open_it(), 0);
	ck_assert(!tsp_subbufs_at_end(&subbufs));
	ck_assert_int_eq(read_all(), 3);
	ck_assert(tsp_subbufs_at_end(&subbufs));
	ck_assert_int_eq(read_all(), 0);
}
END_TEST

START_TEST(test_one_after_the_other)
{
	append_three();
	ck_assert_int_eq(open_it(), 0);
	ck_assert_int_eq(read_all(), 3);

	setup();
	tsp_sequence_begin(&subbufs.sequence, 103);
	head.first_seq = 103;
	head.next_seq = 105;
	append_record(CPT, 103);
	append_record(CPT, 104);
	ck_assert_int_eq(open_it(), 0);
	ck_assert_int_eq(read_all(), 2);
}
END_TEST

START_TEST(test_losses)
{
	head.next_seq = 110;
	append_record(CPT, 100);
	append_lost(CPT, TSPOOL_CAUSE_RELAY_FULL, 5, 101, 108);
	append_lost(CPT, TSPOOL_CAUSE_NO_SLOT, 3, 103, 105);
	append_record(CPT, 109);
	ck_assert_int_eq(open_it(), 0);
	ck_assert_int_eq(read_all(), 4);
}
END_TEST

/* Where losses come first, the frame of the earliest one may be behind another. */
START_TEST(test_losses_first)
{
	head.next_seq = 109;
	append_lost(CPT, TSPOOL_CAUSE_NO_SLOT, 3, 103, 105);
	append_lost(CPT, TSPOOL_CAUSE_RELAY_FULL, 5, 100, 107);
	append_record(CPT, 108);
	ck_assert_int_eq(open_it(), 0);
	ck_assert_int_eq(read_all(), 3);
}
END_TEST

START_TEST(test_empty)
{
	head.first_seq = 0;
	head.next_seq = 0;
	ck_assert_int_eq(open_it(), 0);
	ck_assert_int_eq(read_all(), 0);
}
END_TEST

START_TEST(test_longer_head)
{
	append_three();
	finish();
	memmove(subbuf + sizeof(head) + 16, subbuf + sizeof(head), frames_length);
	head.head_bytes += 16;
	memcpy(subbuf, &head, sizeof(head));
	ck_assert_int_eq(tsp_subbufs_open(&subbufs, subbuf, sizeof(subbuf), 7), 0);
	ck_assert_int_eq(read_all(), 3);
}
END_TEST

/* Each makes the head one that must be refused. */
static void no_magic(void)
{
	head.magic = 0;
}

static void short_head(void)
{
	head.head_bytes = sizeof(head) - 8;
}

static void odd_head(void)
{
	head.head_bytes = sizeof(head) + 4;
}

static void long_head(void)
{
	head.head_bytes = SUBBUF_BYTES + 8;
}

static void too_many_bytes(void)
{
	head.bytes = SUBBUF_BYTES - sizeof(head) + 8;
}

static void most_bytes(void)
{
	head.bytes = UINT32_MAX;
}

static void other_cpt(void)
{
	head.cpt = CPT + 1;
}

static void lapped(void)
{
	head.number = 7 + 32;
}

static void without_first(void)
{
	subbufs.sequence = (struct tsp_sequence){ .begun = true, .base = 100 };
	head.first_seq = 101;
}

static void gap_before(void)
{
	subbufs.sequence = (struct tsp_sequence){ .begun = true, .base = 99 };
}

static void without_frames(void)
{
	frames_length = 0;
}

static void (*const bad_heads[])(void) = {
	no_magic,   short_head, odd_head, long_head,  too_many_bytes, most_bytes,
	other_cpt,  lapped,     gap_before, without_first, without_frames,
};

START_TEST(test_bad_head)
{
	append_three();
	bad_heads[_i]();
	ck_assert_int_eq(open_it(), -EBADMSG);
	ck_assert_ptr_nonnull(subbufs.fault);
	ck_assert(tsp_subbufs_at_end(&subbufs));
	ck_assert_int_eq(read_all(), 0);
}
END_TEST

START_TEST(test_shorter_than_a_head)
{
	append_three();
	finish();
	for (size_t length = 0; length < sizeof(head); length++)
		ck_assert_int_eq(tsp_subbufs_open(&subbufs, subbuf, length, 7), -EBADMSG);
}
END_TEST

/* Each makes the frames ones of which so many are good. The last one is looked at more closely. */
static int gap(void)
{
	append_record(CPT, 100);
	append_record(CPT, 102);
	append_record(CPT, 103);
	return 1;
}

static int other_than_the_head_says(void)
{
	append_record(CPT, 101);
	append_record(CPT, 102);
	return 0;
}

static int lost_before_the_head_says(void)
{
	append_lost(CPT, TSPOOL_CAUSE_RELAY_FULL, 3, 99, 101);
	append_record(CPT, 102);
	return 0;
}

static int twice(void)
{
	append_record(CPT, 100);
	append_record(CPT, 100);
	append_record(CPT, 101);
	return 1;
}

static int backwards(void)
{
	append_record(CPT, 100);
	append_record(CPT, 99);
	append_record(CPT, 101);
	return 1;
}

static int of_another_cpt(void)
{
	append_record(CPT, 100);
	append_record(CPT + 1, 101);
	append_record(CPT, 102);
	return 1;
}

static int without_number(void)
{
	append_record(CPT, 100);
	append_record(CPT, 101);
	memset(frames.bytes + sizeof(struct tspool_record) + sizeof(struct tspool_frame), 0, 8);
	append_record(CPT, 102);
	return 1;
}

/* What follows it looks like its number. */
static int too_short_for_a_number(void)
{
	struct tspool_record record = { 0 };
	const uint64_t seq = 101;

	append_record(CPT, 100);
	memcpy(&record, frames.bytes, offsetof(struct tspool_record, seq));
	record.frame.size = offsetof(struct tspool_record, seq);
	append(&record, record.frame.size);
	append(&seq, sizeof(seq));
	append_record(CPT, 102);
	return 1;
}

static int lost_nothing(void)
{
	append_record(CPT, 100);
	append_lost(CPT, TSPOOL_CAUSE_RELAY_FULL, 0, 101, 102);
	return 1;
}

static int lost_more_than_fits(void)
{
	append_record(CPT, 100);
	append_lost(CPT, TSPOOL_CAUSE_RELAY_FULL, 3, 101, 102);
	return 1;
}

static int lost_backwards(void)
{
	append_record(CPT, 100);
	append_lost(CPT, TSPOOL_CAUSE_RELAY_FULL, 1, 102, 101);
	return 1;
}

static int lost_again(void)
{
	append_record(CPT, 100);
	append_lost(CPT, TSPOOL_CAUSE_RELAY_FULL, 1, 100, 100);
	return 1;
}

static int lost_too_few(void)
{
	append_record(CPT, 100);
	append_lost(CPT, TSPOOL_CAUSE_RELAY_FULL, 2, 101, 103);
	append_record(CPT, 104);
	return 2;
}

static int cut_off(void)
{
	append_three();
	head.bytes = frames_length - 8;
	return 2;
}

static int of_size_zero(void)
{
	append_three();
	memset(frames.bytes + 2 * sizeof(struct tspool_record), 0, 8);
	return 2;
}

static int fewer_than_the_head_says(void)
{
	append_record(CPT, 100);
	append_record(CPT, 101);
	return 1;
}

static int (*const bad_frames[])(void) = {
	gap,
	other_than_the_head_says,
	lost_before_the_head_says,
	twice,
	backwards,
	of_another_cpt,
	without_number,
	too_short_for_a_number,
	lost_nothing,
	lost_more_than_fits,
	lost_backwards,
	lost_again,
	lost_too_few,
	cut_off,
	of_size_zero,
	fewer_than_the_head_says,
};

START_TEST(test_bad_frames)
{
	const struct tspool_frame *frame;
	int good = bad_frames[_i]();

	ck_assert_int_eq(open_it(), 0);
	for (int i = 0; i < good; i++)
		ck_assert_int_eq(tsp_subbufs_next(&subbufs, heads, &frame), 1);
	ck_assert_int_eq(tsp_subbufs_next(&subbufs, heads, &frame), -EBADMSG);
	ck_assert_ptr_nonnull(subbufs.fault);
	ck_assert(tsp_subbufs_at_end(&subbufs));
	/* What comes after it is read again, wherever it goes on. */
	setup();
	append_three();
	ck_assert_int_eq(open_it(), 0);
	ck_assert_int_eq(read_all(), 3);
}
END_TEST

static unsigned char next_lap[SUBBUF_BYTES];

/* Makes a sub-buffer, and what is at its place 32 numbers later. */
static void make_laps(void)
{
	setup();
	head.number = 7 + 32;
	head.first_seq = 1000;
	head.next_seq = 1003;
	append_record(CPT, 1000);
	append_record(CPT, 1001);
	append_record(CPT, 1002);
	finish();
	memcpy(next_lap, subbuf, sizeof(subbuf));
	setup();
	append_three();
	finish();
}

/* Reads up to so many records, numbered from first on. Returns what the last call said. */
static int read_from(uint64_t first, int count)
{
	const struct tspool_frame *frame;
	int ret = 1;

	for (int i = 0; i < count && ret > 0; i++) {
		ret = tsp_subbufs_next(&subbufs, heads, &frame);
		if (ret > 0)
			ck_assert_uint_eq(tspool_frame_record(frame)->seq, first + i);
	}
	return ret;
}

/* A reader that is lapped, whichever byte the writer has come to, gets no record of another lap. */
START_TEST(test_lapped_before)
{
	make_laps();
	for (size_t i = 0; i < sizeof(subbuf); i++) {
		int wanted = i < offsetof(struct tspool_subbuf, number) ? 0 : -EBADMSG;

		subbuf[i] = next_lap[i];
		subbufs = (struct tsp_subbufs){ .cpt = CPT };
		ck_assert_int_eq(tsp_subbufs_open(&subbufs, subbuf, sizeof(subbuf), 7), wanted);
		ck_assert_int_eq(read_from(100, 4), 0);
	}
}
END_TEST

/* The same while it reads, after the first _i records. */
START_TEST(test_lapped_meanwhile)
{
	size_t next = sizeof(head) + _i * sizeof(struct tspool_record);
	size_t first_other = next + offsetof(struct tspool_record, seq);

	for (size_t overwritten = 0; overwritten < sizeof(subbuf); overwritten++) {
		make_laps();
		ck_assert_int_eq(tsp_subbufs_open(&subbufs, subbuf, sizeof(subbuf), 7), 0);
		ck_assert_int_eq(read_from(100, _i), 1);
		memcpy(subbuf, next_lap, overwritten);
		ck_assert_int_eq(read_from(100 + _i, 4), overwritten <= first_other ? 0 : -EBADMSG);
	}
}
END_TEST

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Whatever the bytes are, nothing is read beyond them, which the sanitizers watch. */
START_TEST(test_random_damage)
{
	const struct tspool_frame *frame;
	uint64_t state = 88172645463325252U;

	append_three();
	finish();
	for (int turn = 0; turn < 6000; turn++) {
		size_t length = next_random(&state) % (sizeof(head) + frames_length + 1);
		unsigned char *copy = malloc(length ? length : 1);

		ck_assert_ptr_nonnull(copy);
		memcpy(copy, subbuf, length);
		for (int damage = next_random(&state) % 4; damage && length; damage--)
			copy[next_random(&state) % length] = next_random(&state);
		if (!tsp_subbufs_open(&subbufs, copy, length, 7))
			while (tsp_subbufs_next(&subbufs, heads, &frame) > 0)
				;
		ck_assert(tsp_subbufs_at_end(&subbufs));
		free(copy);
	}
}
END_TEST

static void ask_for_heads(void)
{
	heads = true;
}

static void ask_for_frames(void)
{
	heads = false;
}

static TCase *make_tests(const char *name, SFun ask)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_add_checked_fixture(tcase, ask, NULL);
	tcase_add_test(tcase, test_good);
	tcase_add_test(tcase, test_one_after_the_other);
	tcase_add_test(tcase, test_losses);
	tcase_add_test(tcase, test_losses_first);
	tcase_add_test(tcase, test_empty);
	tcase_add_test(tcase, test_longer_head);
	tcase_add_loop_test(tcase, test_bad_head, 0, ARRAY_SIZE(bad_heads));
	tcase_add_test(tcase, test_shorter_than_a_head);
	tcase_add_loop_test(tcase, test_bad_frames, 0, ARRAY_SIZE(bad_frames));
	tcase_add_test(tcase, test_lapped_before);
	tcase_add_loop_test(tcase, test_lapped_meanwhile, 0, 3);
	tcase_add_test(tcase, test_random_damage);
	return tcase;
}

int main(void)
{
	Suite *suite = suite_create("subbuf");

	suite_add_tcase(suite, make_tests("frames", ask_for_frames));
	suite_add_tcase(suite, make_tests("heads", ask_for_heads));
	return run_suite(suite);
}
