// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
#include "cpt_map.h"

#ifdef __KERNEL__
#include <linux/sort.h>
#define qsort(base, count, size, compare)	sort(base, count, size, compare, NULL)
#else
#include <stdlib.h>
#endif

#define BITS_OF_WORD	32

/* Where a CPU stands in the order of the automatic division. */
struct tsp_cpt_place {
	unsigned int keys[4];	/* node, package, core, CPU */
};

static unsigned int larger(unsigned int a, unsigned int b)
{
	return a > b ? a : b;
}

/* The arrays serve CPUs, nodes and parts alike: each has room for whatever there is most of. */
static unsigned int count_slots(const struct tsp_cpt_topology *topology)
{
	return larger(larger(topology->ncpus, topology->nnodes), TSP_CPT_PARTS_MAX);
}

static unsigned int count_node_words(const struct tsp_cpt_topology *topology)
{
	return topology->nnodes / BITS_OF_WORD + 1;
}

size_t tsp_cpt_map_size(const struct tsp_cpt_topology *topology)
{
	const struct tsp_cpt_map *map = NULL;
	size_t slot = sizeof(*map->weight) + sizeof(*map->cpt_of_cpu) + sizeof(*map->cpt_of_node) +
		      sizeof(*map->part_offset) + sizeof(*map->online) + sizeof(*map->marks) +
		      sizeof(*map->order) + sizeof(*map->nodes) * count_node_words(topology);

	return sizeof(*map) + slot * count_slots(topology);
}

/* Divides the memory behind the map; whatever lies there is made of int-sized members. */
static void lay_out(struct tsp_cpt_map *map, const struct tsp_cpt_topology *topology)
{
	unsigned int slots = count_slots(topology);

	memset(map, 0, tsp_cpt_map_size(topology));
	map->topology = topology;
	map->slots = slots;
	map->node_words = count_node_words(topology);
	map->cpt_of_cpu = (int *)map->memory;
	map->cpt_of_node = map->cpt_of_cpu + slots;
	map->part_offset = map->cpt_of_node + slots;
	memset(map->memory, -1, 3 * sizeof(int) * slots);
	map->weight = (unsigned int *)map->part_offset + slots;
	map->online = map->weight + slots;
	map->marks = map->online + slots;
	map->order = (struct tsp_cpt_place *)(map->marks + slots);
	map->nodes = (unsigned int *)(map->order + slots);
}

static void clear_marks(struct tsp_cpt_map *map)
{
	memset(map->marks, 0, sizeof(*map->marks) * map->slots);
}

static unsigned int count_online(const struct tsp_cpt_topology *topology)
{
	unsigned int cpu, online = 0;

	for (cpu = 0; cpu < topology->ncpus; cpu++)
		online += topology->cpus[cpu].online;
	return online;
}

/* The siblings online in the core that has most of them. */
static unsigned int count_siblings(struct tsp_cpt_map *map)
{
	const struct tsp_cpt_topology *topology = map->topology;
	unsigned int cpu, most = 1;

	clear_marks(map);
	for (cpu = 0; cpu < topology->ncpus; cpu++)
		if (topology->cpus[cpu].online)
			most = larger(most, ++map->marks[topology->cpus[cpu].core]);
	return most;
}

unsigned int tsp_cpt_auto_count(unsigned int ncpus, unsigned int siblings)
{
	unsigned int count = 2;

	if (ncpus <= 4)
		return 1;
	while (ncpus > 2 * siblings * count)
		count++;
	while (ncpus % count)
		count--;
	return count;
}

static int compare_places(const void *one, const void *other)
{
	const struct tsp_cpt_place *a = one, *b = other;
	int i = 0;

	while (i < 3 && a->keys[i] == b->keys[i])
		i++;
	return (a->keys[i] > b->keys[i]) - (a->keys[i] < b->keys[i]);
}

/* The online CPUs in the order in which they are dealt out; returns how many there are. */
static unsigned int put_in_order(struct tsp_cpt_map *map)
{
	const struct tsp_cpt_topology *topology = map->topology;
	unsigned int cpu, n = 0;

	for (cpu = 0; cpu < topology->ncpus; cpu++) {
		const struct tsp_cpt_cpu *at = &topology->cpus[cpu];

		if (at->online)
			map->order[n++] = (struct tsp_cpt_place){
				{ (unsigned int)at->node, at->package, at->core, cpu },
			};
	}
	qsort(map->order, n, sizeof(*map->order), compare_places);
	return n;
}

/* Partitions of equal size; where it does not come out even, the first have one CPU more. */
static void split(struct tsp_cpt_map *map, unsigned int count)
{
	unsigned int n = put_in_order(map);
	unsigned int cpt, i = 0, end = 0;

	map->count = count;
	for (cpt = 0; cpt < count; cpt++) {
		end += n / count + (cpt < n % count);
		while (i < end)
			map->cpt_of_cpu[map->order[i++].keys[3]] = (int)cpt;
	}
}

static int split_as_asked(struct tsp_cpt_map *map, unsigned int count, unsigned int auto_count,
			  struct tsp_cpt_error *error)
{
	unsigned int online = count_online(map->topology);

	if (count > online)
		return tsp_cpt_fail(error, -EINVAL, -1, "npartitions=%u, but %u CPUs are online",
				    count, online);
	if (count > TSP_CPT_MANY * auto_count)
		snprintf(map->warning, sizeof(map->warning),
			 "npartitions=%u is more than %d times the %u that suit this machine",
			 count, TSP_CPT_MANY, auto_count);
	split(map, count);
	return 0;
}

/* Numbers the nodes with online CPUs, in their order, as CPTs; returns how many there are. */
static unsigned int number_nodes(struct tsp_cpt_map *map)
{
	const struct tsp_cpt_topology *topology = map->topology;
	unsigned int cpu, node, count = 0;

	clear_marks(map);
	for (cpu = 0; cpu < topology->ncpus; cpu++)
		if (topology->cpus[cpu].online)
			map->marks[topology->cpus[cpu].node] = 1;
	for (node = 0; node < topology->nnodes; node++)
		if (map->marks[node])
			map->cpt_of_node[node] = (int)count++;
	return count;
}

/* Each online CPU follows its node. */
static void follow_nodes(struct tsp_cpt_map *map)
{
	const struct tsp_cpt_topology *topology = map->topology;
	unsigned int cpu;

	for (cpu = 0; cpu < topology->ncpus; cpu++)
		if (topology->cpus[cpu].online)
			map->cpt_of_cpu[cpu] = map->cpt_of_node[topology->cpus[cpu].node];
}

static int divide(struct tsp_cpt_map *map, const struct tsp_cpt_pattern *pattern,
		  unsigned int npartitions, struct tsp_cpt_error *error)
{
	unsigned int auto_count = tsp_cpt_auto_count(count_online(map->topology),
						     count_siblings(map));

	if (npartitions)
		return split_as_asked(map, npartitions, auto_count, error);
	map->count = number_nodes(map);
	if (pattern->by_node && map->count > 1)
		follow_nodes(map);
	else
		split(map, auto_count);
	return 0;
}

enum kind { CPU, NODE, RANK };

/* What the numbers of a list stand for. */
struct numbers {
	enum kind kind;
	const char *noun;
	unsigned int limit;
	const struct tsp_cpt_topology *topology;
	int *owner;	/* the CPT that each is in */
};

/* The ranks are as many as the CPUs of the heaviest CPT. */
static unsigned int count_ranks(const struct tsp_cpt_map *map)
{
	unsigned int cpt, ranks = 0;

	for (cpt = 0; cpt < map->count; cpt++)
		ranks = larger(ranks, map->weight[cpt]);
	return ranks;
}

static struct numbers numbers_of(const struct tsp_cpt_map *map, enum kind kind)
{
	const struct tsp_cpt_topology *topology = map->topology;

	if (kind == RANK)
		return (struct numbers){ kind, "rank", count_ranks(map), topology, NULL };
	if (kind == CPU)
		return (struct numbers){ kind, "CPU", topology->ncpus, topology, map->cpt_of_cpu };
	return (struct numbers){ kind, "node", topology->nnodes, topology, map->cpt_of_node };
}

static bool exists(const struct numbers *numbers, unsigned int number)
{
	if (number >= numbers->limit || numbers->kind == RANK)
		return number < numbers->limit;
	if (numbers->kind == NODE)
		return numbers->topology->nodes[number];
	return numbers->topology->cpus[number].possible;
}

/* Whether "*" means this number, too: not an offline CPU. */
static bool is_in_all(const struct numbers *numbers, unsigned int number)
{
	if (numbers->kind == CPU)
		return numbers->topology->cpus[number].online;
	return exists(numbers, number);
}

static int no_such_number(const struct numbers *numbers, unsigned int number, unsigned int offset,
			  struct tsp_cpt_error *error)
{
	unsigned int highest = numbers->limit - 1;

	while (!exists(numbers, highest))
		highest--;
	return tsp_cpt_fail(error, -ERANGE, (int)offset, "no %s %u, the highest is %u",
			    numbers->noun, number, highest);
}

static int claim(const struct numbers *numbers, unsigned int number, unsigned int cpt,
		 unsigned int offset, struct tsp_cpt_error *error)
{
	if (numbers->owner[number] >= 0)
		return tsp_cpt_fail(error, -EEXIST, (int)offset, "%s %u is in partition %d already",
				    numbers->noun, number, numbers->owner[number]);
	numbers->owner[number] = (int)cpt;
	return 0;
}

static int claim_item(const struct numbers *numbers, const struct tsp_cpt_item *item,
		      unsigned int cpt, struct tsp_cpt_error *error)
{
	unsigned int last = item->all ? numbers->limit - 1 : item->last;
	unsigned int number;
	int err = 0;

	for (number = item->first; number <= last && !err; number += item->stride) {
		if (item->all && !is_in_all(numbers, number))
			continue;
		if (!exists(numbers, number))
			return no_such_number(numbers, number, item->offset, error);
		err = claim(numbers, number, cpt, item->offset, error);
	}
	return err;
}

/* A partition's number is one of 0..count-1, and used once. */
static int check_part(struct tsp_cpt_map *map, const struct tsp_cpt_part *part,
		      struct tsp_cpt_error *error)
{
	if (part->id >= map->count)
		return tsp_cpt_fail(error, -ERANGE, (int)part->offset,
				    "no partition %u, the highest of %u is %u", part->id,
				    map->count, map->count - 1);
	if (map->part_offset[part->id] >= 0)
		return tsp_cpt_fail(error, -EEXIST, (int)part->offset,
				    "partition %u is there twice", part->id);
	map->part_offset[part->id] = (int)part->offset;
	return 0;
}

static int read_lists(struct tsp_cpt_map *map, const struct tsp_cpt_pattern *pattern,
		      struct tsp_cpt_error *error)
{
	struct numbers numbers = numbers_of(map, pattern->by_node ? NODE : CPU);
	struct tsp_cpt_cursor cursor = pattern->lists;
	struct tsp_cpt_part part;
	struct tsp_cpt_item item;
	int err = 0;

	while (!err && tsp_cpt_next_part(&cursor, &part)) {
		err = check_part(map, &part, error);
		while (!err && tsp_cpt_next_item(&cursor, &item))
			err = claim_item(&numbers, &item, part.id, error);
	}
	return err;
}

static int divide_by_lists(struct tsp_cpt_map *map, const struct tsp_cpt_pattern *pattern,
			   unsigned int npartitions, struct tsp_cpt_error *error)
{
	int err;

	map->count = pattern->parts;
	if (npartitions && npartitions != map->count)
		return tsp_cpt_fail(error, -EINVAL, -1,
				    "npartitions=%u, but the pattern has %u partitions",
				    npartitions, map->count);
	err = read_lists(map, pattern, error);
	if (!err && pattern->by_node)
		follow_nodes(map);
	return err;
}

static void weigh(struct tsp_cpt_map *map)
{
	unsigned int cpu;

	memset(map->weight, 0, sizeof(*map->weight) * map->slots);
	memset(map->online, 0, sizeof(*map->online) * map->slots);
	for (cpu = 0; cpu < map->topology->ncpus; cpu++) {
		int cpt = map->cpt_of_cpu[cpu];

		if (cpt < 0)
			continue;
		map->weight[cpt]++;
		map->online[cpt] += map->topology->cpus[cpu].online;
	}
}

static int mark_item(struct tsp_cpt_map *map, const struct numbers *numbers,
		     const struct tsp_cpt_item *item, struct tsp_cpt_error *error)
{
	unsigned int last = item->all ? numbers->limit - 1 : item->last;
	unsigned int number;

	for (number = item->first; number <= last; number += item->stride) {
		if (!item->all && !exists(numbers, number))
			return no_such_number(numbers, number, item->offset, error);
		map->marks[number] = 1;
	}
	return 0;
}

/* Takes the marked CPUs or ranks out; uses up the weights to count up to each CPU's rank. */
static void leave_out_marked(struct tsp_cpt_map *map, enum kind kind)
{
	unsigned int cpu, number;

	memset(map->weight, 0, sizeof(*map->weight) * map->slots);
	for (cpu = 0; cpu < map->topology->ncpus; cpu++) {
		if (map->cpt_of_cpu[cpu] < 0)
			continue;
		number = kind == RANK ? map->weight[map->cpt_of_cpu[cpu]]++ : cpu;
		if (map->marks[number])
			map->cpt_of_cpu[cpu] = -1;
	}
}

static int leave_out(struct tsp_cpt_map *map, const struct tsp_cpt_pattern *pattern,
		     struct tsp_cpt_error *error)
{
	enum kind kind = pattern->exclude == TSP_CPT_EXCLUDE_RANKS ? RANK : CPU;
	struct numbers numbers = numbers_of(map, kind);
	struct tsp_cpt_cursor cursor = pattern->lists;
	struct tsp_cpt_item item;
	int err = 0;

	if (!pattern->exclude)
		return 0;
	clear_marks(map);
	while (!err && tsp_cpt_next_item(&cursor, &item))
		err = mark_item(map, &numbers, &item, error);
	if (!err)
		leave_out_marked(map, kind);
	return err;
}

static int check_online(const struct tsp_cpt_map *map, const struct tsp_cpt_pattern *pattern,
			struct tsp_cpt_error *error)
{
	unsigned int cpt = 0;
	int offset;

	while (cpt < map->count && map->online[cpt])
		cpt++;
	if (cpt == map->count)
		return 0;
	offset = pattern->exclude ? (int)pattern->lists.offset : map->part_offset[cpt];
	return tsp_cpt_fail(error, -ENODEV, offset, "partition %u has no %sCPU", cpt,
			    map->weight[cpt] ? "online " : "");
}

static void add_node(struct tsp_cpt_map *map, unsigned int cpt, unsigned int node)
{
	map->nodes[cpt * map->node_words + node / BITS_OF_WORD] |= 1U << node % BITS_OF_WORD;
}

/* Nodes without CPUs are in a CPT only where a list names them. */
static void find_nodes(struct tsp_cpt_map *map, const struct tsp_cpt_pattern *pattern)
{
	const struct tsp_cpt_topology *topology = map->topology;
	unsigned int cpu, node;

	for (cpu = 0; cpu < topology->ncpus; cpu++)
		if (map->cpt_of_cpu[cpu] >= 0 && topology->cpus[cpu].node != TSP_CPT_NO_NODE)
			add_node(map, (unsigned int)map->cpt_of_cpu[cpu],
				 (unsigned int)topology->cpus[cpu].node);
	for (node = 0; pattern->parts && pattern->by_node && node < topology->nnodes; node++)
		if (map->cpt_of_node[node] >= 0)
			add_node(map, (unsigned int)map->cpt_of_node[node], node);
}

int tsp_cpt_map_build(struct tsp_cpt_map *map, const struct tsp_cpt_topology *topology,
		      int npartitions, const char *text, struct tsp_cpt_error *error)
{
	struct tsp_cpt_pattern pattern;
	int err;

	lay_out(map, topology);
	if (npartitions < 0)
		return tsp_cpt_fail(error, -EINVAL, -1, "npartitions=%d, the least is 0",
				    npartitions);
	err = tsp_cpt_pattern_parse(text, &pattern, error);
	if (err)
		return err;
	if (pattern.parts)
		err = divide_by_lists(map, &pattern, (unsigned int)npartitions, error);
	else
		err = divide(map, &pattern, (unsigned int)npartitions, error);
	if (err)
		return err;
	weigh(map);
	err = leave_out(map, &pattern, error);
	if (err)
		return err;
	weigh(map);
	find_nodes(map, &pattern);
	return check_online(map, &pattern, error);
}

#ifndef __KERNEL__
void tsp_cpt_map_rebuild(struct tsp_cpt_map *map, const struct tsp_cpt_topology *topology,
			 unsigned int count, const int *cpt_of_cpu)
{
	const struct tsp_cpt_pattern no_lists = { 0 };

	lay_out(map, topology);
	map->count = count;
	memcpy(map->cpt_of_cpu, cpt_of_cpu, sizeof(*cpt_of_cpu) * topology->ncpus);
	weigh(map);
	find_nodes(map, &no_lists);
}
#endif

bool tsp_cpt_map_has_cpu(const struct tsp_cpt_map *map, unsigned int cpt, unsigned int cpu)
{
	return cpu < map->topology->ncpus && map->cpt_of_cpu[cpu] == (int)cpt;
}

unsigned int tsp_cpt_map_of_cpu(const struct tsp_cpt_map *map, unsigned int cpu)
{
	if (cpu < map->topology->ncpus && map->cpt_of_cpu[cpu] >= 0)
		return (unsigned int)map->cpt_of_cpu[cpu];
	return cpu % map->count;
}

bool tsp_cpt_map_has_node(const struct tsp_cpt_map *map, unsigned int cpt, unsigned int node)
{
	const unsigned int *row = map->nodes + (size_t)cpt * map->node_words;

	return node < map->topology->nnodes && row[node / BITS_OF_WORD] >> node % BITS_OF_WORD & 1;
}

unsigned int tsp_cpt_map_distance(const struct tsp_cpt_map *map, unsigned int a, unsigned int b)
{
	unsigned int nnodes = map->topology->nnodes;
	unsigned int from, to, largest = 0;

	for (from = 0; from < nnodes; from++) {
		const unsigned int *row = map->topology->distances + (size_t)from * nnodes;

		if (!tsp_cpt_map_has_node(map, a, from))
			continue;
		for (to = 0; to < nnodes; to++)
			if (tsp_cpt_map_has_node(map, b, to))
				largest = larger(largest, row[to]);
	}
	return largest;
}
