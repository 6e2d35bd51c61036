// SPDX-License-Identifier: GPL-2.0-only
/* Points in time as a user writes them. */
#include <check.h>
#include <stdlib.h>

#include "../unit/run_suite.h"
#include "when.h"

#define NS_PER_S	UINT64_C(1000000000)
#define NOW		1795362003 /* 2026-11-22 15:40:03 UTC */
#define DAY		UINT64_C(86400)
#define TODAY		(NOW / DAY * DAY)
#define NOW_NS		(NOW * NS_PER_S)
#define TODAY_NS	(TODAY * NS_PER_S)
#define COUNT(array)	((int)(sizeof(array) / sizeof(*(array))))

static void setup(void)
{
	setenv("TZ", "UTC0", 1);
	tzset();
}

static const struct {
	const char *text;
	uint64_t ns;
} times_of[] = {
	{ "2026-11-22", TODAY_NS },
	{ "2026-11-22 15:40", (TODAY + 56400) * NS_PER_S },
	{ "2026-11-22T15:40:30.5", (TODAY + 56430) * NS_PER_S + NS_PER_S / 2 },
	{ "15:40:30", (TODAY + 56430) * NS_PER_S },
	{ "@1795362003.5", NOW_NS + NS_PER_S / 2 },
	{ "@0", 0 },
	{ "-90s", (NOW - 90) * NS_PER_S },
	{ "-1d", (NOW - DAY) * NS_PER_S },
	{ "2026-11-30", (TODAY + 8 * DAY) * NS_PER_S },
	{ "2024-02-29", UINT64_C(1709164800) * NS_PER_S },
};

START_TEST(test_time)
{
	uint64_t ns;

	ck_assert(tsp_when_parse(times_of[_i].text, NOW, &ns));
	ck_assert_uint_eq(ns, times_of[_i].ns);
}
END_TEST

static const char *const no_times[] = {
	"", "now", "25:00", "2026-13-01",
	"2026-02-31", "2026-02-29", "2026-04-31", "2026-11-31 12:00",
	"2026-00-10", "2026-11-00", "1969-12-31", " 12:00",
	"12:00x", "@", "-5", "-5y",
};

START_TEST(test_no_time)
{
	uint64_t ns;

	ck_assert(!tsp_when_parse(no_times[_i], NOW, &ns));
}
END_TEST

/* Where a day begins at one o'clock it is one all the same. */
START_TEST(test_no_midnight)
{
	uint64_t ns;

	setenv("TZ", "<-04>4<-03>,M9.1.0/0,M4.1.0/0", 1);
	tzset();
	ck_assert(tsp_when_parse("2026-09-06", NOW, &ns));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("when");
	TCase *tcase = tcase_create("when");

	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_add_loop_test(tcase, test_time, 0, COUNT(times_of));
	tcase_add_loop_test(tcase, test_no_time, 0, COUNT(no_times));
	tcase_add_test(tcase, test_no_midnight);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
