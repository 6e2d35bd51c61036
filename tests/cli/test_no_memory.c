// SPDX-License-Identifier: GPL-2.0-only
/*
 * JSON without memory: whichever allocation is the first to fail, the answer is whole or there is
 * none, and what prints it says so. Leaks are for the sanitizers and valgrind.
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "change.h"
#include "cpt_rows.h"
#include "field_list.h"
#include "fmt_json.h"

/* How many allocations of jansson still succeed. */
static unsigned int left;

static void *alloc(size_t size)
{
	if (!left)
		return NULL;
	left--;
	return malloc(size);
}

static json_t *rows_of_map(void)
{
	struct tspool_cpt_map *map;
	hwloc_topology_t topology;
	json_t *rows;

	ck_assert_int_eq(hwloc_topology_init(&topology), 0);
	ck_assert_int_eq(hwloc_topology_set_synthetic(topology, "numa:2 core:2 pu:1"), 0);
	ck_assert_int_eq(hwloc_topology_load(topology), 0);
	ck_assert_int_eq(tspool_cpt_map_from_hwloc(topology, 0, "N", &map, NULL), 0);
	rows = tsp_cpt_rows_from_map(map);
	tspool_cpt_map_free(map);
	hwloc_topology_destroy(topology);
	return rows;
}

static json_t *json_of_record(void)
{
	struct tspool_record record = { .frame.type = TSPOOL_FRAME_TASK, .comm = "sh" };

	record.present[0] = UINT64_MAX;
	return tsp_json_record(&record, "/a.slice");
}

static json_t *json_of_change(void)
{
	struct tspool_record before = { .present = { UINT64_MAX } };
	struct tspool_record now = { .present = { UINT64_MAX }, .run_time_ns = 7 };
	struct tsp_change change = { .before = &before, .now = &now, .interval_ns = 1 };

	return tsp_change_json(&change);
}

/* One a line. */
/* clang-format off */
static json_t *(*const makers[])(void) = {
	tsp_field_list,
	json_of_record,
	json_of_change,
	rows_of_map,
};

/* clang-format on */

#define LENGTH(array)	((int)(sizeof(array) / sizeof((array)[0])))

/* Returns how many allocations the whole takes. */
static unsigned int fail_each(json_t *(*make)(void), const json_t *whole)
{
	unsigned int nth;

	for (nth = 0;; nth++) {
		json_t *value;
		bool enough;

		left = nth;
		value = make();
		enough = left;
		left = UINT32_MAX;
		ck_assert(!value || json_equal(value, whole));
		json_decref(value);
		if (enough)
			return nth;
		ck_assert_uint_lt(nth, 10000);
	}
}

START_TEST(nothing_in_part)
{
	json_t *whole;

	left = UINT32_MAX;
	whole = makers[_i]();
	ck_assert_ptr_nonnull(whole);
	ck_assert_uint_gt(fail_each(makers[_i], whole), 10);
	json_decref(whole);
}
END_TEST

START_TEST(no_rows_to_print)
{
	ck_assert_int_eq(tsp_cpt_rows_print_table(NULL, stdout), -ENOMEM);
	ck_assert_int_eq(tsp_cpt_rows_print_distances(NULL, stdout), -ENOMEM);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("no memory");
	TCase *tcase = tcase_create("JSON");
	SRunner *runner = srunner_create(suite);
	int failed;

	json_set_alloc_funcs(alloc, free);
	tcase_add_loop_test(tcase, nothing_in_part, 0, LENGTH(makers));
	tcase_add_test(tcase, no_rows_to_print);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
