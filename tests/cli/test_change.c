// SPDX-License-Identifier: GPL-2.0-only
/* What changed between two looks at a task. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "change.h"

#define SECOND	1000000000ULL

static void mark(struct tspool_record *record, unsigned int field)
{
	record->present[field / 64] |= 1ULL << field % 64;
}

static struct tspool_record before, now;

/* Two seconds apart; the second look has I/O that the first could not tell. */
static struct tsp_change change_of_2s(void)
{
	before = (struct tspool_record){ .frame.type = TSPOOL_FRAME_PROCESS, .pid = 4711 };
	mark(&before, TSPOOL_FIELD_run_time_ns);
	mark(&before, TSPOOL_FIELD_wchar_bytes);
	mark(&before, TSPOOL_FIELD_voluntary_switches);
	mark(&before, TSPOOL_FIELD_minor_faults);
	mark(&before, TSPOOL_FIELD_rss_mb_us);
	mark(&before, TSPOOL_FIELD_hiwater_rss_bytes);
	mark(&before, TSPOOL_FIELD_nice);
	mark(&before, TSPOOL_FIELD_start_time_ns);
	mark(&before, TSPOOL_FIELD_cpu);
	before.run_time_ns = 5 * SECOND;
	before.voluntary_switches = 100;
	before.minor_faults = 7;
	before.rss_mb_us = 1000;
	before.nice = 0;

	now = before;
	now.run_time_ns += 3 * SECOND;
	now.wchar_bytes += 4096;
	now.voluntary_switches -= 5;
	now.rss_mb_us += 2000;
	now.hiwater_rss_bytes = 2 << 20;
	now.nice = -3;
	now.cpu = 3;
	now.read_bytes = 1;
	mark(&now, TSPOOL_FIELD_read_bytes);
	memcpy(now.comm, "sh\n", 4);
	return (struct tsp_change){
		.before = &before,
		.now = &now,
		.interval_ns = 2 * SECOND,
		.wall_time_ns = 1700000000123456789,
	};
}

static void check_text(bool raw, const char *expected)
{
	struct tsp_change change = change_of_2s();
	char *shown = NULL;
	size_t length;
	FILE *out = open_memstream(&shown, &length);

	ck_assert_ptr_nonnull(out);
	setenv("TZ", "UTC", 1);
	tzset();
	tsp_change_text(out, &change, raw);
	fclose(out);
	ck_assert_str_eq(shown, expected);
	free(shown);
}

static const char text[] =
	"22:13:20.123456 process 4711 (sh\\x0a), in 2.00 s\n"
	"                                   change       per second              now\n"
	"  run_time                         3.00 s          150.0 %           8.00 s\n"
	"  voluntary_switches                   -5           -2.5/s               95\n"
	"  wchar                          4.00 KiB       2.00 KiB/s         4.00 KiB\n"
	"  rss                         2.00 MiB ms         1.02 KiB      3.00 MiB ms\n"
	"  hiwater_rss                                                      2.00 MiB\n"
	"  cpu                                                                     3\n"
	"  nice                                                                   -3\n";

static const char raw_text[] =
	"22:13:20.123456 process 4711 (sh\\x0a), in 2.00 s\n"
	"                                       change       per second              now\n"
	"  run_time_ns                      3000000000       1500000000       8000000000\n"
	"  voluntary_switches                       -5               -2               95\n"
	"  wchar_bytes                            4096             2048             4096\n"
	"  rss_mb_us                              2000             1000             3000\n"
	"  hiwater_rss_bytes                                                     2097152\n"
	"  cpu                                                                         3\n"
	"  nice                                                                       -3\n";

START_TEST(as_text)
{
	check_text(false, text);
	check_text(true, raw_text);
}
END_TEST

/* All counters that both looks could tell, unchanged ones too. */
START_TEST(as_json)
{
	struct tsp_change change = change_of_2s();
	json_t *object = tsp_change_json(&change);
	json_t *changes = json_object_get(object, "change");
	char *dumped = json_dumps(changes, JSON_COMPACT);

	ck_assert_str_eq(dumped, "{\"run_time_ns\":3000000000,\"voluntary_switches\":-5,"
				 "\"minor_faults\":0,\"wchar_bytes\":4096,\"rss_mb_us\":2000}");
	ck_assert_int_eq(json_integer_value(json_object_get(object, "interval_ns")), 2 * SECOND);
	ck_assert_int_eq(json_integer_value(json_object_get(object, "wall_time_ns")),
			 1700000000123456789);
	ck_assert_int_eq(json_integer_value(json_object_get(object, "run_time_ns")), 8 * SECOND);
	ck_assert_int_eq(json_integer_value(json_object_get(object, "nice")), -3);
	ck_assert_int_eq(json_integer_value(json_object_get(object, "read_bytes")), 1);
	free(dumped);
	json_decref(object);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("change");
	TCase *tcase = tcase_create("change");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, as_text);
	tcase_add_test(tcase, as_json);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
