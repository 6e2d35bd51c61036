// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pattern parser and the table builder. An input is a machine of 8 bytes and a pattern, such as
 * "24200000N0[0]1[1]". The bytes of the machine, of which digits mean themselves:
 *
 *   nodes with CPUs, cores of each, siblings of each core, npartitions,
 *   every which CPU is offline, every which is impossible (0: none),
 *   more nodes (1: one without CPUs, 2: a number without a node, 3: both),
 *   whether the nodes of offline CPUs are unknown
 *
 * Whatever the pattern, it is refused with an errno that the header names, a sentence and a place
 * inside it, or:
 *  - written anew from what was parsed it parses to the same, and makes the same table;
 *  - each CPU is in one CPT at most, and in the one that the parts name; weights are the numbers of
 *    CPUs;
 *  - each CPT has an online CPU; a map divided automatically has all online CPUs and no others, but
 *    those left out by rank or number;
 *  - nodes and distances are those of the CPUs.
 */
#include <stdbool.h>
#include <string.h>

#include "cpt_map.h"
#include "fuzz.h"

#define MACHINE_BYTES	8
#define MAX_NODES	10
#define MAX_CPUS	256
#define NOWHERE		(-1)

/* An item is written with as many bytes as it was read from, at most. */
struct text {
	char bytes[TSP_CPT_PATTERN_MAX + 1];
	size_t length;
};

static struct tsp_cpt_cpu cpus[MAX_CPUS];
static bool nodes[MAX_NODES];
static unsigned int distances[MAX_NODES * MAX_NODES];
static struct tsp_cpt_topology machine;
static int npartitions;

static unsigned int one_to(uint8_t byte, unsigned int most)
{
	return byte % most ? byte % most : most;
}

static bool is_every(unsigned int number, uint8_t byte)
{
	return byte % 16 && number % (byte % 16) == byte % 16U - 1;
}

/* The lowest CPU online in the same core, or package (here: node), as the header wants it. */
static void name_after_lowest(unsigned int cores, unsigned int all_cores)
{
	for (unsigned int cpu = 0; cpu < machine.ncpus; cpu++) {
		unsigned int core = cpu % all_cores, other = 0;

		if (!cpus[cpu].online)
			continue;
		while (!cpus[other].online || other % all_cores != core)
			other++;
		cpus[cpu].core = other;
		other = 0;
		while (!cpus[other].online || other % all_cores / cores != core / cores)
			other++;
		cpus[cpu].package = other;
	}
}

static void make_cpus(const uint8_t *bytes, unsigned int cores, unsigned int all_cores)
{
	unsigned int online = 0;

	for (unsigned int cpu = 0; cpu < machine.ncpus; cpu++) {
		cpus[cpu] = (struct tsp_cpt_cpu){
			.possible = !is_every(cpu, bytes[5]),
			.online = !is_every(cpu, bytes[4]) && !is_every(cpu, bytes[5]),
			.node = (int)(cpu % all_cores / cores),
		};
		online += cpus[cpu].online;
	}
	if (!online) {
		cpus[0].possible = true;
		cpus[0].online = true;
	}
	for (unsigned int cpu = 0; cpu < machine.ncpus; cpu++)
		if (!cpus[cpu].online && bytes[7] % 2)
			cpus[cpu].node = TSP_CPT_NO_NODE;
}

static void make_nodes(unsigned int with_cpus, uint8_t more)
{
	machine.nnodes = with_cpus;
	memset(nodes, true, sizeof(nodes));
	if (more & 2)
		nodes[machine.nnodes++] = false;
	if (more & 1)
		machine.nnodes++;
	for (unsigned int i = 0; i < machine.nnodes * machine.nnodes; i++)
		distances[i] = i % (machine.nnodes + 1) ? 20 + i % 7 : 10;
}

static void make_machine(const uint8_t *bytes)
{
	unsigned int with_cpus = one_to(bytes[0], 8), cores = one_to(bytes[1], 8);
	unsigned int all_cores = with_cpus * cores;

	machine = (struct tsp_cpt_topology){
		.ncpus = all_cores * one_to(bytes[2], 4),
		.cpus = cpus,
		.nodes = nodes,
		.distances = distances,
	};
	npartitions = bytes[3] % 16 == 15 ? -1 : bytes[3] % 16;
	make_cpus(bytes, cores, all_cores);
	make_nodes(with_cpus, bytes[6]);
	name_after_lowest(cores, all_cores);
}

__printf(2, 3)
static void put(struct text *text, const char *format, ...)
{
	size_t room = sizeof(text->bytes) - text->length;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text->bytes + text->length, room, format, args);
	va_end(args);
	MUST(length >= 0 && (size_t)length < room);
	text->length += (size_t)length;
}

static void put_item(struct text *text, const struct tsp_cpt_item *item)
{
	if (item->all) {
		put(text, "*");
		return;
	}
	put(text, "%u", item->first);
	if (item->last == item->first)
		return;
	put(text, "-%u", item->last);
	if (item->stride != 1)
		put(text, "/%u", item->stride);
}

static void put_list(struct text *text, struct tsp_cpt_cursor *cursor)
{
	struct tsp_cpt_item item;
	const char *separator = "[";

	while (tsp_cpt_next_item(cursor, &item)) {
		MUST(item.all || (item.first <= item.last && item.last <= TSP_CPT_NUMBER_MAX));
		MUST(item.stride >= 1);
		put(text, "%s", separator);
		put_item(text, &item);
		separator = ",";
	}
	put(text, "]");
}

/* The pattern in its shortest form. */
static void write_pattern(struct text *text, const struct tsp_cpt_pattern *pattern)
{
	struct tsp_cpt_cursor cursor = pattern->lists;
	struct tsp_cpt_part part;
	unsigned int parts = 0;

	text->length = 0;
	put(text, "%s", pattern->by_node ? "N" : "");
	if (pattern->exclude) {
		put(text, "%c", pattern->exclude == TSP_CPT_EXCLUDE_RANKS ? 'C' : 'X');
		put_list(text, &cursor);
	}
	for (; !pattern->exclude && tsp_cpt_next_part(&cursor, &part); parts++) {
		put(text, "%u", part.id);
		put_list(text, &cursor);
	}
	MUST(parts == pattern->parts);
}

static void check_refusal(int err, const struct tsp_cpt_error *error, size_t length)
{
	MUST(err == -EINVAL || err == -ERANGE || err == -EEXIST || err == -ENODEV ||
	     err == -ENOSPC);
	MUST(error->offset >= -1 && error->offset <= (int)length);
	MUST(error->text[0] && memchr(error->text, 0, sizeof(error->text)));
}

static bool names(const struct tsp_cpt_item *item, unsigned int number)
{
	return number >= item->first && number <= item->last &&
	       (number - item->first) % item->stride == 0;
}

/* A CPU's CPT by the parts of a pattern of CPUs; the one of its node by one of nodes. */
static int owner(const struct tsp_cpt_pattern *pattern, unsigned int cpu)
{
	struct tsp_cpt_cursor cursor = pattern->lists;
	unsigned int number = pattern->by_node ? (unsigned int)cpus[cpu].node : cpu;
	struct tsp_cpt_part part;
	struct tsp_cpt_item item;
	int found = NOWHERE;

	if (pattern->by_node && !cpus[cpu].online)
		return NOWHERE;
	while (tsp_cpt_next_part(&cursor, &part))
		while (tsp_cpt_next_item(&cursor, &item))
			if (item.all ? cpus[cpu].online : names(&item, number))
				found = (int)part.id;
	return found;
}

static bool is_left_out(const struct tsp_cpt_pattern *pattern, unsigned int number)
{
	struct tsp_cpt_cursor cursor = pattern->lists;
	struct tsp_cpt_item item;

	while (tsp_cpt_next_item(&cursor, &item))
		if (item.all || names(&item, number))
			return true;
	return false;
}

static int cpt_in(const struct tsp_cpt_map *map, unsigned int cpu)
{
	int found = NOWHERE;

	for (unsigned int cpt = 0; cpt < map->count; cpt++) {
		if (!tsp_cpt_map_has_cpu(map, cpt, cpu))
			continue;
		MUST(found == NOWHERE);
		found = (int)cpt;
	}
	return found;
}

static void check_cpus(const struct tsp_cpt_map *map, const struct tsp_cpt_pattern *pattern)
{
	unsigned int weight[MAX_CPUS] = { 0 }, online[MAX_CPUS] = { 0 };

	MUST(map->count >= 1 && map->count <= machine.ncpus);
	for (unsigned int cpu = 0; cpu < machine.ncpus; cpu++) {
		int cpt = cpt_in(map, cpu);

		MUST(tsp_cpt_map_of_cpu(map, cpu) < map->count);
		MUST(!pattern->parts || cpt == owner(pattern, cpu));
		if (!pattern->parts && !pattern->exclude)
			MUST(cpus[cpu].online == (cpt != NOWHERE));
		if (cpt == NOWHERE)
			continue;
		MUST(cpus[cpu].possible);
		MUST(tsp_cpt_map_of_cpu(map, cpu) == (unsigned int)cpt);
		MUST(cpus[cpu].node == TSP_CPT_NO_NODE ||
		     tsp_cpt_map_has_node(map, (unsigned int)cpt, (unsigned int)cpus[cpu].node));
		weight[cpt]++;
		online[cpt] += cpus[cpu].online;
	}
	for (unsigned int cpt = 0; cpt < map->count; cpt++)
		MUST(weight[cpt] == map->weight[cpt] && online[cpt]);
}

/* Of the first CPTs; of all it would take most of the time. */
static void check_distances(const struct tsp_cpt_map *map)
{
	unsigned int count = map->count < 8 ? map->count : 8;

	for (unsigned int a = 0; a < count; a++)
		for (unsigned int b = 0; b < count; b++) {
			unsigned int largest = 0;

			for (unsigned int i = 0; i < machine.nnodes * machine.nnodes; i++)
				if (tsp_cpt_map_has_node(map, a, i / machine.nnodes) &&
				    tsp_cpt_map_has_node(map, b, i % machine.nnodes) &&
				    distances[i] > largest)
					largest = distances[i];
			MUST(tsp_cpt_map_distance(map, a, b) == largest);
		}
}

static void expect_same_table(const struct tsp_cpt_map *map, const struct tsp_cpt_map *other)
{
	MUST(map->count == other->count);
	for (unsigned int cpu = 0; cpu < machine.ncpus; cpu++)
		MUST(cpt_in(map, cpu) == cpt_in(other, cpu));
}

/* Beside the map without the exclusion. */
static void check_exclusion(const struct tsp_cpt_map *map, struct tsp_cpt_map *whole,
			    const struct tsp_cpt_pattern *pattern)
{
	unsigned int ranks[MAX_CPUS] = { 0 };

	MUST(!tsp_cpt_map_build(whole, &machine, npartitions, pattern->by_node ? "N" : "", NULL));
	MUST(map->count == whole->count);
	for (unsigned int cpu = 0; cpu < machine.ncpus; cpu++) {
		int cpt = cpt_in(whole, cpu);
		unsigned int number = cpu;

		if (cpt != NOWHERE && pattern->exclude == TSP_CPT_EXCLUDE_RANKS)
			number = ranks[cpt]++;
		if (is_left_out(pattern, number))
			cpt = NOWHERE;
		MUST(cpt_in(map, cpu) == cpt);
	}
}

static void check_pattern(const char *text, struct tsp_cpt_map *map, struct tsp_cpt_map *other)
{
	struct tsp_cpt_error error = { 0 };
	struct tsp_cpt_pattern pattern;
	struct text again, third;
	int err = tsp_cpt_pattern_parse(text, &pattern, &error);

	if (err) {
		check_refusal(err, &error, strlen(text));
		MUST(tsp_cpt_map_build(map, &machine, npartitions, text, &error) < 0);
		return;
	}
	write_pattern(&again, &pattern);
	MUST(!tsp_cpt_pattern_parse(again.bytes, &pattern, &error));
	write_pattern(&third, &pattern);
	MUST(!strcmp(again.bytes, third.bytes));

	err = tsp_cpt_map_build(map, &machine, npartitions, text, &error);
	if (err)
		check_refusal(err, &error, strlen(text));
	MUST(tsp_cpt_map_build(other, &machine, npartitions, again.bytes, NULL) == err);
	if (err)
		return;
	check_cpus(map, &pattern);
	check_distances(map);
	expect_same_table(map, other);
	if (pattern.exclude)
		check_exclusion(map, other, &pattern);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct tsp_cpt_map *map, *other;
	char *text;

	if (size < MACHINE_BYTES)
		return 0;
	make_machine(bytes);
	map = malloc(tsp_cpt_map_size(&machine));
	other = malloc(tsp_cpt_map_size(&machine));
	text = strndup((const char *)bytes + MACHINE_BYTES, size - MACHINE_BYTES);
	MUST(map && other && text);
	check_pattern(text, map, other);
	free(text);
	free(other);
	free(map);
	return 0;
}
