// SPDX-License-Identifier: GPL-2.0-only
/* Quantiles, against those of the sorted values themselves. */
#include <check.h>
#include <stdlib.h>

#include "quantiles.h"

#define VALUES	20000

static uint64_t values[VALUES];

static int by_value(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static uint64_t random_u64(unsigned int *seed)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < 5; i++)
		value = value << 15 ^ (uint64_t)rand_r(seed);
	return value;
}

/* Not above the highest, not below the exact one, and less than an eighth of it above. */
static void check_all(size_t count)
{
	struct tsp_quantiles quantiles = { .total = 0 };

	for (size_t i = 0; i < count; i++)
		tsp_quantiles_add(&quantiles, values[i]);
	qsort(values, count, sizeof(*values), by_value);
	for (unsigned int percent = 0; percent <= 100; percent++) {
		size_t rank = (count * percent + 99) / 100;
		uint64_t exact = values[rank ? rank - 1 : 0];
		uint64_t got = tsp_quantile(&quantiles, percent);

		ck_assert_uint_ge(got, exact);
		ck_assert_uint_le(got - exact, exact / 8);
		ck_assert_uint_le(got, values[count - 1]);
	}
}

START_TEST(small_values_are_exact)
{
	struct tsp_quantiles quantiles = { .total = 0 };

	for (uint64_t value = 1; value <= 10; value++)
		tsp_quantiles_add(&quantiles, value);
	ck_assert_uint_eq(tsp_quantile(&quantiles, 0), 1);
	ck_assert_uint_eq(tsp_quantile(&quantiles, 10), 1);
	ck_assert_uint_eq(tsp_quantile(&quantiles, 11), 2);
	ck_assert_uint_eq(tsp_quantile(&quantiles, 50), 5);
	ck_assert_uint_eq(tsp_quantile(&quantiles, 99), 10);
	ck_assert_uint_eq(tsp_quantile(&quantiles, 100), 10);
}
END_TEST

START_TEST(none_and_one)
{
	struct tsp_quantiles quantiles = { .total = 0 };

	ck_assert_uint_eq(tsp_quantile(&quantiles, 50), 0);
	tsp_quantiles_add(&quantiles, UINT64_MAX);
	ck_assert_uint_eq(tsp_quantile(&quantiles, 0), UINT64_MAX);
	ck_assert_uint_eq(tsp_quantile(&quantiles, 100), UINT64_MAX);
}
END_TEST

/* Of all sizes: each power of two as often as any other. */
START_TEST(values_of_all_sizes)
{
	unsigned int seed = 1;

	for (size_t i = 0; i < VALUES; i++)
		values[i] = random_u64(&seed) >> (rand_r(&seed) % 64);
	check_all(VALUES);
}
END_TEST

START_TEST(ends_of_steps)
{
	size_t count = 0;

	for (unsigned int shift = 0; shift < 64; shift++) {
		values[count++] = UINT64_C(1) << shift;
		values[count++] = (UINT64_C(1) << shift) - 1;
	}
	values[count++] = UINT64_MAX;
	check_all(count);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("quantiles");
	TCase *tcase = tcase_create("quantiles");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, small_values_are_exact);
	tcase_add_test(tcase, none_and_one);
	tcase_add_test(tcase, values_of_all_sizes);
	tcase_add_test(tcase, ends_of_steps);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
