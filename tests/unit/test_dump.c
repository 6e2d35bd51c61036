// SPDX-License-Identifier: GPL-2.0-only
/* The module's tables and totals, with answers from a script. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <tspool/dump.h>

#include "run_suite.h"
#include "scripted_session.h"

static void add_done(int error, int flags)
{
	struct message *answer = add_answer();

	message_start(answer, NLMSG_DONE, NLM_F_MULTI | flags);
	message_put(answer, &error, sizeof(error));
}

static void add_cpt(uint32_t id, const char *cpus, int flags)
{
	const uint32_t distances[] = { 10 + 11 * id, 21 - 11 * id };
	struct message *answer = add_answer();

	message_start_genl(answer, TSPOOL_CMD_CPT_GET, NLM_F_MULTI | flags);
	message_put_u32(answer, TSPOOL_CPT_A_ID, id);
	message_put_string(answer, TSPOOL_CPT_A_CPUS, cpus);
	message_put_string(answer, TSPOOL_CPT_A_NODES, "0");
	message_put_u32(answer, TSPOOL_CPT_A_WEIGHT, 2);
	message_put_attribute(answer, TSPOOL_CPT_A_DISTANCES, distances, sizeof(distances));
}

START_TEST(test_get_cpts)
{
	struct tspool_cpt_info *cpts;
	size_t count;

	add_cpt(0, "0-1", 0);
	add_cpt(1, "2-3", 0);
	add_done(0, 0);
	ck_assert_int_eq(tspool_get_cpts(session, &cpts, &count), 0);
	ck_assert_uint_eq(count, 2);
	ck_assert_uint_eq(cpts[1].id, 1);
	ck_assert_uint_eq(cpts[1].weight, 2);
	ck_assert_str_eq(cpts[0].cpus, "0-1");
	ck_assert_str_eq(cpts[1].cpus, "2-3");
	ck_assert_str_eq(cpts[1].nodes, "0");
	ck_assert_uint_eq(cpts[1].n_distances, 2);
	ck_assert_uint_eq(cpts[1].distances[0], 21);
	ck_assert_uint_eq(cpts[1].distances[1], 10);
	tspool_free_cpts(cpts, count);
}
END_TEST

START_TEST(test_get_many_cpts)
{
	struct tspool_cpt_info *cpts;
	size_t count, i;

	for (i = 0; i < 21; i++)
		add_cpt(i, "0-1", 0);
	add_done(0, 0);
	ck_assert_int_eq(tspool_get_cpts(session, &cpts, &count), 0);
	ck_assert_uint_eq(count, 21);
	for (i = 0; i < count; i++)
		ck_assert_uint_eq(cpts[i].id, i);
	tspool_free_cpts(cpts, count);
}
END_TEST

START_TEST(test_interrupted_dump)
{
	struct tspool_cpt_info *cpts;
	size_t count;
	int i;

	add_cpt(7, "0", 0);
	add_done(0, NLM_F_DUMP_INTR);
	add_cpt(0, "0-1", NLM_F_DUMP_INTR);
	add_done(0, 0);
	add_cpt(1, "2-3", 0);
	add_done(0, 0);
	ck_assert_int_eq(tspool_get_cpts(session, &cpts, &count), 0);
	ck_assert_uint_eq(n_sent, 3);
	ck_assert_uint_eq(count, 1);
	ck_assert_uint_eq(cpts[0].id, 1);
	tspool_free_cpts(cpts, count);

	forget_answers();
	for (i = 0; i < 8; i++)
		add_done(0, NLM_F_DUMP_INTR);
	ck_assert_int_eq(tspool_get_cpts(session, &cpts, &count), -EINTR);
	ck_assert_uint_eq(n_sent, 8);
	ck_assert_ptr_null(cpts);
	ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(test_failed_dumps)
{
	struct tspool_cpt_info *cpts;
	size_t count;

	add_cpt(0, "0-1", 0);
	add_done(-EMSGSIZE, 0);
	ck_assert_int_eq(tspool_get_cpts(session, &cpts, &count), -EMSGSIZE);
	ck_assert_ptr_null(cpts);

	message_refusal(add_answer(), -EPERM, NULL, NULL);
	ck_assert_int_eq(tspool_get_cpts(session, &cpts, &count), -EPERM);
	ck_assert_str_eq(tspool_error(session),
			 "CPT table: not permitted: CAP_NET_ADMIN is missing");

	/* Without its weight and distances. */
	add_cpt(0, "0-1", 0);
	message_start_genl(add_answer(), TSPOOL_CMD_CPT_GET, NLM_F_MULTI);
	message_put_u32(&answers[n_answers - 1], TSPOOL_CPT_A_ID, 1);
	message_put_string(&answers[n_answers - 1], TSPOOL_CPT_A_CPUS, "1");
	add_cpt(2, "0-1", 0);
	add_done(0, 0);
	ck_assert_int_eq(tspool_get_cpts(session, &cpts, &count), -EBADMSG);
	ck_assert_ptr_null(cpts);
}
END_TEST

START_TEST(test_get_scheds)
{
	struct message *answer = add_answer();
	struct tspool_sched_info *scheds;
	size_t count, nest;
	int attribute;

	message_start_genl(answer, TSPOOL_CMD_SCHED_GET, NLM_F_MULTI);
	for (attribute = TSPOOL_SCHED_A_CPT; attribute <= TSPOOL_SCHED_A_LISTENERS; attribute++)
		message_put_u32(answer, attribute, 100 + attribute);
	for (; attribute < TSPOOL_SCHED_A_DROPPED; attribute++)
		message_put_u64(answer, attribute, (1ULL << 40) + attribute);
	nest = message_start_nest(answer, TSPOOL_SCHED_A_DROPPED);
	message_put_attribute(answer, TSPOOL_SCHED_A_PAD, "", 0);
	message_put_u64(answer, TSPOOL_CAUSE_NO_SLOT, 5);
	message_put_attribute(answer, TSPOOL_SCHED_A_PAD, "", 0);
	message_put_u64(answer, TSPOOL_CAUSE_HOOK_MISSED, 6);
	message_put_u64(answer, 77, 7);
	message_put_u64(answer, 78, 8);
	message_end_nest(answer, nest);
	add_done(0, 0);

	ck_assert_int_eq(tspool_get_scheds(session, &scheds, &count), 0);
	ck_assert_uint_eq(count, 1);
	ck_assert_uint_eq(scheds->cpt, 102);
	ck_assert_uint_eq(scheds->served_by, 103);
	ck_assert_uint_eq(scheds->threads, 104);
	ck_assert_uint_eq(scheds->threads_max, 105);
	ck_assert_uint_eq(scheds->listeners, 106);
	ck_assert_uint_eq(scheds->queued, (1ULL << 40) + 7);
	ck_assert_uint_eq(scheds->nomem_retries, (1ULL << 40) + 11);
	ck_assert_uint_eq(scheds->dropped[TSPOOL_CAUSE_NO_SLOT], 5);
	ck_assert_uint_eq(scheds->dropped[TSPOOL_CAUSE_SOCKET_FULL], 0);
	ck_assert_uint_eq(scheds->dropped[TSPOOL_CAUSE_HOOK_MISSED], 6);
	ck_assert_uint_eq(scheds->dropped[TSPOOL_CAUSE_UNSPEC], 15);
	tspool_free_scheds(scheds, count);
}
END_TEST

START_TEST(test_no_listeners)
{
	struct tspool_listener_info *listeners;
	size_t count;

	add_done(0, 0);
	ck_assert_int_eq(tspool_get_listeners(session, &listeners, &count), 0);
	ck_assert_uint_eq(count, 0);
	tspool_free_listeners(listeners, count);
}
END_TEST

START_TEST(test_get_stats)
{
	struct message *answer = add_answer();
	struct tspool_stats *stats;
	int attribute;

	message_start_genl(answer, TSPOOL_CMD_STATS_GET, 0);
	message_put_string(answer, TSPOOL_STATS_A_VERSION, "1.2.3");
	message_put_string(answer, TSPOOL_STATS_A_HOOK, "kprobe:taskstats_exit");
	for (attribute = TSPOOL_STATS_A_HOOK_ARMED; attribute <= TSPOOL_STATS_A_LISTENERS;
	     attribute++)
		message_put_u32(answer, attribute, attribute);
	for (; attribute < TSPOOL_STATS_A_DROPPED; attribute++)
		message_put_u64(answer, attribute, attribute);
	add_ack();

	ck_assert_int_eq(tspool_get_stats(session, &stats), 0);
	ck_assert_str_eq(stats->version, "1.2.3");
	ck_assert_str_eq(stats->hook, "kprobe:taskstats_exit");
	ck_assert_uint_eq(stats->hook_armed, 4);
	ck_assert_uint_eq(stats->slots, 7);
	ck_assert_uint_eq(stats->nomem_retries, 13);
	ck_assert_uint_eq(stats->dropped[TSPOOL_CAUSE_NO_SLOT], 0);
	tspool_free_stats(stats);

	add_ack();
	ck_assert_int_eq(tspool_get_stats(session, &stats), -EBADMSG);
	ck_assert_ptr_null(stats);
	tspool_free_stats(stats);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dump");
	TCase *tcase = tcase_create("tables and totals");

	tcase_add_checked_fixture(tcase, open_session, close_session);
	tcase_add_test(tcase, test_get_cpts);
	tcase_add_test(tcase, test_get_many_cpts);
	tcase_add_test(tcase, test_interrupted_dump);
	tcase_add_test(tcase, test_failed_dumps);
	tcase_add_test(tcase, test_get_scheds);
	tcase_add_test(tcase, test_no_listeners);
	tcase_add_test(tcase, test_get_stats);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
