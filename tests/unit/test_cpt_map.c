// SPDX-License-Identifier: GPL-2.0-only
/* The table from machines that are described by hand: those that hwloc can't make up. */
#include "cpt_machine.h"

START_TEST(auto_count)
{
	static const struct {
		unsigned int ncpus, siblings, count;
	} want[] = {
		{ 1, 1, 1 }, { 2, 1, 1 }, { 3, 1, 1 }, { 4, 1, 1 }, { 4, 2, 1 },
		{ 5, 1, 1 }, { 5, 2, 1 }, { 6, 1, 3 }, { 6, 2, 2 }, { 7, 1, 1 },
		{ 7, 2, 1 }, { 8, 1, 4 }, { 8, 2, 2 }, { 12, 2, 3 }, { 16, 1, 8 },
		{ 16, 2, 4 }, { 48, 2, 12 }, { 64, 2, 16 }, { 272, 4, 34 },
	};

	ck_assert_uint_eq(tsp_cpt_auto_count(want[_i].ncpus, want[_i].siblings), want[_i].count);
}

START_TEST(siblings_stay_together)
{
	make_machine(1, 8, 2);
	ck_assert_int_eq(build(0, "N"), 0);
	ck_assert_uint_eq(map->count, 4);
	ck_assert_str_eq(table(), "0011223300112233");
	ck_assert_int_eq(build(0, ""), 0);
	ck_assert_str_eq(table(), "0011223300112233");
	ck_assert_int_eq(build(3, ""), 0);
	ck_assert_str_eq(table(), "0001112200011222");
}

START_TEST(nodes_come_before_packages)
{
	/* CPUs 0..7 go round: node 0, 1, 0, 1, ...; in each node to package a, b, a, b */
	static const unsigned int packages[] = { 0, 1, 2, 3, 0, 1, 2, 3 };
	unsigned int cpu;

	make_machine(2, 4, 1);
	for (cpu = 0; cpu < 8; cpu++) {
		cpus[cpu].node = (int)cpu % 2;
		cpus[cpu].package = packages[cpu];
	}
	ck_assert_int_eq(build(4, "N"), 0);
	ck_assert_str_eq(table(), "02130213");
	ck_assert_int_eq(build(0, "N"), 0);
	ck_assert_str_eq(table(), "01010101");
}

START_TEST(offline_cpus_are_not_dealt_out)
{
	make_machine(2, 4, 1);
	offline(1);
	offline(6);
	ck_assert_int_eq(build(0, "N"), 0);
	ck_assert_str_eq(table(), "0-0011-1");
	ck_assert_uint_eq(map->weight[0], 3);
	ck_assert_int_eq(build(6, "N"), 0);
	ck_assert_str_eq(table(), "0-1234-5");
	ck_assert_int_eq(build(0, "N 0[*]"), 0);
	ck_assert_str_eq(table(), "0-0000-0");
	ck_assert_int_eq(build(0, "0[*]"), 0);
	ck_assert_str_eq(table(), "0-0000-0");
	ck_assert_int_eq(build(7, "N"), -EINVAL);
	ck_assert_str_eq(error.text, "npartitions=7, but 6 CPUs are online");
	ck_assert_int_eq(error.offset, -1);
}

START_TEST(lists_may_name_offline_cpus)
{
	make_machine(2, 4, 1);
	offline(1);
	offline(6);
	cpus[6].node = TSP_CPT_NO_NODE;
	ck_assert_int_eq(build(0, "1[0,6] 0[1-5/2]"), 0);
	ck_assert_str_eq(table(), "10-0-01-");
	ck_assert_uint_eq(map->weight[0], 3);
	ck_assert_uint_eq(map->weight[1], 2);
	ck_assert(tsp_cpt_map_has_node(map, 0, 0));
	ck_assert(tsp_cpt_map_has_node(map, 0, 1));
	ck_assert(tsp_cpt_map_has_node(map, 1, 0));
	ck_assert(!tsp_cpt_map_has_node(map, 1, 1));
	ck_assert_int_eq(build(0, "0[0] 1[1,6]"), -ENODEV);
	ck_assert_str_eq(error.text, "partition 1 has no online CPU");
	ck_assert_int_eq(error.offset, 5);
}

START_TEST(a_whole_node_offline)
{
	make_machine(3, 2, 1);
	offline(2);
	offline(3);
	ck_assert_int_eq(build(0, "N"), 0);
	ck_assert_uint_eq(map->count, 2);
	ck_assert_str_eq(table(), "00--11");
	ck_assert(!tsp_cpt_map_has_node(map, 0, 1));
	ck_assert(!tsp_cpt_map_has_node(map, 1, 1));
	ck_assert_int_eq(build(0, "N 0[0] 1[1]"), -ENODEV);
	ck_assert_str_eq(error.text, "partition 1 has no CPU");
	ck_assert_int_eq(error.offset, 7);
	/* one node with CPUs left: as many as suit the machine */
	offline(4);
	offline(5);
	ck_assert_int_eq(build(0, "N"), 0);
	ck_assert_uint_eq(map->count, 1);
	ck_assert_str_eq(table(), "00----");
}

START_TEST(memory_only_nodes)
{
	make_machine(2, 2, 1);
	machine.nnodes = 4;
	nodes[3] = true;
	memset(distances, 0, sizeof(distances));
	distances[0 * 4 + 0] = 10;
	distances[0 * 4 + 1] = 21;
	distances[1 * 4 + 0] = 22;
	distances[3 * 4 + 0] = 31;
	distances[3 * 4 + 1] = 17;
	distances[1 * 4 + 1] = 10;
	ck_assert_int_eq(build(0, "N"), 0);
	ck_assert_uint_eq(map->count, 2);
	ck_assert(!tsp_cpt_map_has_node(map, 0, 3));
	ck_assert(!tsp_cpt_map_has_node(map, 1, 3));
	ck_assert_int_eq(build(0, "N 0[0] 1[1,3]"), 0);
	ck_assert_str_eq(table(), "0011");
	ck_assert(!tsp_cpt_map_has_node(map, 0, 3));
	ck_assert(tsp_cpt_map_has_node(map, 1, 1));
	ck_assert(!tsp_cpt_map_has_node(map, 1, 2));
	ck_assert(tsp_cpt_map_has_node(map, 1, 3));
	ck_assert_uint_eq(tsp_cpt_map_distance(map, 0, 0), 10);
	ck_assert_uint_eq(tsp_cpt_map_distance(map, 0, 1), 21);
	ck_assert_uint_eq(tsp_cpt_map_distance(map, 1, 0), 31);
	ck_assert_int_eq(build(0, "N 0[0,1] 1[3]"), -ENODEV);
	ck_assert_int_eq(error.offset, 9);
	ck_assert_int_eq(build(0, "N 0[0,2]"), -ERANGE);
	ck_assert_str_eq(error.text, "no node 2, the highest is 3");
	ck_assert_int_eq(error.offset, 6);
}

START_TEST(holes_in_the_numbers)
{
	make_machine(1, 8, 1);
	cpus[2] = (struct tsp_cpt_cpu){ .node = TSP_CPT_NO_NODE };
	ck_assert_int_eq(build(1, ""), 0);
	ck_assert_str_eq(table(), "00-00000");
	ck_assert_int_eq(build(0, "0[0-3]"), -ERANGE);
	ck_assert_str_eq(error.text, "no CPU 2, the highest is 7");
	ck_assert_int_eq(build(0, "X[2]"), -ERANGE);
	ck_assert_int_eq(build(0, "0[0-6/4]"), 0);
	ck_assert_str_eq(table(), "0---0---");
}

START_TEST(cpus_of_no_partition)
{
	unsigned int cpu;

	make_machine(2, 4, 1);
	ck_assert_int_eq(build(0, "0[7] 1[0] 2[3]"), 0);
	for (cpu = 0; cpu < 20; cpu++) {
		unsigned int want = cpu == 7 ? 0 : cpu == 0 ? 1 : cpu == 3 ? 2 : cpu % 3;

		ck_assert_uint_eq(tsp_cpt_map_of_cpu(map, cpu), want);
	}
}

START_TEST(left_out_by_rank)
{
	make_machine(1, 8, 2);
	ck_assert_int_eq(build(4, "C[0,1]"), 0);
	ck_assert_str_eq(table(), "--------00112233");
	ck_assert_int_eq(build(4, "C[0,0]"), 0);
	ck_assert_str_eq(table(), "-0-1-2-300112233");
	/* 6, 5 and 5 CPUs: only CPT 0, of 0, 1, 2, 8, 9 and 10, has rank 5 */
	ck_assert_int_eq(build(3, "C[5]"), 0);
	ck_assert_str_eq(table(), "0001112200-11222");
}

START_TEST(ranks_beyond_any_partition)
{
	make_machine(1, 8, 2);
	ck_assert_int_eq(build(4, "C[0,3-4]"), -ERANGE);
	ck_assert_int_eq(error.offset, 4);
	ck_assert_str_eq(error.text, "no rank 4, the highest is 3");
	ck_assert_int_eq(build(4, "C[*]"), -ENODEV);
	ck_assert_str_eq(error.text, "partition 0 has no CPU");
}

START_TEST(left_out_nodes_go_too)
{
	make_machine(2, 2, 1);
	ck_assert_int_eq(build(1, "X[2-3]"), 0);
	ck_assert_str_eq(table(), "00--");
	ck_assert(tsp_cpt_map_has_node(map, 0, 0));
	ck_assert(!tsp_cpt_map_has_node(map, 0, 1));
	ck_assert_uint_eq(tsp_cpt_map_distance(map, 0, 0), 10);
	ck_assert_int_eq(build(1, ""), 0);
	ck_assert_uint_eq(tsp_cpt_map_distance(map, 0, 0), 20);
}

START_TEST(npartitions)
{
	make_machine(4, 4, 1);
	ck_assert_int_eq(build(-1, ""), -EINVAL);
	ck_assert_str_eq(error.text, "npartitions=-1, the least is 0");
	ck_assert_int_eq(build(17, ""), -EINVAL);
	ck_assert_int_eq(build(3, "0[0] 1[1]"), -EINVAL);
	ck_assert_str_eq(error.text, "npartitions=3, but the pattern has 2 partitions");
	ck_assert_int_eq(build(1, "0[0] 1[1]"), -EINVAL);
	ck_assert_int_eq(build(2, "0[0] 1[1]"), 0);
	ck_assert_int_eq(build(16, "N"), 0);
	ck_assert_str_eq(table(), "0123456789:;<=>?");
}

START_TEST(many_partitions_are_warned_of)
{
	make_machine(1, 8, 2);	/* 4 suit it */
	ck_assert_int_eq(build(16, ""), 0);
	ck_assert_str_eq(map->warning, "");
	make_machine(1, 16, 2);	/* 8 of them */
	ck_assert_int_eq(build(32, ""), 0);
	ck_assert_str_eq(map->warning, "");
	make_machine(1, 5, 1);	/* 1 */
	ck_assert_int_eq(build(4, ""), 0);
	ck_assert_str_eq(map->warning, "");
	ck_assert_int_eq(build(5, ""), 0);
	ck_assert_str_eq(map->warning,
			 "npartitions=5 is more than 4 times the 1 that suit this machine");
}

/* More parts, and more nodes, than CPUs: the arrays have room for each. */
START_TEST(more_parts_than_cpus)
{
	char text[1025] = "";
	size_t used = 0;
	int i;

	make_machine(1, 2, 1);
	for (i = 0; i < 100; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%d[%d]", i, i);
	ck_assert_int_eq(build(0, text), -ERANGE);
	ck_assert_str_eq(error.text, "no CPU 2, the highest is 1");
	ck_assert_int_eq(error.offset, 10);
	machine.nnodes = 64;
	ck_assert_int_eq(build(0, "N 0[0,63]"), -ERANGE);
	ck_assert_int_eq(build(0, "N"), 0);
	ck_assert_uint_eq(map->count, 1);
}

START_TEST(largest_machine)
{
	unsigned int cpu, cpt;

	make_machine(64, 64, 2);
	ck_assert_uint_eq(machine.ncpus, 8192);
	ck_assert_int_eq(build(8192, "N"), 0);
	ck_assert_uint_eq(map->count, 8192);
	for (cpt = 0; cpt < 8192; cpt++)
		ck_assert_uint_eq(map->weight[cpt], 1);
	ck_assert_uint_eq(tsp_cpt_map_of_cpu(map, 4096), 1);
	ck_assert_uint_eq(tsp_cpt_map_distance(map, 0, 1), 10);
	ck_assert_uint_eq(tsp_cpt_map_distance(map, 0, 8191), 20);
	ck_assert_int_eq(build(0, ""), 0);
	ck_assert_uint_eq(map->count, 2048);
	ck_assert_int_eq(build(0, "N C[0-127/2]"), 0);
	for (cpu = 0; cpu < 8192; cpu++)
		ck_assert_int_eq(tsp_cpt_map_has_cpu(map, cpu % 4096 / 64, cpu), cpu % 2);
}

int main(void)
{
	Suite *suite = suite_create("cpt_map");
	TCase *cases = tcase_create("cpt_map");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(cases, NULL, free_map);
	tcase_add_loop_test(cases, auto_count, 0, 19);
	tcase_add_test(cases, siblings_stay_together);
	tcase_add_test(cases, nodes_come_before_packages);
	tcase_add_test(cases, offline_cpus_are_not_dealt_out);
	tcase_add_test(cases, lists_may_name_offline_cpus);
	tcase_add_test(cases, a_whole_node_offline);
	tcase_add_test(cases, memory_only_nodes);
	tcase_add_test(cases, holes_in_the_numbers);
	tcase_add_test(cases, cpus_of_no_partition);
	tcase_add_test(cases, left_out_by_rank);
	tcase_add_test(cases, ranks_beyond_any_partition);
	tcase_add_test(cases, left_out_nodes_go_too);
	tcase_add_test(cases, npartitions);
	tcase_add_test(cases, many_partitions_are_warned_of);
	tcase_add_test(cases, more_parts_than_cpus);
	tcase_add_test(cases, largest_machine);
	suite_add_tcase(suite, cases);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
