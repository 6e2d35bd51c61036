// SPDX-License-Identifier: GPL-2.0-only
/* Subscribing and receiving, on a socket that follows a script. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tspool/tspool.h>

#include "run_suite.h"
#include "scripted_socket.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define MAX_EVENTS	200

static struct tspool_session *session;
static struct tspool_listener *listener;

/* What the handler got: sequence numbers of records, counts of losses. */
static uint64_t records[MAX_EVENTS];
static struct tspool_lost losses[MAX_EVENTS];
static unsigned int n_records, n_losses, stop_at;

static bool go_on(void)
{
	return n_records + n_losses != stop_at;
}

static bool on_record(const struct tspool_record *record, void *arg)
{
	ck_assert_ptr_eq(arg, &session);
	ck_assert_uint_lt(n_records, MAX_EVENTS);
	records[n_records++] = record->seq;
	return go_on();
}

static bool on_lost(const struct tspool_lost *lost, void *arg)
{
	ck_assert_ptr_eq(arg, &session);
	ck_assert_uint_lt(n_losses, MAX_EVENTS);
	losses[n_losses++] = *lost;
	return go_on();
}

static const struct tspool_handler handler = { .record = on_record, .lost = on_lost };

static int receive(void)
{
	return tspool_receive(listener, &handler, &session);
}

static void add_error(int error)
{
	add_datagram()->error = error;
}

/* A batch of records with sequence numbers from first on. */
static struct datagram *add_batch(uint64_t first, unsigned int count)
{
	struct datagram *datagram = add_datagram();
	struct tspool_record batch[16] = { 0 };
	unsigned int i;

	for (i = 0; i < count; i++) {
		batch[i].frame.size = sizeof(batch[i]);
		batch[i].frame.type = TSPOOL_FRAME_TASK;
		batch[i].seq = first + i;
	}
	message_start_genl(&datagram->message, TSPOOL_CMD_EVENT, 0);
	message_put_attribute(&datagram->message, TSPOOL_A_FRAMES, batch, count * sizeof(batch[0]));
	return datagram;
}

static void expect_records(uint64_t first, unsigned int count)
{
	unsigned int i;

	ck_assert_uint_eq(n_records, count);
	for (i = 0; i < count; i++)
		ck_assert_uint_eq(records[i], first + i);
}

static void expect_overrun(unsigned int i)
{
	ck_assert_uint_lt(i, n_losses);
	ck_assert_uint_eq(losses[i].frame.type, TSPOOL_FRAME_LOST);
	ck_assert_uint_eq(losses[i].frame.cpt, 4294967295U);
	ck_assert_uint_eq(losses[i].cause, 2147483648U);
	ck_assert_uint_eq(losses[i].count, 18446744073709551615U);
}

static void open_session(void)
{
	forget_script();
	n_records = 0;
	n_losses = 0;
	stop_at = MAX_EVENTS + 1;
	listener = NULL;
	ck_assert_int_eq(tspool_open(&session), 0);
}

static void open_listener(void)
{
	open_session();
	ck_assert_int_eq(tspool_listen(session, NULL, &listener), 0);
}

static void close_all(void)
{
	tspool_listener_close(listener);
	tspool_close(session);
}

/* The request that was sent: this command, and this attribute and string alone, or nothing. */
static void expect_request(int command, int attribute, const char *list)
{
	struct message expected;

	message_start_genl(&expected, command, NLM_F_REQUEST);
	if (list)
		message_put_string(&expected, attribute, list);
	ck_assert_uint_eq(n_sent, 1);
	ck_assert_uint_eq(sent.header.nlmsg_type, FAMILY);
	ck_assert_uint_eq(sent.header.nlmsg_flags, NLM_F_REQUEST);
	ck_assert_uint_eq(sent.length, expected.length);
	ck_assert_mem_eq(sent.bytes + NLMSG_HDRLEN, expected.bytes + NLMSG_HDRLEN,
			 sent.length - NLMSG_HDRLEN);
	n_sent = 0;
}

START_TEST(test_subscribe)
{
	const struct tspool_listen_options cpts = { .cpts = "0,2-3" };
	const struct tspool_listen_options cpus = { .cpus = "1" };

	ck_assert_int_eq(tspool_listen(session, NULL, &listener), 0);
	expect_request(16, 0, NULL);
	ck_assert_uint_ne(tspool_listener_portid(listener), 0);
	ck_assert_uint_ge(tspool_listener_buffer_bytes(listener), 4096);
	ck_assert_int_eq(tspool_unsubscribe(listener), 0);
	expect_request(17, 0, NULL);
	tspool_listener_close(listener);

	ck_assert_int_eq(tspool_listen(session, &cpts, &listener), 0);
	expect_request(16, TSPOOL_A_CPTS, "0,2-3");
	tspool_listener_close(listener);

	ck_assert_int_eq(tspool_listen(session, &cpus, &listener), 0);
	expect_request(16, TSPOOL_A_CPUS, "1");
}
END_TEST

START_TEST(test_subscription_refused)
{
	const struct tspool_listen_options options = { .cpts = "99" };

	message_refusal(&add_datagram()->message, -ERANGE, "no such CPT", NULL);
	ck_assert_int_eq(tspool_listen(session, &options, &listener), -ERANGE);
	ck_assert_ptr_null(listener);
	ck_assert_str_eq(tspool_error(session), "listen to CPTs \"99\": no such CPT");

	message_refusal(&script[0].message, -EPERM, NULL, NULL);
	ck_assert_int_eq(tspool_listen(session, NULL, &listener), -EPERM);
	ck_assert_ptr_null(listener);
	ck_assert_ptr_nonnull(strstr(tspool_error(session), "CAP_NET_ADMIN"));
}
END_TEST

START_TEST(test_list_too_long)
{
	char list[20001];
	const struct tspool_listen_options options = { .cpus = list };

	memset(list, '1', sizeof(list) - 1);
	list[sizeof(list) - 1] = '\0';
	ck_assert_int_eq(tspool_listen(session, &options, &listener), -E2BIG);
	ck_assert_ptr_null(listener);
	ck_assert_uint_eq(n_sent, 0);
}
END_TEST

START_TEST(test_buffer_granted)
{
	const struct tspool_listen_options options = { .receive_buffer_bytes = 65536 };

	ck_assert_int_eq(tspool_listen(session, &options, &listener), 0);
	ck_assert_uint_eq(tspool_listener_buffer_bytes(listener), 131072);
}
END_TEST

/* An event that comes before the first reception is not taken for a refusal, nor lost. */
START_TEST(test_event_right_after_subscription)
{
	add_batch(1, 2);
	ck_assert_int_eq(tspool_listen(session, NULL, &listener), 0);
	ck_assert_int_eq(receive(), 2);
	expect_records(1, 2);
}
END_TEST

START_TEST(test_receive_batches)
{
	unsigned int i;

	ck_assert_int_eq(receive(), -EAGAIN);
	for (i = 0; i < 20; i++)
		add_batch(1 + 5 * i, 5);

	/* One system call's worth, then the rest. */
	ck_assert_int_eq(receive(), 80);
	ck_assert_int_eq(receive(), 20);
	ck_assert_int_eq(receive(), -EAGAIN);
	expect_records(1, 100);
}
END_TEST

START_TEST(test_lost_in_order)
{
	struct datagram *datagram = add_datagram();
	struct tspool_lost lost = {
		.frame = { .size = 40, .type = 3, .version = 1, .cpt = 1 },
		.count = 12,
		.first_seq = 4,
		.last_seq = 15,
		.cause = TSPOOL_CAUSE_SOCKET_FULL,
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
		.cause = TSPOOL_CAUSE_SOCKET_FULL,
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
	ck_assert_uint_eq(losses[0].cause, TSPOOL_CAUSE_SOCKET_FULL);
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
	ck_assert_uint_eq(records[3], 7);
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

static TCase *subscription_tests(void)
{
	TCase *tcase = tcase_create("subscription");

	tcase_add_checked_fixture(tcase, open_session, close_all);
	tcase_add_test(tcase, test_subscribe);
	tcase_add_test(tcase, test_subscription_refused);
	tcase_add_test(tcase, test_list_too_long);
	tcase_add_test(tcase, test_buffer_granted);
	tcase_add_test(tcase, test_event_right_after_subscription);
	return tcase;
}

static TCase *reception_tests(void)
{
	TCase *tcase = tcase_create("reception");

	tcase_add_checked_fixture(tcase, open_listener, close_all);
	tcase_add_test(tcase, test_receive_batches);
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
	return tcase;
}

int main(void)
{
	Suite *suite = suite_create("listen");

	suite_add_tcase(suite, subscription_tests());
	suite_add_tcase(suite, reception_tests());
	return run_suite(suite);
}
