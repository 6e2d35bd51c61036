// SPDX-License-Identifier: GPL-2.0-only
/* What tslisten prints of records and losses, as text. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sink.h"

static void check_lost(const struct tspool_lost *lost, const char *expected)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(tsp_sink_text.lost(out, lost), 0);
	fclose(out);
	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(a_loss)
{
	const struct tspool_lost lost = {
		.frame = { .type = TSPOOL_FRAME_LOST, .cpt = 2 },
		.count = 12,
		.first_seq = 100,
		.last_seq = 120,
		.cause = TSPOOL_CAUSE_NO_SLOT,
		.wall_time_ns = 1700000000123456789,
	};

	check_lost(&lost, "22:13:20.123456   2 lost 12 records, 100 to 120: no_slot\n");
}
END_TEST

START_TEST(a_loss_of_unknown_size_and_time)
{
	const struct tspool_lost lost = {
		.frame = { .type = TSPOOL_FRAME_LOST, .cpt = TSPOOL_CPT_ANY },
		.count = TSPOOL_COUNT_UNKNOWN,
		.cause = TSPOOL_CAUSE_RECEIVE_OVERRUN,
	};

	check_lost(&lost,
		   "-               any lost an unknown number of records: receive_overrun\n");
}
END_TEST

static void check_record(const struct tspool_record *record, const char *cgroup,
			 const char *expected)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(tsp_sink_text.record(out, record, cgroup), 0);
	fclose(out);
	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(a_record)
{
	struct tspool_record record = {
		.frame = { .type = TSPOOL_FRAME_TASK, .cpt = 2 },
		.present = { UINT64_MAX, UINT64_MAX },
		.cpu = 7,
		.seq = 4711,
		.pid = 12345,
		.tgid = 12344,
		.uid = 1000,
		.comm = "sh",
		.exit_code = 9,
		.exit_wall_time_ns = 1700000000000000042,
		.start_time_ns = 5000,
		.exit_time_ns = 1005000,
		.run_time_ns = 1500,
		.hiwater_rss_bytes = 3 << 20,
	};

	check_record(&record, "/a b\n",
		     "22:13:20.000000   2    7     4711 task      12345   12344   1000 "
		     "sh              SIGKILL    1.00 ms   1.50 us  3.00 MiB  /a b\\x0a\n");
	check_record(&record, NULL,
		     "22:13:20.000000   2    7     4711 task      12345   12344   1000 "
		     "sh              SIGKILL    1.00 ms   1.50 us  3.00 MiB  -\n");
}
END_TEST

/* What is absent has a dash; what is too wide moves the rest. */
START_TEST(a_record_without_and_one_beyond)
{
	struct tspool_record record = { .frame = { .type = TSPOOL_FRAME_PROCESS, .cpt = 12345 } };

	check_record(&record, NULL,
		     "-               12345    -        - process       -       -      - "
		     "-               -                -         -         -  -\n");
	record.frame.cpt = TSPOOL_CPT_ANY;
	check_record(&record, NULL,
		     "-                 -    -        - process       -       -      - "
		     "-               -                -         -         -  -\n");
	record.frame.cpt = 12345;
	memset(record.present, 0xff, sizeof(record.present));
	memset(record.comm, 1, sizeof(record.comm));
	record.seq = UINT64_MAX;
	record.pid = UINT32_MAX;
	record.uid = UINT32_MAX;
	check_record(&record, "/",
		     "00:00:00.000000 12345    0 18446744073709551615 process 4294967295       0 "
		     "4294967295 \\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01"
		     "\\x01\\x01\\x01\\x01\\x01\\x01\\x01\\x01 0             0 ns      0 ns"
		     "       0 B  /\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sink_text");
	TCase *tcase = tcase_create("lines");
	SRunner *runner = srunner_create(suite);
	int failed;

	setenv("TZ", "UTC", 1);
	tzset();
	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, a_record);
	tcase_add_test(tcase, a_record_without_and_one_beyond);
	tcase_add_test(tcase, a_loss);
	tcase_add_test(tcase, a_loss_of_unknown_size_and_time);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
