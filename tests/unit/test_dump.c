// SPDX-License-Identifier: GPL-2.0-only
/* The module's tables and totals, with answers from a script. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tspool/dump.h>

#include "run_suite.h"
#include "scripted_session.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

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

/* Up to DROPPED, each with its number; of the later ones, with this many latency counts. */
static void add_sched(unsigned int n_buckets, size_t odd_bytes)
{
	uint64_t latency[2 * TSPOOL_LATENCY_BUCKETS + 1];
	struct message *answer = add_answer();
	unsigned int i;
	size_t nest;
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
	for (i = 0; i < ARRAY_SIZE(latency); i++)
		latency[i] = (1ULL << 33) + i;
	message_put_attribute(answer, TSPOOL_SCHED_A_LATENCY, latency,
			      n_buckets * sizeof(*latency) + odd_bytes);
	for (attribute = TSPOOL_SCHED_A_DELIVERED; attribute <= TSPOOL_SCHED_A_IN_FLIGHT_MAX;
	     attribute++)
		message_put_u64(answer, attribute, (1ULL << 40) + attribute);
	/* Of a newer module. */
	message_put_u64(answer, 31, 1);
	message_put_u64(answer, 700, 1);
}

START_TEST(test_get_scheds)
{
	struct tspool_sched_info *scheds;
	size_t count;

	add_sched(TSPOOL_LATENCY_BUCKETS, 0);
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
	ck_assert_uint_eq(scheds->dropped[TSPOOL_CAUSE_BACKLOG_FULL], 0);
	ck_assert_uint_eq(scheds->dropped[TSPOOL_CAUSE_HOOK_MISSED], 6);
	ck_assert_uint_eq(scheds->dropped[TSPOOL_CAUSE_UNSPEC], 15);
	ck_assert_uint_eq(scheds->delivered, (1ULL << 40) + 14);
	ck_assert_uint_eq(scheds->queued_max, (1ULL << 40) + 15);
	ck_assert_uint_eq(scheds->in_flight, (1ULL << 40) + 16);
	ck_assert_uint_eq(scheds->in_flight_max, (1ULL << 40) + 17);
	tspool_free_scheds(scheds, count);
}
END_TEST

/* More and fewer counts than this library knows; and a part of one, which makes no sense. */
START_TEST(test_latency_lengths)
{
	static const unsigned int lengths[] = { 0, 1, TSPOOL_LATENCY_BUCKETS - 1,
						TSPOOL_LATENCY_BUCKETS,
						2 * TSPOOL_LATENCY_BUCKETS };
	struct tspool_sched_info *scheds;
	size_t count, i, bucket;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		uint64_t sum = 0;

		add_sched(lengths[i], 0);
		add_done(0, 0);
		ck_assert_int_eq(tspool_get_scheds(session, &scheds, &count), 0);
		for (bucket = 0; bucket < TSPOOL_LATENCY_BUCKETS; bucket++) {
			if (bucket < TSPOOL_LATENCY_BUCKETS - 1)
				ck_assert_uint_eq(scheds->latency[bucket],
						  bucket < lengths[i] ? (1ULL << 33) + bucket : 0);
			sum += scheds->latency[bucket];
		}
		ck_assert_uint_eq(sum, (lengths[i] * (1ULL << 33)) +
					       lengths[i] * (lengths[i] - 1ULL) / 2);
		tspool_free_scheds(scheds, count);
		forget_answers();
	}
	for (i = 1; i < sizeof(uint64_t); i++) {
		add_sched(TSPOOL_LATENCY_BUCKETS, i);
		add_done(0, 0);
		ck_assert_int_eq(tspool_get_scheds(session, &scheds, &count), -EBADMSG);
		ck_assert_ptr_null(scheds);
		forget_answers();
	}
}
END_TEST

static void add_feed(struct message *answer, uint32_t cpt)
{
	size_t nest = message_start_nest(answer, TSPOOL_LISTENER_A_FEED);
	size_t dropped;

	message_put_u32(answer, TSPOOL_FEED_A_CPT, cpt);
	message_put_u64(answer, TSPOOL_FEED_A_CAPTURED, 100 * cpt + 50);
	message_put_attribute(answer, TSPOOL_FEED_A_PAD, "", 0);
	message_put_u64(answer, TSPOOL_FEED_A_DELIVERED, 100 * cpt + 40);
	message_put_u64(answer, TSPOOL_FEED_A_MESSAGES, cpt);
	dropped = message_start_nest(answer, TSPOOL_FEED_A_DROPPED);
	message_put_u64(answer, TSPOOL_CAUSE_BACKLOG_FULL, 10);
	message_end_nest(answer, dropped);
	message_put_u64(answer, TSPOOL_FEED_A_BACKLOG_RECORDS, 4);
	message_put_u64(answer, TSPOOL_FEED_A_BACKLOG_BYTES, 5000);
	message_put_u64(answer, TSPOOL_FEED_A_BACKLOG_BYTES_MAX, 9000);
	message_put_u64(answer, TSPOOL_FEED_A_FILTERED, 30);
	message_end_nest(answer, nest);
}

static struct message *add_listener(uint32_t portid)
{
	struct message *answer = add_answer();

	message_start_genl(answer, TSPOOL_CMD_LISTENER_GET, NLM_F_MULTI);
	message_put_u32(answer, TSPOOL_LISTENER_A_PORTID, portid);
	message_put_u32(answer, TSPOOL_LISTENER_A_NETNS, 2);
	message_put_u32(answer, TSPOOL_LISTENER_A_PID, 3);
	message_put_string(answer, TSPOOL_LISTENER_A_COMM, "reader");
	message_put_string(answer, TSPOOL_LISTENER_A_CPUS, "0-3");
	message_put_u64(answer, TSPOOL_LISTENER_A_DELIVERED, 4);
	message_put_u64(answer, TSPOOL_LISTENER_A_MESSAGES, 5);
	message_put_u64(answer, TSPOOL_LISTENER_A_BACKLOG_LIMIT, 1 << 20);
	message_put_u64(answer, TSPOOL_LISTENER_A_FILTERED, 1ULL << 43);
	return answer;
}

START_TEST(test_get_listeners)
{
	struct tspool_listener_info *listeners;
	struct message *answer;
	size_t count;

	add_listener(7);
	answer = add_listener(8);
	add_feed(answer, 0);
	add_feed(answer, 2);
	add_done(0, 0);
	ck_assert_int_eq(tspool_get_listeners(session, &listeners, &count), 0);
	ck_assert_uint_eq(count, 2);
	ck_assert_uint_eq(listeners[0].portid, 7);
	ck_assert_uint_eq(listeners[0].n_feeds, 0);
	ck_assert_str_eq(listeners[1].comm, "reader");
	ck_assert_uint_eq(listeners[1].backlog_limit, 1 << 20);
	ck_assert_uint_eq(listeners[1].filtered, 1ULL << 43);
	ck_assert_uint_eq(listeners[1].n_feeds, 2);
	ck_assert_uint_eq(listeners[1].feeds[0].cpt, 0);
	ck_assert_uint_eq(listeners[1].feeds[0].captured, 50);
	ck_assert_uint_eq(listeners[1].feeds[1].cpt, 2);
	ck_assert_uint_eq(listeners[1].feeds[1].captured, 250);
	ck_assert_uint_eq(listeners[1].feeds[1].delivered, 240);
	ck_assert_uint_eq(listeners[1].feeds[1].messages, 2);
	ck_assert_uint_eq(listeners[1].feeds[1].backlog_records, 4);
	ck_assert_uint_eq(listeners[1].feeds[1].backlog_bytes, 5000);
	ck_assert_uint_eq(listeners[1].feeds[1].backlog_bytes_max, 9000);
	ck_assert_uint_eq(listeners[1].feeds[1].filtered, 30);
	ck_assert_uint_eq(listeners[1].feeds[1].dropped[TSPOOL_CAUSE_BACKLOG_FULL], 10);
	ck_assert_uint_eq(listeners[1].feeds[1].dropped[TSPOOL_CAUSE_NO_SLOT], 0);
	tspool_free_listeners(listeners, count);
}
END_TEST

/* Cut short, or with a part of the wrong size. */
START_TEST(test_bad_feeds)
{
	struct tspool_listener_info *listeners;
	struct message *answer = add_listener(7);
	size_t count, nest;
	char sentence[80];

	add_feed(answer, 0);
	nest = message_start_nest(answer, TSPOOL_LISTENER_A_FEED);
	message_put_u32(answer, TSPOOL_FEED_A_CPT, 1);
	message_end_nest(answer, nest);
	add_done(0, 0);
	ck_assert_int_eq(tspool_get_listeners(session, &listeners, &count), -EBADMSG);
	ck_assert_ptr_null(listeners);
	snprintf(sentence, sizeof(sentence),
		 "listeners: attribute %d of the module's answer: Bad message",
		 TSPOOL_LISTENER_A_FEED);
	ck_assert_str_eq(tspool_error(session), sentence);

	answer = add_listener(7);
	nest = message_start_nest(answer, TSPOOL_LISTENER_A_FEED);
	message_put_u64(answer, TSPOOL_FEED_A_CPT, 1);
	message_end_nest(answer, nest);
	add_done(0, 0);
	ck_assert_int_eq(tspool_get_listeners(session, &listeners, &count), -EBADMSG);
	ck_assert_uint_eq(count, 0);
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

static void add_stats(void)
{
	struct message *answer = add_answer();
	int attribute;

	message_start_genl(answer, TSPOOL_CMD_STATS_GET, 0);
	message_put_string(answer, TSPOOL_STATS_A_VERSION, "1.2.3");
	message_put_string(answer, TSPOOL_STATS_A_HOOK, "kprobe:taskstats_exit");
	for (attribute = TSPOOL_STATS_A_HOOK_ARMED; attribute <= TSPOOL_STATS_A_LISTENERS;
	     attribute++)
		message_put_u32(answer, attribute, attribute);
	for (; attribute < TSPOOL_STATS_A_DROPPED; attribute++)
		message_put_u64(answer, attribute, attribute);
	for (attribute++; attribute <= TSPOOL_STATS_A_MESSAGE_BYTES; attribute++)
		message_put_u64(answer, attribute, attribute);
}

START_TEST(test_get_stats)
{
	struct tspool_stats *stats;

	add_stats();
	add_ack();
	ck_assert_int_eq(tspool_get_stats(session, &stats), 0);
	ck_assert_str_eq(stats->version, "1.2.3");
	ck_assert_str_eq(stats->hook, "kprobe:taskstats_exit");
	ck_assert_uint_eq(stats->hook_armed, 4);
	ck_assert_uint_eq(stats->slots, 7);
	ck_assert_uint_eq(stats->nomem_retries, 13);
	ck_assert_uint_eq(stats->dropped[TSPOOL_CAUSE_NO_SLOT], 0);
	ck_assert_uint_eq(stats->delivered, 15);
	ck_assert_uint_eq(stats->in_flight, 16);
	ck_assert_uint_eq(stats->backlog_reserved, 17);
	ck_assert_uint_eq(stats->backlog_limit, 18);
	ck_assert_uint_eq(stats->message_bytes, 19);
	tspool_free_stats(stats);

	add_ack();
	ck_assert_int_eq(tspool_get_stats(session, &stats), -EBADMSG);
	ck_assert_ptr_null(stats);
	tspool_free_stats(stats);

	forget_answers();
	add_stats();
	add_stats();
	add_ack();
	ck_assert_int_eq(tspool_get_stats(session, &stats), -EBADMSG);
	ck_assert_ptr_null(stats);
	ck_assert_str_eq(tspool_error(session), "totals: 2 answers from the module instead of one");
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
	tcase_add_test(tcase, test_latency_lengths);
	tcase_add_test(tcase, test_no_listeners);
	tcase_add_test(tcase, test_get_listeners);
	tcase_add_test(tcase, test_bad_feeds);
	tcase_add_test(tcase, test_get_stats);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
