/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libtspool-sched: the CPU partition table (CPTs) of the tspool module, built from hwloc.
 *
 * Errors: functions that can fail return 0 or a negative errno value. Where they take a struct
 * tspool_cpt_error, it then holds a sentence and, for a fault inside a text, its byte offset; it
 * may be NULL. Nothing is left behind by a call that failed.
 *
 * Threads: a map does not change once it is made; any number of threads may read it. Making and
 * freeing it, and loading a topology, need no lock as long as nobody else uses that very object.
 */
#ifndef TSPOOL_SCHED_H
#define TSPOOL_SCHED_H

#include <hwloc.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tspool_cpt_error {
	int offset;	/* byte of the pattern or list at fault; -1: none in particular */
	char text[240];	/* the sentence, without a full stop or newline */
};

struct tspool_cpt_map;

/*
 * Loads the topology of this machine as the kernel sees it: with the CPUs and nodes that this
 * process may not use. The caller ends it with hwloc_topology_destroy().
 */
int tspool_topology_load(hwloc_topology_t *topology, struct tspool_cpt_error *error);

/*
 * Builds the table that the module builds on the machine of this topology, for its parameters
 * npartitions and cpu_pattern (NULL: the default, "N"). A topology of the running machine must be
 * loaded with disallowed objects included, as tspool_topology_load() does. The map does not refer
 * to the topology afterwards; it is ended with tspool_cpt_map_free().
 *
 * -EINVAL    the pattern's syntax; npartitions negative, more than the online CPUs, or not the
 *            number of the pattern's parts; a topology without disallowed objects
 * -ERANGE    a number: too large, a range backwards, a stride of 0, no such CPU, node, partition
 * -EEXIST    a partition, CPU or node named twice
 * -ENODEV    a partition is left without an online CPU
 * -ENOSPC    the pattern is longer than 1,024 bytes
 * -ENOMEM
 */
int tspool_cpt_map_from_hwloc(hwloc_topology_t topology, int npartitions, const char *pattern,
			      struct tspool_cpt_map **map, struct tspool_cpt_error *error);

/* NULL is allowed. What the accessors below have returned ends with the map. */
void tspool_cpt_map_free(struct tspool_cpt_map *map);

/* What is odd about the table, as a sentence; NULL: nothing. */
const char *tspool_cpt_map_warning(const struct tspool_cpt_map *map);

/* The number of CPTs; they are numbered from 0. The argument cpt below must be less than this. */
unsigned int tspool_cpt_map_count(const struct tspool_cpt_map *map);

/* The CPT that serves a CPU; every CPU number has one, be it in a CPT or not. */
unsigned int tspool_cpt_map_of_cpu(const struct tspool_cpt_map *map, unsigned int cpu);

/* The CPUs in the CPT, online or not; as a list: "0-3,8". */
hwloc_const_cpuset_t tspool_cpt_map_cpus(const struct tspool_cpt_map *map, unsigned int cpt);
const char *tspool_cpt_map_cpus_list(const struct tspool_cpt_map *map, unsigned int cpt);

/* Those, and the possible CPUs of no CPT that it serves. The sets of all CPTs share none. */
hwloc_const_cpuset_t tspool_cpt_map_served(const struct tspool_cpt_map *map, unsigned int cpt);
const char *tspool_cpt_map_served_list(const struct tspool_cpt_map *map, unsigned int cpt);

/* The memory nodes of the CPT. */
hwloc_const_nodeset_t tspool_cpt_map_nodes(const struct tspool_cpt_map *map, unsigned int cpt);
const char *tspool_cpt_map_nodes_list(const struct tspool_cpt_map *map, unsigned int cpt);

/* The number of CPUs in the CPT, online or not. */
unsigned int tspool_cpt_map_weight(const struct tspool_cpt_map *map, unsigned int cpt);

/* The largest NUMA distance between a node of the one and a node of the other; local is 10. */
uint32_t tspool_cpt_map_distance(const struct tspool_cpt_map *map, unsigned int a, unsigned int b);

/*
 * Lustre's text forms, a line per CPT: "0<TAB>: 0 1 2 3" and "0<TAB>: 0:10 1:21". The row functions
 * print one line from values of any source; distances has count entries. -EIO: the stream's error.
 */
int tspool_cpt_print_table_row(FILE *stream, unsigned int cpt, hwloc_const_cpuset_t cpus);
int tspool_cpt_print_distance_row(FILE *stream, unsigned int cpt, const uint32_t *distances,
				  unsigned int count);
int tspool_cpt_map_print_table(const struct tspool_cpt_map *map, FILE *stream);
int tspool_cpt_map_print_distances(const struct tspool_cpt_map *map, FILE *stream);

/*
 * Reads a list of CPU or node numbers, "1-3,5" or "0-14/2", into a new set that the caller frees
 * with hwloc_bitmap_free(). -EINVAL: syntax; -ERANGE: a number above 65,535, a range backwards, a
 * stride of 0; -ENOMEM.
 */
int tspool_list_parse(const char *list, hwloc_bitmap_t *set, struct tspool_cpt_error *error);

/*
 * Binds the calling thread to those of the CPUs that are online and allowed to it. topology: of
 * this machine, by tspool_topology_load(). -EINVAL: none is left, or the topology is another
 * machine's; -ENOMEM; else what the kernel's refusal was.
 */
int tspool_bind_thread(hwloc_topology_t topology, hwloc_const_cpuset_t cpus,
		       struct tspool_cpt_error *error);

#ifdef __cplusplus
}
#endif

#endif /* TSPOOL_SCHED_H */
