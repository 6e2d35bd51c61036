// SPDX-License-Identifier: GPL-2.0-only
/* Numbers, statuses and records as people read them. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fmt_text.h"
#include "scale.h"

static const struct {
	uint64_t ns;
	const char *scaled;
} times[] = {
	{ 0, "0 ns" },
	{ 999, "999 ns" },
	{ 1000, "1.00 us" },
	{ 12345, "12.3 us" },
	{ 999999, "1000 us" },
	{ 1500000, "1.50 ms" },
	{ 1000000000, "1.00 s" },
	{ 59900000000, "59.9 s" },
	{ 60000000000, "0:01:00" },
	{ 3723000000000, "1:02:03" },
	{ 90061000000000, "1 d 1:01:01" },
	{ UINT64_MAX, "213503 d 23:34:33" },
};

START_TEST(scales_times)
{
	char scaled[TSP_SCALED_SIZE];

	ck_assert_str_eq(tsp_scale_ns(times[_i].ns, scaled), times[_i].scaled);
}
END_TEST

static const struct {
	uint64_t bytes;
	const char *scaled;
} sizes[] = {
	{ 0, "0 B" },
	{ 1023, "1023 B" },
	{ 1024, "1.00 KiB" },
	{ 10240, "10.0 KiB" },
	{ 104857600, "100 MiB" },
	{ 3221225472, "3.00 GiB" },
	{ UINT64_MAX, "16.0 EiB" },
};

START_TEST(scales_sizes)
{
	char scaled[TSP_SCALED_SIZE];

	ck_assert_str_eq(tsp_scale_bytes(sizes[_i].bytes, scaled), sizes[_i].scaled);
}
END_TEST

/* As on x86 Linux: exit code in the second byte, signal in the first, 0x80 for a core. */
static const struct {
	uint64_t status;
	const char *text;
} statuses[] = {
	{ 0, "0" },
	{ 3 << 8, "3" },
	{ 255 << 8, "255" },
	{ 9, "SIGKILL" },
	{ 15, "SIGTERM" },
	{ 11 | 0x80, "SIGSEGV+core" },
	{ 26 | 0x80, "SIGVTALRM+core" },
	{ 40, "SIG40" },
	{ 64 | 0x80, "SIG64+core" },
	{ UINT32_MAX, "255" },
};

START_TEST(names_statuses)
{
	char text[TSP_STATUS_SIZE];

	ck_assert_str_eq(tsp_text_status(statuses[_i].status, text), statuses[_i].text);
}
END_TEST

START_TEST(tells_dates)
{
	char text[TSP_SCALED_SIZE];

	setenv("TZ", "UTC", 1);
	tzset();
	ck_assert_str_eq(tsp_date(1700000000123456789, text), "2023-11-14 22:13:20.123456");
	ck_assert_str_eq(tsp_time_of_day(1700000000123456789, text), "22:13:20.123456");
}
END_TEST

/* The bits and names of the contract, and one that it does not know. */
static const struct {
	uint32_t flags;
	const char *names;
} flags[] = {
	{ 0, " 0  " },
	{ 0x01, " last_thread  " },
	{ 0x7f, " last_thread no_exec superuser core_dump signaled kthread children_io  " },
	{ 0x80000004, " superuser 0x80000000  " },
};

static char *text_of(const struct tspool_record *record, bool raw)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	ck_assert_ptr_nonnull(out);
	tsp_text_record(out, record, raw);
	fclose(out);
	return text;
}

static struct tspool_record live_record(void)
{
	struct tspool_record record = { .frame = { .type = TSPOOL_FRAME_TASK, .cpt = 1 } };

	record.run_time_ns = 1500000;
	record.hiwater_rss_bytes = 1024;
	record.flags = TSPOOL_FLAG_SUPERUSER | TSPOOL_FLAG_NO_EXEC;
	memcpy(record.comm, "a\nb", 4);
	record.present[0] = 1ULL << TSPOOL_FIELD_run_time_ns |
			    1ULL << TSPOOL_FIELD_hiwater_rss_bytes | 1ULL << TSPOOL_FIELD_flags |
			    1ULL << TSPOOL_FIELD_comm;
	return record;
}

START_TEST(record_is_readable)
{
	struct tspool_record record = live_record();
	char *text = text_of(&record, false);

	ck_assert_ptr_nonnull(strstr(text, "\n  run_time                              1.50 ms  "));
	ck_assert_ptr_nonnull(strstr(text, "\n  hiwater_rss                          1.00 KiB  "));
	ck_assert_ptr_nonnull(strstr(text, "\n  flags                       no_exec superuser  "));
	ck_assert_ptr_nonnull(strstr(text, "\n  comm                                   a\\x0ab  "));
	ck_assert_ptr_null(strstr(text, "pid"));
	free(text);
}
END_TEST

START_TEST(names_flags)
{
	struct tspool_record record = { .flags = flags[_i].flags };
	char *text;

	record.present[0] = 1ULL << TSPOOL_FIELD_flags;
	text = text_of(&record, false);
	ck_assert_ptr_nonnull(strstr(text, flags[_i].names));
	free(text);
}
END_TEST

START_TEST(raw_record_has_plain_numbers)
{
	struct tspool_record record = live_record();
	char *text = text_of(&record, true);

	ck_assert_ptr_nonnull(strstr(text, "\n  run_time_ns                           1500000  "));
	ck_assert_ptr_nonnull(strstr(text, "\n  hiwater_rss_bytes                        1024  "));
	ck_assert_ptr_nonnull(strstr(text, "\n  flags                                       6  "));
	free(text);
}
END_TEST

#define LENGTH(array)	((int)(sizeof(array) / sizeof((array)[0])))

int main(void)
{
	Suite *suite = suite_create("fmt_text");
	TCase *tcase = tcase_create("fmt_text");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, scales_times, 0, LENGTH(times));
	tcase_add_loop_test(tcase, scales_sizes, 0, LENGTH(sizes));
	tcase_add_loop_test(tcase, names_statuses, 0, LENGTH(statuses));
	tcase_add_test(tcase, tells_dates);
	tcase_add_test(tcase, record_is_readable);
	tcase_add_loop_test(tcase, names_flags, 0, LENGTH(flags));
	tcase_add_test(tcase, raw_record_has_plain_numbers);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
