// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's taskstats as a backend: to register, to know of losses, and what is refused. */
#include <stdio.h>

#include "run_suite.h"
#include "stock_listener.h"

static void expect_lost(unsigned int i, uint64_t count, uint64_t first)
{
	ck_assert_uint_lt(i, n_losses);
	ck_assert_uint_eq(losses[i].frame.type, TSPOOL_FRAME_LOST);
	ck_assert_uint_eq(losses[i].frame.cpt, 3);
	ck_assert_uint_eq(losses[i].count, count);
	ck_assert_uint_eq(losses[i].cause, TSPOOL_CAUSE_RECEIVE_OVERRUN);
	ck_assert_uint_eq(losses[i].first_seq, first);
	ck_assert_uint_eq(losses[i].last_seq, first + count - 1);
}

START_TEST(test_losses)
{
	struct stock stock;

	listen_to(&cpt_3);
	stock_fill(&stock, 17);
	record_of(&stock);
	drops = 5;
	ck_assert_int_eq(receive(), 1);
	expect_lost(0, 5, 1);
	stock_expect(record_of(&stock), TSPOOL_FIELD_seq, true, 6);

	/* The counter goes round. */
	drops = UINT32_MAX;
	ck_assert_int_eq(receive(), 1);
	drops = 1;
	ck_assert_int_eq(receive(), 1);
	expect_lost(1, UINT32_MAX - 5, 7);
	expect_lost(2, 2, 7 + (uint64_t)UINT32_MAX - 5);
	ck_assert_int_eq(receive(), -EAGAIN);
	ck_assert_uint_eq(n_losses, 3);
}
END_TEST

/* What was dropped after the last record is told at the end. */
START_TEST(test_losses_at_the_end)
{
	struct stock stock;

	listen_to(&cpt_3);
	stock_fill(&stock, 14);
	for (int i = 0; i < 7; i++)
		add_exit(&stock);
	drops = 9;
	ck_assert_int_eq(tspool_unsubscribe(listener), 0);
	ck_assert_int_eq(tspool_drain(listener, &handler, &session), 8);
	ck_assert_uint_eq(n_records, 7);
	ck_assert_uint_eq(n_losses, 1);
	ck_assert_uint_eq(losses[0].count, 9);
}
END_TEST

/* A kernel that does not count tells of each overrun by an error. */
START_TEST(test_uncounted_losses)
{
	struct stock stock;
	int enobufs = 1;
	socklen_t length = sizeof(enobufs);

	stock_fill(&stock, 9);
	counts_drops = false;
	listen_to(NULL);
	ck_assert_int_eq(getsockopt(tspool_listener_fd(listener), SOL_NETLINK, NETLINK_NO_ENOBUFS,
				    &enobufs, &length),
			 0);
	ck_assert_int_eq(enobufs, 0);
	add_datagram()->error = ENOBUFS;
	ck_assert_int_eq(receive(), 1);
	ck_assert_uint_eq(n_losses, 1);
	ck_assert_uint_eq(losses[0].count, TSPOOL_COUNT_UNKNOWN);
	ck_assert_uint_eq(record_of(&stock)->frame.cpt, TSPOOL_CPT_ANY);
}
END_TEST

/* Where it counts, an error would only cost more. */
START_TEST(test_no_error_where_counted)
{
	int no_enobufs = 0;
	socklen_t length = sizeof(no_enobufs);

	listen_to(NULL);
	ck_assert_int_eq(getsockopt(tspool_listener_fd(listener), SOL_NETLINK, NETLINK_NO_ENOBUFS,
				    &no_enobufs, &length),
			 0);
	ck_assert_int_eq(no_enobufs, 1);
}
END_TEST

static void expect_request(int attribute, const char *cpus)
{
	struct message expected;

	message_start_genl(&expected, TASKSTATS_CMD_GET, NLM_F_REQUEST);
	message_put_string(&expected, attribute, cpus);
	ck_assert_uint_eq(n_sent, 1);
	ck_assert_uint_eq(sent.header.nlmsg_flags, NLM_F_REQUEST);
	message_expect(&sent, &expected);
	n_sent = 0;
}

START_TEST(test_registration)
{
	const struct tspool_listen_options options = { .cpus = "0-1,3" };

	ck_assert_int_eq(tspool_listen(session, &options, &listener), 0);
	expect_request(TASKSTATS_CMD_ATTR_REGISTER_CPUMASK, "0-1,3");
	ck_assert_int_eq(tspool_unsubscribe(listener), 0);
	expect_request(TASKSTATS_CMD_ATTR_DEREGISTER_CPUMASK, "0-1,3");
	/* Once is enough. */
	ck_assert_int_eq(tspool_unsubscribe(listener), 0);
	tspool_listener_close(listener);
	ck_assert_uint_eq(n_sent, 0);

	/* A socket that goes without a word would leave its port id behind. */
	ck_assert_int_eq(tspool_listen(session, &options, &listener), 0);
	n_sent = 0;
	tspool_listener_close(listener);
	expect_request(TASKSTATS_CMD_ATTR_DEREGISTER_CPUMASK, "0-1,3");
	listener = NULL;
}
END_TEST

/* Without a list: all that the machine may have. */
START_TEST(test_registration_of_all)
{
	char list[256] = "";
	FILE *file = fopen("/sys/devices/system/cpu/possible", "r");

	ck_assert_ptr_nonnull(file);
	ck_assert_ptr_nonnull(fgets(list, sizeof(list), file));
	fclose(file);
	list[strcspn(list, "\n")] = '\0';
	ck_assert_int_eq(tspool_listen(session, NULL, &listener), 0);
	expect_request(TASKSTATS_CMD_ATTR_REGISTER_CPUMASK, list);
}
END_TEST

START_TEST(test_refused)
{
	static const int errors[] = { EPERM, EINVAL, ERANGE };
	static const char *const words[] = { "CAP_NET_ADMIN", "initial pid", "" };
	const struct tspool_listen_options options = { .cpus = "0" };

	for (unsigned int i = 0; i < 3; i++) {
		forget_script();
		message_refusal(&add_datagram()->message, -errors[i], NULL, NULL);
		ck_assert_int_eq(tspool_listen(session, &options, &listener), -errors[i]);
		ck_assert_ptr_null(listener);
		ck_assert_ptr_nonnull(strstr(tspool_error(session), words[i]));
		ck_assert_ptr_nonnull(strstr(tspool_error(session), "listen to CPUs \"0\""));
		/* Nothing was registered: nothing to take back. */
		ck_assert_uint_eq(n_sent, 1);
	}
}
END_TEST

/* Matched by the library, which keeps what the filter refers to. All records get numbers. */
START_TEST(test_filter)
{
	struct tspool_uid_range uids[] = { { .first = 130, .last = 131 } };
	const struct tspool_filter filter = { .uids = uids, .n_uids = 1, .failed = true };
	const struct tspool_listen_options options = { .cpus = "0", .filter = &filter };
	struct stock wanted, other;

	stock_fill(&wanted, 17);
	other = wanted;
	other.v17.ac_uid = 132;
	ck_assert_int_eq(tspool_listen(session, &options, &listener), 0);
	uids[0] = (struct tspool_uid_range){ .first = 132, .last = 132 };

	stock_expect(record_of(&wanted), TSPOOL_FIELD_seq, true, 0);
	add_exit(&other);
	ck_assert_int_eq(receive(), 0);
	stock_expect(record_of(&wanted), TSPOOL_FIELD_seq, true, 2);
}
END_TEST

START_TEST(test_bad_pattern)
{
	static const struct tspool_filter filter = { .comm = "a\\" };
	const struct tspool_listen_options options = { .filter = &filter };

	ck_assert_int_eq(tspool_listen(session, &options, &listener), -EINVAL);
	ck_assert_ptr_nonnull(strstr(tspool_error(session), "ends in a backslash"));
	ck_assert_uint_eq(n_sent, 0);
}
END_TEST

START_TEST(test_beyond)
{
	static const struct tspool_filter cgroup = { .cgroup_id = 1 }, pid_ns = { .pid_ns = 1 };
	static const struct tspool_filter all;
	static const struct tspool_listen_options beyond[] = {
		{ .filter = &cgroup },
		{ .filter = &pid_ns },
		{ .backlog_bytes = TSPOOL_NO_BACKLOG },
		{ .drop = TSPOOL_DROP_OLDEST },
		{ .cpts = "0" },
	};
	const struct tspool_listen_options within = { .filter = &all };
	struct tspool_stats *stats;

	for (unsigned int i = 0; i < 5; i++) {
		ck_assert_int_eq(tspool_listen(session, &beyond[i], &listener), -EOPNOTSUPP);
		ck_assert_ptr_nonnull(strstr(tspool_error(session), "takes the tspool module"));
		ck_assert_uint_eq(n_sent, 0);
	}
	ck_assert_int_eq(tspool_get_stats(session, &stats), -EOPNOTSUPP);
	ck_assert_int_eq(tspool_listen(session, &within, &listener), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("taskstats_listen");
	TCase *tcase = tcase_create("listening");

	tcase_add_checked_fixture(tcase, open_session, close_all);
	tcase_add_test(tcase, test_losses);
	tcase_add_test(tcase, test_losses_at_the_end);
	tcase_add_test(tcase, test_uncounted_losses);
	tcase_add_test(tcase, test_no_error_where_counted);
	tcase_add_test(tcase, test_registration);
	tcase_add_test(tcase, test_registration_of_all);
	tcase_add_test(tcase, test_refused);
	tcase_add_test(tcase, test_filter);
	tcase_add_test(tcase, test_bad_pattern);
	tcase_add_test(tcase, test_beyond);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
