// SPDX-License-Identifier: GPL-2.0-only
/* Listeners spread over partitions: whose CPUs are whose. */
#include <check.h>
#include <errno.h>
#include <hwloc.h>
#include <string.h>
#include <tspool/sched.h>

#include "run_suite.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof(*(array))))

#define T4 "numa:4 core:4 pu:1"
#define S16 "numa:1 core:8 pu:2(indexes=0,8,1,9,2,10,3,11,4,12,5,13,6,14,7,15)"

static struct tspool_cpt_map *make_map(const char *machine, int npartitions, const char *pattern)
{
	struct tspool_cpt_error error;
	struct tspool_cpt_map *map;
	hwloc_topology_t topology;

	ck_assert_int_eq(hwloc_topology_init(&topology), 0);
	ck_assert_int_eq(hwloc_topology_set_synthetic(topology, machine), 0);
	ck_assert_int_eq(hwloc_topology_load(topology), 0);
	ck_assert_msg(!tspool_cpt_map_from_hwloc(topology, npartitions, pattern, &map, &error),
		      "%s", error.text);
	hwloc_topology_destroy(topology);
	return map;
}

struct example {
	const char *machine;
	const char *pattern;
	unsigned int listeners;
	const char *lists; /* of CPUs, with a blank after each */
};

static const struct example examples[] = {
	{ T4, "N", 1, "0-15 " },
	{ T4, "N", 2, "0-7 8-15 " },
	{ T4, "N", 3, "0-7 8-11 12-15 " },
	{ T4, "N", 4, "0-3 4-7 8-11 12-15 " },
	{ T4, "N", 5, "0-1 2-3 4-7 8-11 12-15 " },
	{ T4, "N", 6, "0-1 2-3 4-7 8-9 10-11 12-15 " },
	{ T4, "N", 7, "0-1 2-3 4-5 6-7 8-9 10-11 12-15 " },
	{ T4, "N", 8, "0-1 2-3 4-5 6-7 8-9 10-11 12-13 14-15 " },
	{ T4, "N", 12, "0-1 2 3 4-5 6 7 8-9 10 11 12-13 14 15 " },
	{ T4, "N", 16, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 " },
	/* siblings have one listener, also where their numbers are far apart */
	{ S16, "N", 4, "0-1,8-9 2-3,10-11 4-5,12-13 6-7,14-15 " },
	{ S16, "N", 8, "0,8 1,9 2,10 3,11 4,12 5,13 6,14 7,15 " },
	/* 0, 4, 8, 12 are in no CPT: CPU mod 4 serves them, which is CPT 0 */
	{ T4, "N C[0]", 4, "0-4,8,12 5-7 9-11 13-15 " },
	{ T4, "N C[0]", 2, "0-8,12 9-11,13-15 " },
	/* of seven the first one has four */
	{ T4, "N C[0]", 5, "0-3 4,8,12 5-7 9-11 13-15 " },
	{ T4, "0[0-14/2] 1[1-15/2]", 3, "0,2,4,6 8,10,12,14 1,3,5,7,9,11,13,15 " },
	{ T4, "0[1-3]", 1, "0-15 " },
};

START_TEST(lists_of_cpus)
{
	const struct example *want = &examples[_i];
	struct tspool_cpt_map *map = make_map(want->machine, 0, want->pattern);
	struct tspool_spread *spread;
	char lists[200] = "";
	unsigned int i;

	ck_assert_int_eq(tspool_spread_make(map, want->listeners, &spread, NULL), 0);
	tspool_cpt_map_free(map);
	ck_assert_uint_eq(tspool_spread_count(spread), want->listeners);
	for (i = 0; i < want->listeners; i++) {
		size_t length = strlen(lists);

		snprintf(lists + length, sizeof(lists) - length, "%s ",
			 tspool_spread_cpus_list(spread, i));
	}
	ck_assert_str_eq(lists, want->lists);
	tspool_spread_free(spread);
}

START_TEST(cpts_and_nodes)
{
	struct tspool_cpt_map *map = make_map(T4, 0, "N");
	struct tspool_spread *spread;
	char list[20];

	ck_assert_int_eq(tspool_spread_make(map, 3, &spread, NULL), 0);
	hwloc_bitmap_list_snprintf(list, sizeof(list), tspool_spread_cpts(spread, 0));
	ck_assert_str_eq(list, "0-1");
	hwloc_bitmap_list_snprintf(list, sizeof(list), tspool_spread_nodes(spread, 0));
	ck_assert_str_eq(list, "0-1");
	hwloc_bitmap_list_snprintf(list, sizeof(list), tspool_spread_nodes(spread, 2));
	ck_assert_str_eq(list, "3");
	tspool_spread_free(spread);
	tspool_cpt_map_free(map);
}

struct machine {
	const char *synthetic;
	int npartitions;
	const char *pattern;
	int cpus;
};

static const struct machine machines[] = {
	{ T4, 0, "N", 16 },
	{ T4, 0, "N X[3,7,8,15]", 16 },
	{ T4, 0, "N C[0,2]", 16 },
	{ T4, 3, "N", 16 },
	{ T4, 0, "0[1,2,5] 1[9-14/5,3]", 16 },
	{ S16, 0, "", 16 },
	{ S16, 4, "C[0,1]", 16 },
	{ "numa:8 core:12 pu:2", 0, "N", 192 },
	{ "numa:8 core:12 pu:2", 7, "", 192 },
	{ "numa:64 core:16 pu:2", 0, "N", 2048 },
	{ "numa:64 core:16 pu:2", 0, "N X[0-200/3]", 2048 },
};

/* Each CPU is one listener's, and with one more than its fellows of the same CPT at most. */
static void check_spread(const struct tspool_cpt_map *map, unsigned int listeners, int cpus)
{
	unsigned int cpts = tspool_cpt_map_count(map), i, cpt;
	hwloc_bitmap_t all = hwloc_bitmap_alloc();
	struct tspool_spread *spread;
	int sum = 0;

	ck_assert_int_eq(tspool_spread_make(map, listeners, &spread, NULL), 0);
	for (i = 0; i < listeners; i++) {
		hwloc_const_cpuset_t mask = tspool_spread_cpus(spread, i);

		ck_assert_int_gt(hwloc_bitmap_weight(mask), 0);
		sum += hwloc_bitmap_weight(mask);
		hwloc_bitmap_or(all, all, mask);
	}
	ck_assert_int_eq(sum, cpus);
	ck_assert_int_eq(hwloc_bitmap_weight(all), cpus);
	ck_assert_int_eq(hwloc_bitmap_last(all), cpus - 1);
	for (cpt = 0; cpt < cpts; cpt++) {
		hwloc_const_cpuset_t served = tspool_cpt_map_served(map, cpt);
		int least = cpus, most = 0, of = 0;

		for (i = 0; i < listeners; i++) {
			hwloc_const_cpuset_t mask = tspool_spread_cpus(spread, i);
			int weight = hwloc_bitmap_weight(mask);

			if (!hwloc_bitmap_intersects(mask, served))
				continue;
			of++;
			least = weight < least ? weight : least;
			most = weight > most ? weight : most;
			if (listeners <= cpts) {
				ck_assert(hwloc_bitmap_isincluded(served, mask));
				ck_assert_uint_eq(i, cpt * listeners / cpts);
			} else {
				ck_assert(hwloc_bitmap_isincluded(mask, served));
			}
		}
		ck_assert_int_ge(of, 1);
		if (listeners <= cpts)
			ck_assert_int_eq(of, 1);
		else
			ck_assert_int_le(most - least, 1);
	}
	tspool_spread_free(spread);
	hwloc_bitmap_free(all);
}

START_TEST(each_cpu_has_one)
{
	const struct machine *machine = &machines[_i];
	struct tspool_cpt_map *map = make_map(machine->synthetic, machine->npartitions,
					      machine->pattern);
	unsigned int listeners, cpts = tspool_cpt_map_count(map);

	/* of many CPTs not each number: checkers are slow */
	for (listeners = 1; listeners <= 2 * cpts; listeners += cpts > 16 ? 7 : 1)
		check_spread(map, listeners, machine->cpus);
	tspool_cpt_map_free(map);
}

START_TEST(refused)
{
	struct tspool_cpt_map *map = make_map(T4, 0, "N");
	struct tspool_cpt_error error;
	struct tspool_spread *spread;

	ck_assert_int_eq(tspool_spread_make(map, 0, &spread, &error), -EINVAL);
	ck_assert_ptr_null(spread);
	ck_assert_str_eq(error.text, "0 listeners, the least is 1");
	ck_assert_int_eq(tspool_spread_make(map, 17, &spread, &error), -EINVAL);
	ck_assert_ptr_null(spread);
	ck_assert_str_eq(error.text, "17 listeners are 5 for CPT 0, which has 4 CPUs");
	ck_assert_int_eq(tspool_spread_make(map, 4000000000U, &spread, NULL), -EINVAL);
	tspool_spread_free(NULL);
	tspool_cpt_map_free(map);
}

int main(void)
{
	Suite *suite = suite_create("spread");
	TCase *cases = tcase_create("spread");

	tcase_add_loop_test(cases, lists_of_cpus, 0, COUNT(examples));
	tcase_add_test(cases, cpts_and_nodes);
	tcase_add_loop_test(cases, each_cpu_has_one, 0, COUNT(machines));
	tcase_add_test(cases, refused);
	suite_add_tcase(suite, cases);
	return run_suite(suite);
}
