// SPDX-License-Identifier: GPL-2.0-only
/* Numbers for people, held against what the C library prints. */
#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "scale.h"

#define ROUNDS	50000

static const char *const byte_units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
static const char *const ns_units[] = { "ns", "us", "ms", "s" };

/* The same in each run. */
static uint64_t state;

static uint64_t random_number(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> state % 64;
}

/* Three digits, of which the C library may round the last the other way where it is a tie. */
static void check_scaled(const char *scaled, double value, const char *unit)
{
	int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
	double half = 0.5000001 * pow(10, -decimals);
	char expected[TSP_SCALED_SIZE];
	char *rest;
	bool near;

	snprintf(expected, sizeof(expected), "%.*f %s", decimals, value, unit);
	if (!strcmp(scaled, expected))
		return;
	near = fabs(strtod(scaled, &rest) - value) < half;
	ck_assert_msg(near && strlen(scaled) == strlen(expected) && !strcmp(rest + 1, unit),
		      "'%s' instead of '%s'", scaled, expected);
}

static void check_ns(uint64_t ns)
{
	char scaled[TSP_SCALED_SIZE];
	double value = (double)ns;
	size_t unit = 0;

	tsp_scale_ns(ns, scaled);
	for (; unit < 3 && ns >= 1000; unit++, ns /= 1000)
		value /= 1000;
	if (unit)
		check_scaled(scaled, value, ns_units[unit]);
	else
		ck_assert_double_eq(strtod(scaled, NULL), value);
}

static void check_bytes(uint64_t bytes)
{
	char scaled[TSP_SCALED_SIZE];
	double value = (double)bytes;
	size_t unit = 0;

	tsp_scale_bytes(bytes, scaled);
	for (; value >= 1024; unit++)
		value /= 1024;
	if (unit)
		check_scaled(scaled, value, byte_units[unit]);
	else
		ck_assert_double_eq(strtod(scaled, NULL), value);
}

START_TEST(three_digits)
{
	state = 1;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		check_ns(random_number() % (60 * TSP_NS_PER_S));
		check_ns(i);
		check_bytes(random_number());
		check_bytes(i);
	}
}
END_TEST

static void check_date(uint64_t ns)
{
	time_t seconds = (time_t)(ns / TSP_NS_PER_S);
	char scaled[TSP_SCALED_SIZE], expected[64];
	struct tm local;
	size_t date;

	localtime_r(&seconds, &local);
	date = strftime(expected, sizeof(expected), "%F ", &local);
	strftime(expected + date, sizeof(expected) - date, "%T", &local);
	snprintf(expected + strlen(expected), 8, ".%06u",
		 (unsigned int)(ns % TSP_NS_PER_S / TSP_NS_PER_US));
	ck_assert_str_eq(tsp_date(ns, scaled), expected);
	ck_assert_str_eq(tsp_time_of_day(ns, scaled), expected + date);
}

/* Over the end of a second, and back. */
START_TEST(dates)
{
	uint64_t begin = UINT64_C(1795362003) * TSP_NS_PER_S;

	check_date(0);
	check_date(UINT64_MAX);
	state = 1;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		check_date(begin + random_number() % (3 * TSP_NS_PER_S));
		check_date(random_number());
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("scale");
	TCase *tcase = tcase_create("scale");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, three_digits);
	tcase_add_test(tcase, dates);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
