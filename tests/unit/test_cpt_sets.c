// SPDX-License-Identifier: GPL-2.0-only
/* Maps of tables that are there already. */
#include <check.h>
#include <errno.h>
#include <hwloc.h>
#include <stdlib.h>
#include <tspool/sched.h>

#include "offline_machine.h"
#include "run_suite.h"

#define SETS_MAX	64
#define COUNT(array)	((int)(sizeof(array) / sizeof(*(array))))

static hwloc_topology_t topology;
static struct tspool_cpt_map *map;
static hwloc_bitmap_t sets[SETS_MAX];

static void load(const char *synthetic)
{
	ck_assert_int_eq(hwloc_topology_init(&topology), 0);
	ck_assert_int_eq(hwloc_topology_set_synthetic(topology, synthetic), 0);
	ck_assert_int_eq(hwloc_topology_load(topology), 0);
}

static void set_up(void)
{
	unsigned int i;

	for (i = 0; i < SETS_MAX; i++)
		sets[i] = hwloc_bitmap_alloc();
}

static void tear_down(void)
{
	unsigned int i;

	for (i = 0; i < SETS_MAX; i++)
		hwloc_bitmap_free(sets[i]);
	tspool_cpt_map_free(map);
	hwloc_topology_destroy(topology);
}

static int make(unsigned int count, struct tspool_cpt_error *error)
{
	return tspool_cpt_map_from_sets(topology, (const hwloc_const_cpuset_t *)sets, count, &map,
					error);
}

static void want_same(const struct tspool_cpt_map *other)
{
	unsigned int cpt, to, count = tspool_cpt_map_count(other);

	ck_assert_uint_eq(tspool_cpt_map_count(map), count);
	for (cpt = 0; cpt < count; cpt++) {
		ck_assert_str_eq(tspool_cpt_map_cpus_list(map, cpt),
				 tspool_cpt_map_cpus_list(other, cpt));
		ck_assert_str_eq(tspool_cpt_map_served_list(map, cpt),
				 tspool_cpt_map_served_list(other, cpt));
		ck_assert_str_eq(tspool_cpt_map_nodes_list(map, cpt),
				 tspool_cpt_map_nodes_list(other, cpt));
		ck_assert_uint_eq(tspool_cpt_map_weight(map, cpt),
				  tspool_cpt_map_weight(other, cpt));
		for (to = 0; to < count; to++)
			ck_assert_uint_eq(tspool_cpt_map_distance(map, cpt, to),
					  tspool_cpt_map_distance(other, cpt, to));
	}
	for (cpt = 0; cpt < 300; cpt++)
		ck_assert_uint_eq(tspool_cpt_map_of_cpu(map, cpt),
				  tspool_cpt_map_of_cpu(other, cpt));
}

/* One table a line. */
/* clang-format off */
static const struct {
	const char *machine;
	int npartitions;
	const char *pattern;
} tables[] = {
	{ "numa:4 core:4 pu:1", 0, "N" },
	{ "numa:4 core:4 pu:1", 3, "" },
	{ "numa:4 core:4 pu:1", 0, "N C[0,1]" },
	{ "numa:4 core:4 pu:1", 0, "1[4-7] 0[0-3,15]" },
	{ "numa:3(indexes=0,5,2) core:2 pu:1", 0, "N 0[0,5] 1[2]" },
	{ "numa:1 core:8 pu:2(indexes=0,8,1,9,2,10,3,11,4,12,5,13,6,14,7,15)", 0, "" },
	{ "numa:1 core:1 pu:1", 0, "N" },
};

/* clang-format on */

START_TEST(the_sets_of_a_map_make_the_same_one)
{
	struct tspool_cpt_map *other;
	struct tspool_cpt_error error;
	unsigned int cpt, count;

	load(tables[_i].machine);
	ck_assert_int_eq(tspool_cpt_map_from_hwloc(topology, tables[_i].npartitions,
						   tables[_i].pattern, &other, NULL),
			 0);
	count = tspool_cpt_map_count(other);
	for (cpt = 0; cpt < count; cpt++)
		hwloc_bitmap_copy(sets[cpt], tspool_cpt_map_cpus(other, cpt));
	ck_assert_msg(!make(count, &error), "%s", error.text);
	want_same(other);
	ck_assert_ptr_null(tspool_cpt_map_warning(map));
	tspool_cpt_map_free(other);
}

START_TEST(a_partition_without_online_cpu)
{
	struct tspool_cpt_error error;

	topology = load_partly_offline();
	ck_assert_int_eq(tspool_cpt_map_from_hwloc(topology, 0, "0[0-3] 1[8-9] 2[4-7]", &map, NULL),
			 -ENODEV);
	hwloc_bitmap_set_range(sets[0], 0, 3);
	hwloc_bitmap_set_range(sets[1], 8, 9);
	hwloc_bitmap_set_range(sets[2], 4, 6);
	ck_assert_msg(!make(3, &error), "%s", error.text);
	ck_assert_uint_eq(tspool_cpt_map_count(map), 3);
	ck_assert_str_eq(tspool_cpt_map_cpus_list(map, 1), "8-9");
	ck_assert_uint_eq(tspool_cpt_map_weight(map, 1), 2);
	ck_assert_str_eq(tspool_cpt_map_served_list(map, 1), "7-9");
	ck_assert_str_eq(tspool_cpt_map_cpus_list(map, 2), "4-6");
	ck_assert_str_eq(tspool_cpt_map_nodes_list(map, 2), "1");
	ck_assert_uint_eq(tspool_cpt_map_distance(map, 0, 2), 20);
}

/* As a pattern this would be longer than any that there may be. */
START_TEST(many_partitions_of_siblings)
{
	struct tspool_cpt_error error;
	unsigned int cpt, i;

	load("numa:1 core:128 pu:2");
	for (cpt = 0; cpt < SETS_MAX; cpt++)
		for (i = 0; i < 4; i++)
			hwloc_bitmap_set(sets[cpt], cpt + i * SETS_MAX);
	ck_assert_msg(!make(SETS_MAX, &error), "%s", error.text);
	ck_assert_uint_eq(tspool_cpt_map_count(map), SETS_MAX);
	for (cpt = 0; cpt < SETS_MAX; cpt++) {
		ck_assert(hwloc_bitmap_isequal(tspool_cpt_map_cpus(map, cpt), sets[cpt]));
		ck_assert_uint_eq(tspool_cpt_map_weight(map, cpt), 4);
	}
}

START_TEST(refused_sets)
{
	struct tspool_cpt_error error;

	load("numa:2 core:2 pu:1");
	ck_assert_int_eq(make(0, &error), -EINVAL);
	ck_assert_str_eq(error.text, "0 partitions, the least is 1");
	hwloc_bitmap_set_range(sets[0], 0, 1);
	ck_assert_int_eq(make(2, &error), -EINVAL);
	ck_assert_str_eq(error.text, "partition 1 has no CPU");
	ck_assert_ptr_null(map);
	hwloc_bitmap_set_range(sets[1], 1, 2);
	ck_assert_int_eq(make(2, &error), -EEXIST);
	ck_assert_str_eq(error.text, "partitions 0 and 1 both have CPU 1");
	hwloc_bitmap_set_range(sets[1], 2, -1);
	hwloc_bitmap_clr(sets[1], 1);
	ck_assert_int_eq(make(2, &error), -ERANGE);
	ck_assert_str_eq(error.text, "partition 1 has CPU 4, which this machine has not");
	ck_assert_int_eq(error.offset, -1);
	ck_assert_ptr_null(map);
	ck_assert_int_eq(make(2, NULL), -ERANGE);
}

START_TEST(without_disallowed)
{
	struct tspool_cpt_error error;

	ck_assert_int_eq(hwloc_topology_init(&topology), 0);
	ck_assert_int_eq(hwloc_topology_load(topology), 0);
	hwloc_bitmap_set(sets[0], 0);
	ck_assert_int_eq(make(1, &error), -EINVAL);
	ck_assert_str_eq(error.text, "the topology was loaded without disallowed CPUs and nodes");
}

int main(void)
{
	Suite *suite = suite_create("cpt_sets");
	TCase *tcase = tcase_create("cpt_sets");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_loop_test(tcase, the_sets_of_a_map_make_the_same_one, 0, COUNT(tables));
	tcase_add_test(tcase, a_partition_without_online_cpu);
	tcase_add_test(tcase, many_partitions_of_siblings);
	tcase_add_test(tcase, refused_sets);
	tcase_add_test(tcase, without_disallowed);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
