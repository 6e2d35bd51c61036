// SPDX-License-Identifier: GPL-2.0-only
/* Subscribing, on a socket that follows a script: what is asked for, and what is refused. */
#include <check.h>
#include <errno.h>
#include <string.h>
#include <tspool/tspool.h>

#include "module_listener.h"
#include "run_suite.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* The request that was sent: this command, and this attribute and string alone, or nothing. */
static void expect_request(int command, int attribute, const char *list)
{
	struct message expected;

	message_start_genl(&expected, command, NLM_F_REQUEST);
	if (list)
		message_put_string(&expected, attribute, list);
	ck_assert_uint_eq(n_sent, 1);
	ck_assert_uint_eq(sent.header.nlmsg_flags, NLM_F_REQUEST);
	message_expect(&sent, &expected);
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

START_TEST(test_subscribe_with_backlog)
{
	const struct tspool_listen_options options = {
		.backlog_bytes = TSPOOL_NO_BACKLOG,
		.drop = TSPOOL_DROP_OLDEST,
	};
	const uint64_t none = 0;
	struct message expected;

	ck_assert_int_eq(tspool_listen(session, &options, &listener), 0);
	message_start_genl(&expected, 16, 0);
	message_put_attribute(&expected, 6, &none, sizeof(none));
	message_put_u32(&expected, 7, 1);
	ck_assert_uint_eq(n_sent, 1);
	message_expect(&sent, &expected);
}
END_TEST

static void put_filter(struct message *message)
{
	static const uint32_t uids[] = { 0, 0, 1000, 1999 };
	size_t nest = message_start_nest(message, TSPOOL_A_FILTER);

	message_put_attribute(message, TSPOOL_FILTER_A_UIDS, uids, sizeof(uids));
	message_put_u64(message, TSPOOL_FILTER_A_CGROUP, 4711);
	message_put_string(message, TSPOOL_FILTER_A_COMM, "k[a-z]*");
	message_put_u32(message, TSPOOL_FILTER_A_PID_NS, 4026531836);
	message_put_u32(message, TSPOOL_FILTER_A_TYPE, TSPOOL_FRAME_PROCESS);
	message_put_u64(message, TSPOOL_FILTER_A_MIN_RUN_TIME_NS, 1500000000);
	message_put_attribute(message, TSPOOL_FILTER_A_FAILED, "", 0);
	message_end_nest(message, nest);
}

START_TEST(test_filter)
{
	static const struct tspool_uid_range uids[] = { { 0, 0 }, { 1000, 1999 } };
	static const struct tspool_filter filter = {
		.uids = uids,
		.n_uids = 2,
		.cgroup_id = 4711,
		.comm = "k[a-z]*",
		.pid_ns = 4026531836,
		.type = TSPOOL_FRAME_PROCESS,
		.min_run_time_ns = 1500000000,
		.failed = true,
	};
	static const struct tspool_filter none;
	struct tspool_listen_options options = { .cpts = "1", .filter = &filter };
	struct message expected;

	message_start_genl(&expected, TSPOOL_CMD_SUBSCRIBE, NLM_F_REQUEST);
	message_put_string(&expected, TSPOOL_A_CPTS, "1");
	put_filter(&expected);
	ck_assert_int_eq(tspool_listen(session, &options, &listener), 0);
	message_expect(&sent, &expected);
	n_sent = 0;
	tspool_listener_close(listener);

	/* One that turns nothing away. */
	options.filter = &none;
	ck_assert_int_eq(tspool_listen(session, &options, &listener), 0);
	expect_request(TSPOOL_CMD_SUBSCRIBE, TSPOOL_A_CPTS, "1");
}
END_TEST

START_TEST(test_filter_refused)
{
	static struct tspool_uid_range uids[20000];
	struct tspool_filter filter = { .cgroup_id = 4711, .comm = "a[" };
	const struct tspool_listen_options options = { .filter = &filter };

	message_refusal(&add_datagram()->message, -EINVAL, "no pattern", NULL);
	ck_assert_int_eq(tspool_listen(session, &options, &listener), -EINVAL);
	ck_assert_ptr_null(listener);
	ck_assert_str_eq(tspool_error(session),
			 "listen to all CPTs, cgroup 4711, names \"a[\": no pattern");

	filter.uids = uids;
	filter.n_uids = ARRAY_SIZE(uids);
	n_sent = 0;
	ck_assert_int_eq(tspool_listen(session, &options, &listener), -E2BIG);
	ck_assert_uint_eq(n_sent, 0);
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

int main(void)
{
	Suite *suite = suite_create("subscribe");
	TCase *tcase = tcase_create("subscription");

	tcase_add_checked_fixture(tcase, open_session, close_all);
	tcase_add_test(tcase, test_subscribe);
	tcase_add_test(tcase, test_subscribe_with_backlog);
	tcase_add_test(tcase, test_filter);
	tcase_add_test(tcase, test_filter_refused);
	tcase_add_test(tcase, test_subscription_refused);
	tcase_add_test(tcase, test_list_too_long);
	tcase_add_test(tcase, test_buffer_granted);
	tcase_add_test(tcase, test_event_right_after_subscription);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
