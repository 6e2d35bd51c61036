// SPDX-License-Identifier: GPL-2.0-only
/* Receiving, on a socket that follows a script. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <tspool/tspool.h>

#include "module_listener.h"
#include "run_suite.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

static void add_error(int error)
{
	add_datagram()->error = error;
}

static void expect_overrun(unsigned int i)
{
	ck_assert_uint_lt(i, n_losses);
	ck_assert_uint_eq(losses[i].frame.type, TSPOOL_FRAME_LOST);
	ck_assert_uint_eq(losses[i].frame.cpt, 4294967295U);
	ck_assert_uint_eq(losses[i].cause, 2147483648U);
	ck_assert_uint_eq(losses[i].count, 18446744073709551615U);
}

static void open_listener(void)
{
	open_session();
	ck_assert_int_eq(tspool_listen(session, NULL, &listener), 0);
}

START_TEST(test_receive_batches)
{
	unsigned int i;

	ck_assert_int_eq(receive(), -EAGAIN);
	for (i = 0; i < 36; i++)
		add_batch(1 + 5 * i, 5);

	/* One system call's worth, then the rest. */
	ck_assert_int_eq(receive(), 160);
	ck_assert(!tspool_listener_took_all(listener));
	ck_assert_int_eq(receive(), 20);
	ck_assert(tspool_listener_took_all(listener));
	ck_assert_int_eq(receive(), -EAGAIN);
	expect_records(1, 180);
}
END_TEST

static bool on_head(const struct tspool_frame *head, void *arg)
{
	ck_assert_ptr_eq(arg, &session);
	ck_assert_uint_eq(head->type, TSPOOL_FRAME_TASK);
	n_records++;
	return go_on();
}

/* Who counts gets no record, but each loss. */
START_TEST(test_heads_only)
{
	const struct tspool_handler counter = { .lost = on_lost, .head = on_head };

	add_batch(1, 9);
	add_error(ENOBUFS);
	add_batch(10, 2);
	stop_at = 4;
	ck_assert_int_eq(tspool_receive(listener, &counter, &session), 4);
	ck_assert_uint_eq(n_records, 4);
	stop_at = MAX_EVENTS + 1;
	ck_assert_int_eq(tspool_drain(listener, &counter, &session), 8);
	ck_assert_uint_eq(n_records, 11);
	expect_overrun(0);
}
END_TEST

START_TEST(test_lost_in_order)
{
	struct datagram *datagram = add_datagram();
	struct tspool_lost lost = {
		.frame = { .size = sizeof(lost), .type = 3, .version = 1, .cpt = 1 },
		.count = 12,
		.first_seq = 4,
		.last_seq = 15,
		.cause = TSPOOL_CAUSE_BACKLOG_FULL,
	};

	message_start_genl(&datagram->message, TSPOOL_CMD_EVENT, 0);
	message_put_attribute(&datagram->message, TSPOOL_A_FRAMES, &lost, sizeof(lost));
	add_batch(16, 3);
	ck_assert_int_eq(receive(), 4);
	ck_assert_uint_eq(n_losses, 1);
	ck_assert_mem_eq(&losses[0], &lost, sizeof(lost));
	expect_records(16, 3);
}
END_TEST

START_TEST(test_overrun_is_told)
{
	add_batch(1, 3);
	add_error(ENOBUFS);
	add_batch(50, 3);
	ck_assert_int_eq(receive(), 3);
	expect_records(1, 3);
	ck_assert_int_eq(receive(), 1);
	expect_overrun(0);
	n_records = 0;
	ck_assert_int_eq(receive(), 3);
	expect_records(50, 3);
	ck_assert_uint_eq(n_losses, 1);
}
END_TEST

/* Unloading the module is told of once, before what it had queued. */
START_TEST(test_unloaded_module)
{
	add_batch(1, 3);
	add_error(ESHUTDOWN);
	add_batch(4, 3);
	ck_assert_int_eq(receive(), 3);
	ck_assert_int_eq(receive(), 0);
	ck_assert_int_eq(receive(), 3);
	expect_records(1, 6);
	ck_assert_int_eq(receive(), -ESHUTDOWN);
	ck_assert_ptr_nonnull(strstr(tspool_error(session), "unloaded"));
	ck_assert_int_eq(tspool_drain(listener, &handler, &session), -ESHUTDOWN);
}
END_TEST

/* The answer to UNSUBSCRIBE, with the losses for which there was no room before. */
START_TEST(test_losses_after_unsubscribing)
{
	const struct tspool_lost lost = {
		.frame = { .size = sizeof(lost), .type = TSPOOL_FRAME_LOST, .cpt = 1 },
		.count = 42,
		.first_seq = 4,
		.last_seq = 45,
		.cause = TSPOOL_CAUSE_BACKLOG_FULL,
	};
	const struct tspool_lost other = {
		.frame = { .size = sizeof(other), .type = TSPOOL_FRAME_LOST, .cpt = 2 },
		.count = 7,
	};
	struct message *answer;

	add_batch(1, 3);
	answer = &add_datagram()->message;
	message_start_genl(answer, TSPOOL_CMD_UNSUBSCRIBE, 0);
	message_put_attribute(answer, TSPOOL_A_FRAMES, &lost, sizeof(lost));
	message_put_attribute(answer, TSPOOL_A_FRAMES, &other, sizeof(other));
	message_start_genl(&add_datagram()->message, TSPOOL_CMD_UNSUBSCRIBE, 0);

	ck_assert_int_eq(tspool_unsubscribe(listener), 0);
	ck_assert_int_eq(tspool_drain(listener, &handler, &session), 5);
	expect_records(1, 3);
	ck_assert_uint_eq(n_losses, 2);
	ck_assert_uint_eq(losses[1].count, 7);
	ck_assert_uint_eq(losses[0].count, 42);
	ck_assert_uint_eq(losses[0].cause, TSPOOL_CAUSE_BACKLOG_FULL);
}
END_TEST

START_TEST(test_truncated_message_is_told)
{
	add_batch(1, 3);
	add_batch(4, 3)->flags = MSG_TRUNC;
	add_batch(7, 3);
	ck_assert_int_eq(receive(), 7);
	expect_overrun(0);
	ck_assert_uint_eq(n_losses, 1);
	ck_assert_uint_eq(n_records, 6);
	ck_assert_uint_eq(records[3].seq, 7);
}
END_TEST

START_TEST(test_foreign_messages_ignored)
{
	add_batch(100, 3)->sender = 4711;
	add_batch(1, 3);
	add_batch(200, 3)->sender = 1;
	message_start_genl(&add_datagram()->message, TSPOOL_CMD_STATS_GET, 0);
	message_start(&add_datagram()->message, FAMILY + 1, 0);
	message_start(&add_datagram()->message, NLMSG_NOOP, 0);
	ck_assert_int_eq(receive(), 3);
	expect_records(1, 3);

	/* Nothing but those: nothing handled, which is not the end. */
	add_batch(300, 3)->sender = 4711;
	ck_assert_int_eq(receive(), 0);
	ck_assert_int_eq(receive(), -EAGAIN);
	ck_assert_uint_eq(n_records, 3);
}
END_TEST

START_TEST(test_two_messages_in_a_datagram)
{
	struct message *first = &add_batch(1, 3)->message;
	struct message second = add_batch(4, 2)->message;

	memcpy(first->bytes + first->length, second.bytes, second.length);
	first->length += second.length;
	scripted--;
	ck_assert_int_eq(receive(), 5);
	expect_records(1, 5);
}
END_TEST

START_TEST(test_stopped_by_handler)
{
	unsigned int i;

	add_batch(1, 4);
	add_error(ENOBUFS);
	add_batch(5, 4);

	/* One by one, each call goes on where the one before ended. */
	for (i = 1; i <= 9; i++) {
		stop_at = i;
		ck_assert_int_eq(receive(), 1);
	}
	ck_assert_int_eq(receive(), -EAGAIN);
	expect_records(1, 8);
	expect_overrun(0);
}
END_TEST

START_TEST(test_drain)
{
	unsigned int i;

	for (i = 0; i < 18; i++)
		add_batch(1 + 5 * i, 5);
	add_error(ENOBUFS);
	add_batch(91, 5);
	add_batch(1000, 1)->sender = 4711;
	add_error(EAGAIN);
	add_batch(96, 5);

	stop_at = 7;
	ck_assert_int_eq(tspool_drain(listener, &handler, &session), 7);
	stop_at = 0;
	ck_assert_int_eq(tspool_drain(listener, &handler, &session), 89);
	expect_records(1, 95);
	expect_overrun(0);
	ck_assert_int_eq(tspool_drain(listener, &handler, &session), 5);
	ck_assert_int_eq(tspool_drain(listener, &handler, &session), 0);
	expect_records(1, 100);
}
END_TEST

struct bad_size {
	unsigned int size;
	const char *fault;
};

static const struct bad_size bad_sizes[] = {
	{ 0, "corrupt" },
	{ 12, "corrupt" },
	{ 16, "corrupt" },
	{ sizeof(struct tspool_record) + 8, "truncated" },
};

/* The third of three records; the frames start 24 bytes behind the message. */
START_TEST(test_corrupt_batch)
{
	struct datagram *datagram = add_batch(1, 3);
	size_t offset = 2 * sizeof(struct tspool_record);
	char sentence[80];

	snprintf(sentence, sizeof(sentence), "receiving records: %s frame at byte %zu",
		 bad_sizes[_i].fault, offset);
	((struct tspool_frame *)(datagram->message.bytes + 24 + offset))->size = bad_sizes[_i].size;
	add_batch(3, 2);
	ck_assert_int_eq(receive(), -EBADMSG);
	expect_records(1, 2);
	ck_assert_str_eq(tspool_error(session), sentence);
	ck_assert_int_eq(receive(), 2);
	expect_records(1, 4);
}
END_TEST

START_TEST(test_event_without_frames)
{
	message_start_genl(&add_datagram()->message, TSPOOL_CMD_EVENT, 0);
	message_start(&add_datagram()->message, FAMILY, 0);
	add_batch(1, 1);
	ck_assert_int_eq(receive(), -EBADMSG);
	ck_assert_int_eq(receive(), -EBADMSG);
	ck_assert_int_eq(receive(), 1);
}
END_TEST

START_TEST(test_refusal_while_receiving)
{
	add_batch(1, 1);
	message_refusal(&add_datagram()->message, -ENOENT, NULL, NULL);
	message_refusal(&add_datagram()->message, 0, NULL, NULL);
	add_batch(2, 1);
	ck_assert_int_eq(receive(), -ENOENT);
	ck_assert_ptr_nonnull(strstr(tspool_error(session), "unloaded"));
	ck_assert_int_eq(receive(), 1);
	expect_records(1, 2);
	add_error(EIO);
	ck_assert_int_eq(receive(), -EIO);
	ck_assert_int_eq(receive(), -EAGAIN);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("listen");
	TCase *tcase = tcase_create("reception");

	tcase_add_checked_fixture(tcase, open_listener, close_all);
	tcase_add_test(tcase, test_receive_batches);
	tcase_add_test(tcase, test_heads_only);
	tcase_add_test(tcase, test_lost_in_order);
	tcase_add_test(tcase, test_overrun_is_told);
	tcase_add_test(tcase, test_unloaded_module);
	tcase_add_test(tcase, test_losses_after_unsubscribing);
	tcase_add_test(tcase, test_truncated_message_is_told);
	tcase_add_test(tcase, test_foreign_messages_ignored);
	tcase_add_test(tcase, test_two_messages_in_a_datagram);
	tcase_add_test(tcase, test_stopped_by_handler);
	tcase_add_test(tcase, test_drain);
	tcase_add_loop_test(tcase, test_corrupt_batch, 0, ARRAY_SIZE(bad_sizes));
	tcase_add_test(tcase, test_event_without_frames);
	tcase_add_test(tcase, test_refusal_while_receiving);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
