// SPDX-License-Identifier: GPL-2.0-only
/* Sums over records by what they have in common, as they are printed. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tally.h"

#define MS	UINT64_C(1000000)

static void tell(struct tspool_record *record, enum tspool_field field)
{
	record->present[field / 64] |= UINT64_C(1) << field % 64;
}

static struct tspool_record record_of(const char *comm, uint32_t uid, uint32_t exit_code,
				      uint64_t run_time_ns)
{
	struct tspool_record record = {
		.frame = { .type = TSPOOL_FRAME_TASK, .cpt = uid % 2 },
		.uid = uid,
		.exit_code = exit_code,
		.run_time_ns = run_time_ns,
		.run_delay_ns = run_time_ns / 10,
		.blkio_delay_ns = 2 * MS,
		.max_rss_bytes = 4096 * (uint64_t)uid,
	};

	memcpy(record.comm, comm, strlen(comm));
	tell(&record, TSPOOL_FIELD_comm);
	tell(&record, TSPOOL_FIELD_uid);
	tell(&record, TSPOOL_FIELD_exit_code);
	tell(&record, TSPOOL_FIELD_run_time_ns);
	tell(&record, TSPOOL_FIELD_run_delay_ns);
	tell(&record, TSPOOL_FIELD_blkio_delay_ns);
	tell(&record, TSPOOL_FIELD_max_rss_bytes);
	return record;
}

static void add(struct tsp_tally *tally, struct tspool_record record)
{
	ck_assert_int_eq(tsp_tally_record(tally, &record, NULL), 0);
}

static void lose(struct tsp_tally *tally, uint32_t cpt, uint64_t count)
{
	const struct tspool_lost lost = {
		.frame = { .type = TSPOOL_FRAME_LOST, .cpt = cpt },
		.count = count,
		.cause = TSPOOL_CAUSE_NO_SLOT,
	};

	ck_assert_int_eq(tsp_tally_lost(tally, &lost), 0);
}

/* Two users, three names, one process record that does not count. */
static struct tsp_tally filled(enum tsp_tally_key key)
{
	struct tspool_record process = record_of("make", 1, 0, 500 * MS);
	struct tsp_tally tally;

	tsp_tally_init(&tally, key, TSPOOL_FRAME_TASK);
	process.frame.type = TSPOOL_FRAME_PROCESS;
	add(&tally, record_of("cc1", 2, 0, 300 * MS));
	add(&tally, record_of("cc1", 1, 0x100, 100 * MS));
	add(&tally, record_of("as", 1, 9, 100 * MS));
	add(&tally, record_of("a name of 15 by", 1, 0, 30 * MS));
	add(&tally, process);
	lose(&tally, 1, 7);
	lose(&tally, TSPOOL_CPT_ANY, TSPOOL_COUNT_UNKNOWN);
	return tally;
}

/* What is printed to stdout meanwhile. */
static char *printed(const struct tsp_tally *tally, enum tsp_tally_order order, size_t top,
		     enum tsp_format format)
{
	FILE *file = tmpfile();
	int out = dup(STDOUT_FILENO);
	char *text = calloc(1, 8192);

	ck_assert_ptr_nonnull(file);
	ck_assert_ptr_nonnull(text);
	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	ck_assert_int_eq(tsp_tally_print(tally, order, top, format), 0);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	rewind(file);
	ck_assert_uint_gt(fread(text, 1, 8191, file), 0);
	fclose(file);
	return text;
}

static json_t *as_json(const struct tsp_tally *tally, enum tsp_tally_order order, size_t top)
{
	char *text = printed(tally, order, top, TSP_FORMAT_JSON);
	json_t *value = json_loads(text, 0, NULL);

	ck_assert_ptr_nonnull(value);
	free(text);
	return value;
}

static void check_row(const json_t *report, size_t index, const char *expected)
{
	json_t *row = json_array_get(json_object_get(report, "rows"), index);
	char *dumped = json_dumps(row, JSON_COMPACT);

	ck_assert_str_eq(dumped, expected);
	free(dumped);
}

START_TEST(by_name)
{
	struct tsp_tally tally = filled(TSP_TALLY_COMM);
	json_t *report = as_json(&tally, TSP_TALLY_BY_RUN_TIME, 0);

	ck_assert_str_eq(json_string_value(json_object_get(report, "by")), "comm");
	ck_assert_str_eq(json_string_value(json_object_get(report, "type")), "task");
	ck_assert_int_eq(json_integer_value(json_object_get(report, "count")), 4);
	ck_assert_int_eq(json_integer_value(json_object_get(report, "lost")), 7);
	ck_assert(json_is_true(json_object_get(report, "more_lost")));
	ck_assert_uint_eq(json_array_size(json_object_get(report, "rows")), 3);
	/* Delays of 32 and 12 ms, in steps of an eighth. */
	check_row(report, 0,
		  "{\"comm\":\"cc1\",\"count\":2,\"failed\":1,\"run_time_ns\":400000000,"
		  "\"max_rss_bytes\":8192,\"delay_ns\":44000000,\"delay_p50_ns\":12582911,"
		  "\"delay_p90_ns\":32000000,\"delay_p99_ns\":32000000,\"delay_max_ns\":32000000}");
	check_row(report, 1,
		  "{\"comm\":\"as\",\"count\":1,\"failed\":1,\"run_time_ns\":100000000,"
		  "\"max_rss_bytes\":4096,\"delay_ns\":12000000,\"delay_p50_ns\":12000000,"
		  "\"delay_p90_ns\":12000000,\"delay_p99_ns\":12000000,\"delay_max_ns\":12000000}");
	json_decref(report);
	tsp_tally_free(&tally);
}
END_TEST

START_TEST(the_first_by_another_figure)
{
	struct tsp_tally tally = filled(TSP_TALLY_UID);
	json_t *report = as_json(&tally, TSP_TALLY_BY_COUNT, 1);
	json_t *rows = json_object_get(report, "rows");
	json_t *first = json_array_get(rows, 0);

	ck_assert_uint_eq(json_array_size(rows), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(report, "rows_in_all")), 2);
	ck_assert_int_eq(json_integer_value(json_object_get(first, "uid")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(first, "count")), 3);
	json_decref(report);
	tsp_tally_free(&tally);
}
END_TEST

START_TEST(losses_by_cpt)
{
	struct tsp_tally tally = filled(TSP_TALLY_CPT);
	json_t *report = as_json(&tally, TSP_TALLY_BY_RUN_TIME, 0);
	json_t *rows = json_object_get(report, "rows");

	ck_assert_uint_eq(json_array_size(rows), 2);
	for (size_t i = 0; i < 2; i++) {
		json_t *row = json_array_get(rows, i);
		json_int_t cpt = json_integer_value(json_object_get(row, "cpt"));

		ck_assert_int_eq(json_integer_value(json_object_get(row, "lost")), cpt ? 7 : 0);
		ck_assert_int_eq(json_integer_value(json_object_get(row, "count")), cpt ? 3 : 1);
	}
	json_decref(report);
	tsp_tally_free(&tally);
}
END_TEST

static const char by_status[] =
	"STATUS  COUNT FAILED RUN-TIME  DELAYS  MEDIAN     99% LONGEST READ WRITTEN  MAX-RSS\n"
	"0           2      0   330 ms 37.0 ms 5.24 ms 32.0 ms 32.0 ms    -       - 8.00 KiB\n"
	"SIGKILL     1      1   100 ms 12.0 ms 12.0 ms 12.0 ms 12.0 ms    -       - 4.00 KiB\n"
	"1           1      1   100 ms 12.0 ms 12.0 ms 12.0 ms 12.0 ms    -       - 4.00 KiB\n";

START_TEST(for_people)
{
	struct tsp_tally tally = filled(TSP_TALLY_STATUS);
	char *text = printed(&tally, TSP_TALLY_BY_RUN_TIME, 0, TSP_FORMAT_TEXT);

	ck_assert_str_eq(text, by_status);
	free(text);
	tsp_tally_free(&tally);
}
END_TEST

START_TEST(what_is_not_told)
{
	struct tspool_record silent = { .frame = { .type = TSPOOL_FRAME_TASK } };
	struct tsp_tally tally;
	json_t *report;

	tsp_tally_init(&tally, TSP_TALLY_CGROUP, TSPOOL_FRAME_TASK);
	add(&tally, silent);
	silent.cgroup_id = 77;
	tell(&silent, TSPOOL_FIELD_cgroup_id);
	add(&tally, silent);
	ck_assert_int_eq(tsp_tally_record(&tally, &silent, "/a"), 0);
	report = as_json(&tally, TSP_TALLY_BY_COUNT, 0);
	check_row(report, 0,
		  "{\"cgroup_id\":77,\"cgroup\":\"/a\",\"count\":2,\"failed\":0,\"delay_ns\":0,"
		  "\"delay_p50_ns\":0,\"delay_p90_ns\":0,\"delay_p99_ns\":0,\"delay_max_ns\":0}");
	json_decref(report);
	tsp_tally_free(&tally);
}
END_TEST

/* Records and losses of no CPT are one row. */
START_TEST(of_no_cpt)
{
	struct tspool_record record = record_of("sh", 0, 0, MS);
	struct tsp_tally tally;
	json_t *report, *row;

	tsp_tally_init(&tally, TSP_TALLY_CPT, TSPOOL_FRAME_TASK);
	record.frame.cpt = TSPOOL_CPT_ANY;
	add(&tally, record);
	lose(&tally, TSPOOL_CPT_ANY, 3);
	report = as_json(&tally, TSP_TALLY_BY_COUNT, 0);
	ck_assert_uint_eq(json_array_size(json_object_get(report, "rows")), 1);
	row = json_array_get(json_object_get(report, "rows"), 0);
	ck_assert_ptr_null(json_object_get(row, "cpt"));
	ck_assert_int_eq(json_integer_value(json_object_get(row, "count")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(row, "lost")), 3);
	json_decref(report);
	tsp_tally_free(&tally);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tally");
	TCase *tcase = tcase_create("tally");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, by_name);
	tcase_add_test(tcase, the_first_by_another_figure);
	tcase_add_test(tcase, losses_by_cpt);
	tcase_add_test(tcase, of_no_cpt);
	tcase_add_test(tcase, for_people);
	tcase_add_test(tcase, what_is_not_told);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
