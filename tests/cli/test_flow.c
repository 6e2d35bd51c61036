// SPDX-License-Identifier: GPL-2.0-only
/* The way of the records, as tsctl stats shows it. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "flow.h"
#include "latency.h"

/* Two CPTs, and two listeners, of which the second wants CPT 1 only. */
static struct tspool_sched_info scheds[2];
static struct tspool_feed_info first_feeds[2], second_feeds[1];
static struct tspool_listener_info listeners[2];

static struct tsp_look look_at(uint64_t scale)
{
	struct tsp_look look = {
		.scheds = scheds,
		.n_scheds = 2,
		.listeners = listeners,
		.n_listeners = 2,
	};

	for (uint32_t cpt = 0; cpt < 2; cpt++) {
		scheds[cpt] = (struct tspool_sched_info){
			.cpt = cpt,
			.listeners = 1 + cpt,
			.captured = (100 + cpt) * scale,
			.queued = 3,
			.queued_max = 40,
			.drained = (90 + cpt) * scale,
			.in_flight = 2,
			.in_flight_max = 20,
			.delivered = (80 + cpt) * scale,
			.dropped[TSPOOL_CAUSE_NO_SLOT] = scale,
			.latency[10] = scale,
		};
		first_feeds[cpt] = (struct tspool_feed_info){
			.cpt = cpt,
			.captured = 70 * scale,
			.delivered = 60 * scale,
			.messages = 5 * scale,
			.filtered = 2 * scale,
			.backlog_records = 3,
			.backlog_bytes = 3000,
			.dropped[TSPOOL_CAUSE_BACKLOG_FULL] = 10 * scale,
		};
	}
	second_feeds[0] = (struct tspool_feed_info){
		.cpt = 1,
		.captured = 7 * scale,
		.backlog_records = 2,
	};
	listeners[0] = (struct tspool_listener_info){
		.portid = 1,
		.delivered = 120 * scale,
		.feeds = first_feeds,
		.n_feeds = 2,
	};
	listeners[1] = (struct tspool_listener_info){
		.portid = 2,
		.feeds = second_feeds,
		.n_feeds = 1,
	};
	return look;
}

static void check_json(json_t *value, const char *expected)
{
	char *dumped = json_dumps(value, JSON_COMPACT);

	ck_assert_str_eq(dumped, expected);
	free(dumped);
	json_decref(value);
}

START_TEST(of_all_time)
{
	struct tsp_look look = look_at(1);
	struct tsp_flow *flows = tsp_flows(&look, NULL);

	check_json(tsp_flow_sched_rows(flows, 1),
		   "[{\"cpt\":0,\"captured\":100,\"queued\":3,\"queued_max\":40,\"drained\":90,"
		   "\"in_flight\":2,\"in_flight_max\":20,\"delivered\":80,"
		   "\"dropped\":{\"no_slot\":1,\"backlog_full\":0,\"no_memory\":0,"
		   "\"hook_missed\":0,\"relay_full\":0}}]");
	ck_assert_uint_eq(flows[0].feeds.captured, 70);
	ck_assert_uint_eq(flows[1].feeds.captured, 77);
	ck_assert_uint_eq(flows[1].feeds.cpt, 1);
	ck_assert_uint_eq(flows[1].feeds.delivered, 60);
	ck_assert_uint_eq(flows[1].feeds.messages, 5);
	ck_assert_uint_eq(flows[1].feeds.filtered, 2);
	ck_assert_uint_eq(flows[1].feeds.backlog_records, 5);
	ck_assert_uint_eq(flows[1].feeds.backlog_bytes, 3000);
	ck_assert_uint_eq(flows[1].feeds.dropped[TSPOOL_CAUSE_BACKLOG_FULL], 10);
	free(flows);
}
END_TEST

/* Keeps what the first look saw, while the module goes on counting. */
static struct tsp_look keep(const struct tsp_look *look)
{
	static struct tspool_sched_info kept_scheds[2];
	static struct tspool_feed_info kept_first[2], kept_second[1];
	static struct tspool_listener_info kept_listeners[2];
	struct tsp_look kept = *look;

	memcpy(kept_scheds, scheds, sizeof(scheds));
	memcpy(kept_first, first_feeds, sizeof(first_feeds));
	memcpy(kept_second, second_feeds, sizeof(second_feeds));
	memcpy(kept_listeners, listeners, sizeof(listeners));
	kept_listeners[0].feeds = kept_first;
	kept_listeners[1].feeds = kept_second;
	kept.scheds = kept_scheds;
	kept.listeners = kept_listeners;
	return kept;
}

START_TEST(since_a_look)
{
	struct tsp_look look = look_at(10), before = keep(&look);
	struct tsp_flow *flows;

	look = look_at(12);
	flows = tsp_flows(&look, &before);
	ck_assert_uint_eq(flows[0].sched.captured, 200);
	ck_assert_uint_eq(flows[1].sched.captured, 202);
	ck_assert_uint_eq(flows[0].sched.drained, 180);
	ck_assert_uint_eq(flows[0].sched.delivered, 160);
	ck_assert_uint_eq(flows[0].sched.dropped[TSPOOL_CAUSE_NO_SLOT], 2);
	ck_assert_uint_eq(flows[0].sched.latency[10], 2);
	ck_assert_uint_eq(flows[0].sched.queued, 3);
	ck_assert_uint_eq(flows[0].sched.queued_max, 40);
	ck_assert_uint_eq(flows[0].sched.in_flight, 2);
	ck_assert_uint_eq(flows[0].sched.in_flight_max, 20);
	ck_assert_uint_eq(flows[1].feeds.captured, 2 * 77);
	ck_assert_uint_eq(flows[1].feeds.delivered, 2 * 60);
	ck_assert_uint_eq(flows[1].feeds.messages, 2 * 5);
	ck_assert_uint_eq(flows[1].feeds.filtered, 2 * 2);
	ck_assert_uint_eq(flows[1].feeds.backlog_records, 5);
	ck_assert_uint_eq(flows[1].feeds.dropped[TSPOOL_CAUSE_BACKLOG_FULL], 2 * 10);
	free(flows);
}
END_TEST

/* One has gone; another, which has its port id, has only begun; and a third one is new. */
START_TEST(listeners_that_come_and_go)
{
	struct tsp_look look = look_at(10), before = keep(&look);
	struct tsp_flow *flows;

	look = look_at(1);
	memcpy(scheds, before.scheds, sizeof(scheds));
	listeners[1].portid = 3;
	flows = tsp_flows(&look, &before);
	ck_assert_uint_eq(flows[0].sched.captured, 0);
	ck_assert_uint_eq(flows[0].feeds.captured, 70);
	ck_assert_uint_eq(flows[1].feeds.captured, 77);
	free(flows);
}
END_TEST

static void check_text(void (*print)(FILE *out, uint32_t cpt,
				     const uint64_t counts[TSPOOL_LATENCY_BUCKETS]),
		       const uint64_t counts[TSPOOL_LATENCY_BUCKETS], const char *expected)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	ck_assert_ptr_nonnull(out);
	print(out, 3, counts);
	fclose(out);
	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(latency_as_text)
{
	static const uint64_t none[TSPOOL_LATENCY_BUCKETS];
	static const uint64_t counts[TSPOOL_LATENCY_BUCKETS] = {
		[0] = 1, [5] = 100, [7] = 300, [33] = 598, [35] = 1,
	};
	static const uint64_t endless[TSPOOL_LATENCY_BUCKETS] = {
		[TSPOOL_LATENCY_BUCKETS - 1] = 2,
	};

	check_text(tsp_latency_line, none, "CPT 3, from exit to delivery of 0 records\n");
	check_text(tsp_latency_bars, none, "CPT 3, from exit to delivery of 0 records\n");
	check_text(tsp_latency_line, counts,
		   "CPT 3, from exit to delivery of 1000 records: half within 768 us, "
		   "99 % within 768 us, all within 1.02 ms\n");
	check_text(tsp_latency_bars, counts,
		   "CPT 3, from exit to delivery of 1000 records: half within 768 us, "
		   "99 % within 768 us, all within 1.02 ms\n"
		   "      0 ns -  4.00 us            1 #\n"
		   "   4.00 us -  8.00 us          400 ###########################\n"
		   "   8.00 us -  16.0 us            0\n"
		   "   16.0 us -  32.0 us            0\n"
		   "   32.0 us -  64.0 us            0\n"
		   "   64.0 us -   128 us            0\n"
		   "    128 us -   256 us            0\n"
		   "    256 us -   512 us            0\n"
		   "    512 us -  1.02 ms          599 ########################################\n");
	check_text(tsp_latency_bars, endless,
		   "CPT 3, from exit to delivery of 2 records: half with no limit, "
		   "99 % with no limit, all with no limit\n"
		   "   0:17:53 -                     2 ########################################\n");
}
END_TEST

START_TEST(latency_quantiles)
{
	static const uint64_t counts[TSPOOL_LATENCY_BUCKETS] = { [0] = 50, [9] = 49, [79] = 1 };
	json_t *object = tsp_latency_json(counts);
	const json_t *ends = json_object_get(object, "below_us");

	ck_assert_uint_eq(tsp_latency_below_us(counts, 0.5), 1);
	ck_assert_uint_eq(tsp_latency_below_us(counts, 0.51), 12);
	ck_assert_uint_eq(tsp_latency_below_us(counts, 0.99), 12);
	ck_assert_uint_eq(tsp_latency_below_us(counts, 1), 1 << 21);
	ck_assert_uint_eq(json_array_size(ends), TSPOOL_LATENCY_BUCKETS);
	ck_assert_int_eq(json_integer_value(json_array_get(ends, 9)), 12);
	ck_assert(json_is_null(json_array_get(ends, TSPOOL_LATENCY_BUCKETS - 1)));
	ck_assert_int_eq(json_integer_value(json_array_get(json_object_get(object, "counts"), 9)),
			 49);
	check_json(json_incref(json_object_get(object, "quantiles_us")),
		   "{\"50\":1,\"99\":12,\"100\":2097152}");
	json_decref(object);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("flow");
	TCase *tcase = tcase_create("flow");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, of_all_time);
	tcase_add_test(tcase, since_a_look);
	tcase_add_test(tcase, listeners_that_come_and_go);
	tcase_add_test(tcase, latency_as_text);
	tcase_add_test(tcase, latency_quantiles);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
