// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cpt.h"
#include "machine.h"
#include "report.h"

struct partition {
	hwloc_cpuset_t cpus;
	hwloc_cpuset_t served;
	hwloc_nodeset_t nodes;
	char *cpus_list;
	char *served_list;
	char *nodes_list;
};

struct tspool_cpt_map {
	struct tsp_cpt_topology machine;
	struct tsp_cpt_map *table;
	struct partition *partitions;
};

static int alloc_partitions(struct tspool_cpt_map *map)
{
	unsigned int cpt, count = map->table->count;

	map->partitions = calloc(count, sizeof(*map->partitions));
	if (!map->partitions)
		return -ENOMEM;
	for (cpt = 0; cpt < count; cpt++) {
		struct partition *partition = &map->partitions[cpt];

		partition->cpus = hwloc_bitmap_alloc();
		partition->served = hwloc_bitmap_alloc();
		partition->nodes = hwloc_bitmap_alloc();
		if (!partition->cpus || !partition->served || !partition->nodes)
			return -ENOMEM;
	}
	return 0;
}

static int fill_cpus(struct tspool_cpt_map *map)
{
	unsigned int cpu;

	for (cpu = 0; cpu < map->machine.ncpus; cpu++) {
		unsigned int cpt = tsp_cpt_map_of_cpu(map->table, cpu);
		struct partition *partition = &map->partitions[cpt];

		if (!map->machine.cpus[cpu].possible)
			continue;
		if (hwloc_bitmap_set(partition->served, cpu))
			return -ENOMEM;
		if (tsp_cpt_map_has_cpu(map->table, cpt, cpu) &&
		    hwloc_bitmap_set(partition->cpus, cpu))
			return -ENOMEM;
	}
	return 0;
}

static int fill_nodes(struct tspool_cpt_map *map, unsigned int cpt)
{
	unsigned int node;

	for (node = 0; node < map->machine.nnodes; node++)
		if (tsp_cpt_map_has_node(map->table, cpt, node) &&
		    hwloc_bitmap_set(map->partitions[cpt].nodes, node))
			return -ENOMEM;
	return 0;
}

static int fill_lists(struct partition *partition)
{
	if (hwloc_bitmap_list_asprintf(&partition->cpus_list, partition->cpus) < 0 ||
	    hwloc_bitmap_list_asprintf(&partition->served_list, partition->served) < 0 ||
	    hwloc_bitmap_list_asprintf(&partition->nodes_list, partition->nodes) < 0)
		return -ENOMEM;
	return 0;
}

static int fill_partitions(struct tspool_cpt_map *map)
{
	unsigned int cpt;
	int err = alloc_partitions(map);

	if (!err)
		err = fill_cpus(map);
	for (cpt = 0; cpt < map->table->count && !err; cpt++) {
		err = fill_nodes(map, cpt);
		if (!err)
			err = fill_lists(&map->partitions[cpt]);
	}
	return err;
}

/* Without the disallowed objects the table would not be the kernel's. */
static bool lacks_disallowed(hwloc_topology_t topology)
{
	return hwloc_topology_is_thissystem(topology) &&
	       !(hwloc_topology_get_flags(topology) & HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
}

/* A map of the machine, with room for a table. What there is of it is for finish(). */
static int start(hwloc_topology_t topology, struct tspool_cpt_map **map,
		 struct tsp_cpt_error *reason)
{
	int err;

	*map = NULL;
	tsp_cpt_fail(reason, 0, -1, "out of memory");
	if (lacks_disallowed(topology)) {
		tsp_cpt_fail(reason, 0, -1,
			     "the topology was loaded without disallowed CPUs and nodes");
		return -EINVAL;
	}
	*map = calloc(1, sizeof(**map));
	if (!*map)
		return -ENOMEM;
	err = tsp_machine_read(topology, &(*map)->machine, reason);
	if (err)
		return err;
	(*map)->table = calloc(1, tsp_cpt_map_size(&(*map)->machine));
	return (*map)->table ? 0 : -ENOMEM;
}

/* The map whose table is built, or none if there was an error, which it tells. */
static int finish(struct tspool_cpt_map **map, int err, const struct tsp_cpt_error *reason,
		  struct tspool_cpt_error *error)
{
	if (!err)
		err = fill_partitions(*map);
	if (err) {
		tspool_cpt_map_free(*map);
		*map = NULL;
	}
	return tsp_report(err, reason, error);
}

int tspool_cpt_map_from_hwloc(hwloc_topology_t topology, int npartitions, const char *pattern,
			      struct tspool_cpt_map **map, struct tspool_cpt_error *error)
{
	struct tsp_cpt_error reason;
	int err = start(topology, map, &reason);

	if (!err)
		err = tsp_cpt_map_build((*map)->table, &(*map)->machine, npartitions,
					pattern ? pattern : "N", &reason);
	return finish(map, err, &reason, error);
}

static int claim(const struct tsp_cpt_topology *machine, unsigned int cpu, unsigned int cpt,
		 int *cpt_of_cpu, struct tsp_cpt_error *reason)
{
	if (cpu >= machine->ncpus || !machine->cpus[cpu].possible)
		return tsp_cpt_fail(reason, -ERANGE, -1,
				    "partition %u has CPU %u, which this machine has not", cpt,
				    cpu);
	if (cpt_of_cpu[cpu] >= 0)
		return tsp_cpt_fail(reason, -EEXIST, -1, "partitions %d and %u both have CPU %u",
				    cpt_of_cpu[cpu], cpt, cpu);
	cpt_of_cpu[cpu] = (int)cpt;
	return 0;
}

/* An infinite set ends with the first CPU that is not there. */
static int claim_set(const struct tsp_cpt_topology *machine, hwloc_const_cpuset_t cpus,
		     unsigned int cpt, int *cpt_of_cpu, struct tsp_cpt_error *reason)
{
	int cpu, err = 0;

	if (hwloc_bitmap_iszero(cpus))
		return tsp_cpt_fail(reason, -EINVAL, -1, "partition %u has no CPU", cpt);
	for (cpu = hwloc_bitmap_first(cpus); cpu >= 0 && !err; cpu = hwloc_bitmap_next(cpus, cpu))
		err = claim(machine, (unsigned int)cpu, cpt, cpt_of_cpu, reason);
	return err;
}

/* No set is empty and none shares a CPU, so there are no more of them than CPUs. */
static int rebuild(struct tspool_cpt_map *map, const hwloc_const_cpuset_t *cpus, unsigned int count,
		   int *cpt_of_cpu, struct tsp_cpt_error *reason)
{
	unsigned int cpt, cpu;
	int err = 0;

	if (!count) {
		tsp_cpt_fail(reason, 0, -1, "0 partitions, the least is 1");
		return -EINVAL;
	}
	for (cpu = 0; cpu < map->machine.ncpus; cpu++)
		cpt_of_cpu[cpu] = -1;
	for (cpt = 0; cpt < count && !err; cpt++)
		err = claim_set(&map->machine, cpus[cpt], cpt, cpt_of_cpu, reason);
	if (!err)
		tsp_cpt_map_rebuild(map->table, &map->machine, count, cpt_of_cpu);
	return err;
}

int tspool_cpt_map_from_sets(hwloc_topology_t topology, const hwloc_const_cpuset_t *cpus,
			     unsigned int count, struct tspool_cpt_map **map,
			     struct tspool_cpt_error *error)
{
	struct tsp_cpt_error reason;
	int *cpt_of_cpu = NULL;
	int err = start(topology, map, &reason);

	if (!err) {
		cpt_of_cpu = calloc((*map)->machine.ncpus, sizeof(*cpt_of_cpu));
		err = cpt_of_cpu ? rebuild(*map, cpus, count, cpt_of_cpu, &reason) : -ENOMEM;
	}
	free(cpt_of_cpu);
	return finish(map, err, &reason, error);
}

static void free_partition(struct partition *partition)
{
	free(partition->nodes_list);
	free(partition->served_list);
	free(partition->cpus_list);
	hwloc_bitmap_free(partition->nodes);
	hwloc_bitmap_free(partition->served);
	hwloc_bitmap_free(partition->cpus);
}

void tspool_cpt_map_free(struct tspool_cpt_map *map)
{
	unsigned int cpt;

	if (!map)
		return;
	for (cpt = 0; map->partitions && cpt < map->table->count; cpt++)
		free_partition(&map->partitions[cpt]);
	free(map->partitions);
	free(map->table);
	tsp_machine_free(&map->machine);
	free(map);
}

const struct tsp_cpt_topology *tsp_machine_of(const struct tspool_cpt_map *map)
{
	return &map->machine;
}

const char *tspool_cpt_map_warning(const struct tspool_cpt_map *map)
{
	return map->table->warning[0] ? map->table->warning : NULL;
}

unsigned int tspool_cpt_map_count(const struct tspool_cpt_map *map)
{
	return map->table->count;
}

unsigned int tspool_cpt_map_of_cpu(const struct tspool_cpt_map *map, unsigned int cpu)
{
	return tsp_cpt_map_of_cpu(map->table, cpu);
}

hwloc_const_cpuset_t tspool_cpt_map_cpus(const struct tspool_cpt_map *map, unsigned int cpt)
{
	return map->partitions[cpt].cpus;
}

const char *tspool_cpt_map_cpus_list(const struct tspool_cpt_map *map, unsigned int cpt)
{
	return map->partitions[cpt].cpus_list;
}

hwloc_const_cpuset_t tspool_cpt_map_served(const struct tspool_cpt_map *map, unsigned int cpt)
{
	return map->partitions[cpt].served;
}

const char *tspool_cpt_map_served_list(const struct tspool_cpt_map *map, unsigned int cpt)
{
	return map->partitions[cpt].served_list;
}

hwloc_const_nodeset_t tspool_cpt_map_nodes(const struct tspool_cpt_map *map, unsigned int cpt)
{
	return map->partitions[cpt].nodes;
}

const char *tspool_cpt_map_nodes_list(const struct tspool_cpt_map *map, unsigned int cpt)
{
	return map->partitions[cpt].nodes_list;
}

unsigned int tspool_cpt_map_weight(const struct tspool_cpt_map *map, unsigned int cpt)
{
	return map->table->weight[cpt];
}

uint32_t tspool_cpt_map_distance(const struct tspool_cpt_map *map, unsigned int a, unsigned int b)
{
	return tsp_cpt_map_distance(map->table, a, b);
}
