// SPDX-License-Identifier: GPL-2.0-only
/* The table of large machines: the sets of the CPTs, and their text to the letter. */
#include <check.h>
#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <tspool/sched.h>

#include "run_suite.h"

struct machine {
	unsigned int nodes;
	unsigned int cores; /* of a node */
	unsigned int siblings; /* of a core; their numbers follow each other */
};

static const struct machine machines[] = {
	{ 1, 1, 1 },  { 2, 3, 1 },   { 4, 8, 2 },   { 16, 16, 2 },
	{ 64, 8, 1 }, { 64, 16, 2 }, { 64, 32, 1 }, { 32, 32, 2 },
};

static hwloc_topology_t load(const struct machine *machine)
{
	hwloc_topology_t topology;
	char synthetic[60];

	snprintf(synthetic, sizeof(synthetic), "numa:%u core:%u pu:%u", machine->nodes,
		 machine->cores, machine->siblings);
	ck_assert_int_eq(hwloc_topology_init(&topology), 0);
	ck_assert_int_eq(hwloc_topology_set_synthetic(topology, synthetic), 0);
	ck_assert_int_eq(hwloc_topology_load(topology), 0);
	return topology;
}

static void check_sets(const struct tspool_cpt_map *map, unsigned int cpts, unsigned int cpus)
{
	hwloc_bitmap_t all = hwloc_bitmap_alloc();
	unsigned int cpt;

	ck_assert_uint_eq(tspool_cpt_map_count(map), cpts);
	for (cpt = 0; cpt < cpts; cpt++) {
		ck_assert(!hwloc_bitmap_intersects(all, tspool_cpt_map_cpus(map, cpt)));
		hwloc_bitmap_or(all, all, tspool_cpt_map_cpus(map, cpt));
	}
	ck_assert_int_eq(hwloc_bitmap_weight(all), (int)cpus);
	ck_assert_int_eq(hwloc_bitmap_last(all), (int)cpus - 1);
	hwloc_bitmap_free(all);
}

/* Each CPT has so many CPUs that follow each other. */
static void check_text(const struct tspool_cpt_map *map, unsigned int cpts, unsigned int weight)
{
	size_t size, want_size;
	char *text, *want;
	FILE *stream = open_memstream(&text, &size);
	FILE *want_stream = open_memstream(&want, &want_size);
	unsigned int cpt, i;

	ck_assert_int_eq(tspool_cpt_map_print_table(map, stream), 0);
	fclose(stream);
	for (cpt = 0; cpt < cpts; cpt++) {
		fprintf(want_stream, "%u\t:", cpt);
		for (i = 0; i < weight; i++)
			fprintf(want_stream, " %u", cpt * weight + i);
		fputc('\n', want_stream);
	}
	fclose(want_stream);
	ck_assert_str_eq(text, want);
	free(text);
	free(want);
}

START_TEST(a_cpt_a_node)
{
	const struct machine *machine = &machines[_i];
	unsigned int weight = machine->cores * machine->siblings;
	hwloc_topology_t topology = load(machine);
	struct tspool_cpt_map *map;

	/* one node alone would be divided */
	ck_assert_int_eq(tspool_cpt_map_from_hwloc(topology, (int)machine->nodes, "N", &map, NULL),
			 0);
	check_sets(map, machine->nodes, machine->nodes * weight);
	check_text(map, machine->nodes, weight);
	tspool_cpt_map_free(map);
	hwloc_topology_destroy(topology);
}

START_TEST(halves_of_nodes)
{
	const struct machine *machine = &machines[_i];
	unsigned int weight = machine->cores * machine->siblings / 2;
	hwloc_topology_t topology = load(machine);
	struct tspool_cpt_map *map;

	if (machine->cores % 2 == 0) {
		ck_assert_int_eq(tspool_cpt_map_from_hwloc(topology, 2 * (int)machine->nodes, "",
							   &map, NULL),
				 0);
		check_sets(map, machine->nodes * 2, machine->nodes * 2 * weight);
		check_text(map, machine->nodes * 2, weight);
		tspool_cpt_map_free(map);
	}
	hwloc_topology_destroy(topology);
}

int main(void)
{
	Suite *suite = suite_create("cpt_scale");
	TCase *cases = tcase_create("cpt_scale");
	int count = sizeof(machines) / sizeof(*machines);

	tcase_add_loop_test(cases, a_cpt_a_node, 0, count);
	tcase_add_loop_test(cases, halves_of_nodes, 0, count);
	suite_add_tcase(suite, cases);
	return run_suite(suite);
}
