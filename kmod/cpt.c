// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) "tspool: " fmt

#include <linux/cpu.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include "cpt.h"
#include "cpt_map.h"

struct tsp_cpt_table tsp_cpts;

/* The map answers for distances as long as the table stands, and refers to the topology. */
static struct tsp_cpt_topology topology;
static struct tsp_cpt_map *map;

static void free_topology(void)
{
	kvfree(topology.distances);
	kvfree(topology.nodes);
	kvfree(topology.cpus);
	topology = (struct tsp_cpt_topology){ 0 };
}

/* free_topology() takes what there is of it. */
static int alloc_topology(void)
{
	topology.ncpus = nr_cpu_ids;
	topology.nnodes = nr_node_ids;
	topology.cpus = kvcalloc(topology.ncpus, sizeof(*topology.cpus), GFP_KERNEL);
	topology.nodes = kvcalloc(topology.nnodes, sizeof(*topology.nodes), GFP_KERNEL);
	topology.distances = kvcalloc(topology.nnodes,
				      array_size(topology.nnodes, sizeof(*topology.distances)),
				      GFP_KERNEL);
	return topology.cpus && topology.nodes && topology.distances ? 0 : -ENOMEM;
}

/* As sysfs and so hwloc have it: no node of a CPU that is not present. */
static int node_of_cpu(unsigned int cpu)
{
	int node = cpu_to_node(cpu);

	if (node != NUMA_NO_NODE && node_online(node) && cpu_present(cpu))
		return node;
	return cpu_online(cpu) ? first_online_node : TSP_CPT_NO_NODE;
}

static void read_cpu(unsigned int cpu, struct tsp_cpt_cpu *to)
{
	to->possible = true;
	to->online = cpu_online(cpu);
	to->node = node_of_cpu(cpu);
	if (!to->online)
		return;
	to->package = cpumask_first(topology_core_cpumask(cpu));
	to->core = cpumask_first(topology_sibling_cpumask(cpu));
}

static void read_distances(unsigned int from)
{
	unsigned int to;

	for_each_online_node(to)
		topology.distances[from * topology.nnodes + to] = node_distance(from, to);
}

static void read_topology(void)
{
	unsigned int cpu, node;

	cpus_read_lock();
	for_each_possible_cpu(cpu)
		read_cpu(cpu, &topology.cpus[cpu]);
	for_each_online_node(node) {
		topology.nodes[node] = true;
		read_distances(node);
	}
	cpus_read_unlock();
}

static int build_map(int npartitions, const char *pattern)
{
	struct tsp_cpt_error error;
	int err;

	map = kvzalloc(tsp_cpt_map_size(&topology), GFP_KERNEL);
	if (!map)
		return -ENOMEM;
	err = tsp_cpt_map_build(map, &topology, npartitions, pattern, &error);
	if (err && error.offset >= 0)
		pr_err("cpu_pattern: %s, at byte %d: \"%.24s\"\n", error.text, error.offset,
		       pattern + error.offset);
	else if (err)
		pr_err("%s\n", error.text);
	else if (map->warning[0])
		pr_warn("%s\n", map->warning);
	return err;
}

static void free_table(void)
{
	unsigned int i;

	for (i = 0; tsp_cpts.cpt && i < tsp_cpts.count; i++) {
		free_cpumask_var(tsp_cpts.cpt[i].served);
		free_cpumask_var(tsp_cpts.cpt[i].cpus);
	}
	kvfree(tsp_cpts.of_cpu);
	kvfree(tsp_cpts.cpt);
	tsp_cpts = (struct tsp_cpt_table){ 0 };
}

/* free_table() takes what there is of it. */
static int alloc_table(void)
{
	unsigned int i;

	tsp_cpts.cpt = kvcalloc(map->count, sizeof(*tsp_cpts.cpt), GFP_KERNEL);
	tsp_cpts.of_cpu = kvcalloc(nr_cpu_ids, sizeof(*tsp_cpts.of_cpu), GFP_KERNEL);
	if (!tsp_cpts.cpt || !tsp_cpts.of_cpu)
		return -ENOMEM;
	tsp_cpts.count = map->count;
	for (i = 0; i < tsp_cpts.count; i++)
		if (!zalloc_cpumask_var(&tsp_cpts.cpt[i].cpus, GFP_KERNEL) ||
		    !zalloc_cpumask_var(&tsp_cpts.cpt[i].served, GFP_KERNEL))
			return -ENOMEM;
	return 0;
}

static void fill_cpus(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		unsigned int number = tsp_cpt_map_of_cpu(map, cpu);
		struct tsp_cpt *cpt = &tsp_cpts.cpt[number];

		tsp_cpts.of_cpu[cpu] = number;
		cpumask_set_cpu(cpu, cpt->served);
		if (tsp_cpt_map_has_cpu(map, number, cpu))
			cpumask_set_cpu(cpu, cpt->cpus);
	}
}

/* The node with memory of a CPU that is online: that of an offline one may never have been set. */
static int home_of(const struct tsp_cpt *cpt)
{
	unsigned int cpu = cpumask_any_and(cpt->cpus, cpu_online_mask);

	return cpu < nr_cpu_ids ? cpu_to_mem(cpu) : NUMA_NO_NODE;
}

static void fill_cpt(unsigned int number, struct tsp_cpt *cpt)
{
	unsigned int node;

	for (node = 0; node < topology.nnodes; node++)
		if (tsp_cpt_map_has_node(map, number, node))
			node_set(node, cpt->nodes);
	cpt->weight = map->weight[number];
	cpt->home_node = home_of(cpt);
}

int tsp_cpt_init(int npartitions, const char *pattern)
{
	unsigned int i;
	int err;

	err = alloc_topology();
	if (err)
		goto err_exit;
	read_topology();
	err = build_map(npartitions, pattern);
	if (err)
		goto err_exit;
	err = alloc_table();
	if (err)
		goto err_exit;
	fill_cpus();
	for (i = 0; i < tsp_cpts.count; i++)
		fill_cpt(i, &tsp_cpts.cpt[i]);
	return 0;

err_exit:
	if (err == -ENOMEM)
		pr_err("no memory for the table of CPTs\n");
	tsp_cpt_exit();
	return err;
}

void tsp_cpt_exit(void)
{
	free_table();
	kvfree(map);
	map = NULL;
	free_topology();
}

u32 tsp_cpt_distance(unsigned int a, unsigned int b)
{
	return tsp_cpt_map_distance(map, a, b);
}
