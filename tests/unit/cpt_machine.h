/* SPDX-License-Identifier: GPL-2.0-only */
/* A machine described by hand, and the table made from it. One program includes this once. */
#ifndef TSP_TEST_CPT_MACHINE_H
#define TSP_TEST_CPT_MACHINE_H

#include <check.h>
#include <stdlib.h>

#include "cpt_map.h"

/* Of the machine under test; enough for the largest. */
#define MAX_CPUS	8192
#define MAX_NODES	64

static struct tsp_cpt_cpu cpus[MAX_CPUS];
static bool nodes[MAX_NODES];
static unsigned int distances[MAX_NODES * MAX_NODES];
static struct tsp_cpt_topology machine;
static struct tsp_cpt_map *map;
static struct tsp_cpt_error error;

/*
 * So many nodes, each a package, of so many cores; all first siblings have the lowest numbers, then
 * come all second ones. Distances are 10 and 20.
 */
static void make_machine(unsigned int nnodes, unsigned int cores, unsigned int siblings)
{
	unsigned int all_cores = nnodes * cores, cpu, i;

	memset(cpus, 0, sizeof(cpus));
	memset(nodes, 0, sizeof(nodes));
	machine = (struct tsp_cpt_topology){ all_cores * siblings, nnodes, cpus, nodes, distances };
	for (cpu = 0; cpu < machine.ncpus; cpu++) {
		unsigned int core = cpu % all_cores, node = core / cores;

		cpus[cpu] = (struct tsp_cpt_cpu){ true, true, (int)node, node * cores, core };
	}
	for (i = 0; i < nnodes; i++)
		nodes[i] = true;
	for (i = 0; i < nnodes * nnodes; i++)
		distances[i] = i % (nnodes + 1) ? 20 : 10;
}

static void offline(unsigned int cpu)
{
	cpus[cpu].online = false;
	cpus[cpu].package = 0;
	cpus[cpu].core = 0;
}

static int build(int npartitions, const char *pattern)
{
	free(map);
	map = malloc(tsp_cpt_map_size(&machine));
	memset(&error, 0, sizeof(error));
	return tsp_cpt_map_build(map, &machine, npartitions, pattern, &error);
}

static void free_map(void)
{
	free(map);
	map = NULL;
}

/* The CPT of each CPU as a digit, '-' where there is none. */
static const char *table(void)
{
	static char text[MAX_CPUS + 1];
	unsigned int cpu, cpt;

	for (cpu = 0; cpu < machine.ncpus; cpu++) {
		text[cpu] = '-';
		for (cpt = 0; cpt < map->count; cpt++)
			if (tsp_cpt_map_has_cpu(map, cpt, cpu)) {
				ck_assert_int_eq(text[cpu], '-');
				text[cpu] = (char)('0' + cpt);
			}
	}
	text[cpu] = 0;
	return text;
}

#endif /* TSP_TEST_CPT_MACHINE_H */
