// SPDX-License-Identifier: GPL-2.0-only
/* Thread counts of the pools, against a table written down by hand. */
#include <check.h>
#include <stdlib.h>

#include "pool_size.h"

#define WEIGHTS	65

/* By weight, 0 to 64; 16 a line. */
/* clang-format off */
static const unsigned int automatic_max[WEIGHTS] = {
	0, 1, 2, 3, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7,
	8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15,
	16, 16, 17, 17, 18, 18, 19, 19, 20, 20, 21, 21, 22, 22, 23, 23,
	24, 24, 25, 25, 26, 26, 27, 27, 28, 28, 29, 29, 30, 30, 31, 31,
	32,
};

static const unsigned int automatic_initial[WEIGHTS] = {
	0, 1, 2, 3, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 6, 6,
	6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
	6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
	6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
	6,
};

/* nscheds=2 */
static const unsigned int two[WEIGHTS] = {
	0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
	2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
	2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
	2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
	2,
};

/* clang-format on */

START_TEST(automatic)
{
	ck_assert_uint_eq(tsp_pool_max_threads((unsigned int)_i, 0), automatic_max[_i]);
	ck_assert_uint_eq(tsp_pool_initial_threads((unsigned int)_i, 0), automatic_initial[_i]);
}

START_TEST(as_asked)
{
	unsigned int weight = (unsigned int)_i;

	ck_assert_uint_eq(tsp_pool_max_threads(weight, 2), two[_i]);
	ck_assert_uint_eq(tsp_pool_initial_threads(weight, 2), two[_i]);
	ck_assert_uint_eq(tsp_pool_max_threads(weight, 1), _i ? 1 : 0);
	ck_assert_uint_eq(tsp_pool_initial_threads(weight, 1), _i ? 1 : 0);
	ck_assert_uint_eq(tsp_pool_max_threads(weight, 64), weight);
	ck_assert_uint_eq(tsp_pool_initial_threads(weight, 64), weight);
}

START_TEST(growth_of_32_cpus)
{
	static const unsigned int sizes[] = { 6, 8, 10, 12, 14, 16, 16 };
	unsigned int threads = tsp_pool_initial_threads(32, 0);
	unsigned int max = tsp_pool_max_threads(32, 0);
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		ck_assert_uint_eq(threads, sizes[i]);
		threads += tsp_pool_growth(threads, max);
	}
}

START_TEST(growth_stops_at_the_limit)
{
	ck_assert_uint_eq(tsp_pool_growth(6, 7), 1);
	ck_assert_uint_eq(tsp_pool_growth(7, 7), 0);
	ck_assert_uint_eq(tsp_pool_growth(9, 7), 0);
	ck_assert_uint_eq(tsp_pool_growth(0, 0), 0);
	ck_assert_uint_eq(tsp_pool_growth(0, 5), 2);
}

START_TEST(fallback_order)
{
	static const struct tsp_pool_candidate near_busy = { 3, 10, 900 };
	static const struct tsp_pool_candidate near_idle = { 2, 10, 4 };
	static const struct tsp_pool_candidate near_idle_lower = { 1, 10, 4 };
	static const struct tsp_pool_candidate far_empty = { 0, 20, 0 };
	static const struct tsp_pool_candidate *const best_first[] = {
		&near_idle_lower,
		&near_idle,
		&near_busy,
		&far_empty,
	};
	int i, j;

	for (i = 0; i < 4; i++)
		for (j = 0; j < 4; j++)
			ck_assert_int_eq(tsp_pool_better_fallback(best_first[i], best_first[j]),
					 i < j);
}

int main(void)
{
	Suite *suite = suite_create("pool_size");
	TCase *cases = tcase_create("pool_size");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(cases, automatic, 0, WEIGHTS);
	tcase_add_loop_test(cases, as_asked, 0, WEIGHTS);
	tcase_add_test(cases, growth_of_32_cpus);
	tcase_add_test(cases, growth_stops_at_the_limit);
	tcase_add_test(cases, fallback_order);
	suite_add_tcase(suite, cases);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
