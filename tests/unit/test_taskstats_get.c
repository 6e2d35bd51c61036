// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's taskstats as a backend: which one a session has, and what it tells of one task. */
#include <check.h>
#include <errno.h>
#include <string.h>
#include <tspool/get.h>

#include "run_suite.h"
#include "scripted_session.h"
#include "stock_stats.h"

static struct tspool_record record;

static void open_taskstats(void)
{
	message_family(add_answer());
	add_ack();
	ck_assert_int_eq(tspool_open_backend(&session, TSPOOL_BACKEND_TASKSTATS), 0);
	forget_answers();
}

static void expect_family(const char *name)
{
	const struct nlattr *attribute = (void *)(sent.bytes + NLMSG_HDRLEN + GENL_HDRLEN);

	ck_assert_uint_eq(attribute->nla_type, CTRL_ATTR_FAMILY_NAME);
	ck_assert_str_eq((const char *)(attribute + 1), name);
}

/* Without the module, and without both. */
START_TEST(test_chosen)
{
	message_refusal(add_answer(), -ENOENT, NULL, NULL);
	message_family(add_answer());
	add_ack();
	ck_assert_int_eq(tspool_open(&session), 0);
	ck_assert_int_eq(tspool_session_backend(session), TSPOOL_BACKEND_TASKSTATS);
	ck_assert_str_eq(tspool_error(session), "");
	expect_family("TASKSTATS");
	close_session();

	message_refusal(add_answer(), -ENOENT, NULL, NULL);
	message_refusal(add_answer(), -ENOENT, NULL, NULL);
	ck_assert_int_eq(tspool_open(&session), -ENOENT);
	ck_assert_ptr_nonnull(strstr(tspool_error(session), "module is not loaded"));
	ck_assert_ptr_nonnull(strstr(tspool_error(session), "no taskstats"));
	close_session();
}
END_TEST

START_TEST(test_forced)
{
	message_refusal(add_answer(), -ENOENT, NULL, NULL);
	ck_assert_int_eq(tspool_open_backend(&session, TSPOOL_BACKEND_TSPOOL), -ENOENT);
	ck_assert_str_eq(tspool_error(session),
			 "the tspool module is not loaded (no generic netlink family TSPOOL)");
	close_session();

	message_refusal(add_answer(), -ENOENT, NULL, NULL);
	ck_assert_int_eq(tspool_open_backend(&session, TSPOOL_BACKEND_TASKSTATS), -ENOENT);
	ck_assert_str_eq(tspool_error(session),
			 "this kernel has no taskstats (no generic netlink family TASKSTATS)");
	close_session();
}
END_TEST

static void expect_request(int attribute, uint32_t number)
{
	struct message expected;

	message_start_genl(&expected, TASKSTATS_CMD_GET, 0);
	message_put_u32(&expected, attribute, number);
	message_expect(&sent, &expected);
}

START_TEST(test_task)
{
	struct stock stock;

	stock_fill(&stock, 17);
	stock_message(add_answer(), &stock);
	add_ack();
	ck_assert_int_eq(tspool_get_task(session, 133, &record), 0);
	expect_request(TASKSTATS_CMD_ATTR_PID, 133);
	ck_assert_uint_eq(record.frame.type, TSPOOL_FRAME_TASK);
	ck_assert_uint_eq(record.frame.cpt, TSPOOL_CPT_ANY);
	stock_expect(&record, TSPOOL_FIELD_pid, true, 133);
	stock_expect(&record, TSPOOL_FIELD_run_time_ns, true, 130);
	stock_expect(&record, TSPOOL_FIELD_start_wall_time_ns, true, 1700000000000000000);
	/* It lives. */
	stock_expect(&record, TSPOOL_FIELD_exit_code, false, 0);
	stock_expect(&record, TSPOOL_FIELD_exit_wall_time_ns, false, 0);
	stock_expect(&record, TSPOOL_FIELD_seq, false, 0);
}
END_TEST

static void add_group(uint32_t tgid, const struct stock *stock)
{
	struct message *answer = add_answer();

	message_start_genl(answer, TASKSTATS_CMD_NEW, 0);
	stock_put(answer, TASKSTATS_TYPE_AGGR_TGID, tgid, stock);
	add_ack();
}

/* By the number of any of its threads, as with the module: the group is that of the leader. */
START_TEST(test_process)
{
	struct stock thread, leader;

	stock_fill(&thread, 14);
	thread.v17.ac_pid = 134;
	stock_fill(&leader, 14);
	stock_message(add_answer(), &thread);
	add_ack();
	stock_message(add_answer(), &leader);
	add_ack();
	add_group(133, &leader);
	ck_assert_int_eq(tspool_get_process(session, 134, &record), 0);
	ck_assert_uint_eq(n_sent, 3);
	expect_request(TASKSTATS_CMD_ATTR_TGID, 133);
	ck_assert_uint_eq(record.frame.type, TSPOOL_FRAME_PROCESS);
	ck_assert_uint_eq(record.frame.cpt, TSPOOL_CPT_ANY);
	stock_expect(&record, TSPOOL_FIELD_pid, true, 133);
	stock_expect(&record, TSPOOL_FIELD_tgid, true, 133);
	stock_expect(&record, TSPOOL_FIELD_user_time_ns, true, 135000);
	stock_expect(&record, TSPOOL_FIELD_uid, true, 131);
	stock_expect(&record, TSPOOL_FIELD_elapsed_ns, true, 9000001000);
	stock_expect(&record, TSPOOL_FIELD_minor_faults, false, 0);
	stock_expect(&record, TSPOOL_FIELD_exit_code, false, 0);
}
END_TEST

/* Of a zombie the kernel tells nothing but zeros. */
START_TEST(test_zombie)
{
	struct stock leader, nothing = { .length = 432 };

	nothing.v17.version = 14;
	stock_fill(&leader, 14);
	stock_message(add_answer(), &leader);
	add_ack();
	add_group(133, &nothing);
	ck_assert_int_eq(tspool_get_process(session, 133, &record), 0);
	stock_expect(&record, TSPOOL_FIELD_uid, true, 131);
	stock_expect(&record, TSPOOL_FIELD_user_time_ns, false, 0);
	stock_expect(&record, TSPOOL_FIELD_run_time_ns, false, 0);
	stock_expect(&record, TSPOOL_FIELD_voluntary_switches, false, 0);
}
END_TEST

START_TEST(test_failures)
{
	struct stock stock;

	memset(&record, 0x55, sizeof(record));
	message_refusal(add_answer(), -ESRCH, NULL, NULL);
	ck_assert_int_eq(tspool_get_task(session, 133, &record), -ESRCH);
	ck_assert_str_eq(tspool_error(session), "task 133: No such process");
	message_refusal(add_answer(), -EPERM, NULL, NULL);
	ck_assert_int_eq(tspool_get_process(session, 133, &record), -EPERM);
	ck_assert_str_eq(tspool_error(session),
			 "process 133: not permitted: CAP_NET_ADMIN is missing");

	/* An answer without a task; of a group instead; none at all. */
	message_start_genl(add_answer(), TASKSTATS_CMD_NEW, 0);
	add_ack();
	ck_assert_int_eq(tspool_get_task(session, 133, &record), -EBADMSG);
	stock_fill(&stock, 17);
	add_group(133, &stock);
	ck_assert_int_eq(tspool_get_task(session, 133, &record), -EBADMSG);
	add_ack();
	ck_assert_int_eq(tspool_get_task(session, 133, &record), -EBADMSG);
	ck_assert_uint_eq(record.pid, 0x55555555);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("taskstats_get");
	TCase *opening = tcase_create("opening");
	TCase *getting = tcase_create("getting");

	tcase_add_test(opening, test_chosen);
	tcase_add_test(opening, test_forced);
	suite_add_tcase(suite, opening);
	tcase_add_checked_fixture(getting, open_taskstats, close_session);
	tcase_add_test(getting, test_task);
	tcase_add_test(getting, test_process);
	tcase_add_test(getting, test_zombie);
	tcase_add_test(getting, test_failures);
	suite_add_tcase(suite, getting);
	return run_suite(suite);
}
