/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * The CPU partition table (CPTs): from a machine's topology, the number of partitions asked for and
 * a pattern to the CPT of each CPU. The module and userspace describe the same machine in the same
 * terms and therefore come to the same table. Nothing here allocates or waits; a map that is built
 * may be read by any number of threads.
 *
 * Offline CPUs. Whatever is divided automatically (no pattern, "N", npartitions, lists of nodes,
 * "*") is divided among the CPUs that are online when the map is built: of others, the kernel knows
 * neither package nor core. A list may name any possible CPU by its number, and the weight counts
 * it. A CPT without a single online CPU is an error. The map does not change when CPUs come and go:
 * one that is in no CPT is served by CPT number (CPU mod count).
 *
 * Order. The automatic division goes by node, then package, then core, and siblings stay together.
 * A package and a core are known by the lowest CPU online in them: the hardware's own numbers need
 * not be unique across dies, and hwloc does not know all of them.
 */
#ifndef TSP_CPT_MAP_H
#define TSP_CPT_MAP_H

#include "cpt_pattern.h"

/* What a machine with more partitions than this times the automatic number is warned of. */
#define TSP_CPT_MANY	4

/* The node of an offline CPU may be unknown. */
#define TSP_CPT_NO_NODE	(-1)

struct tsp_cpt_cpu {
	bool possible;
	bool online;
	int node;
	unsigned int package;	/* lowest online CPU of its package; where it is online */
	unsigned int core;	/* lowest online CPU of its core; where it is online */
};

struct tsp_cpt_topology {
	unsigned int ncpus;		/* the possible CPUs have numbers below it */
	unsigned int nnodes;		/* the nodes have numbers below it */
	struct tsp_cpt_cpu *cpus;	/* [ncpus] */
	bool *nodes;			/* [nnodes]: whether there is such a node */
	unsigned int *distances;	/* [nnodes * nnodes], from the row's node */
};

struct tsp_cpt_map {
	unsigned int count;		/* number of CPTs, at least 1 */
	unsigned int *weight;		/* [count]: the CPUs of each, online or not */
	char warning[TSP_CPT_TEXT_MAX];	/* what is odd, as a sentence; empty: nothing */

	/* The rest is the map's own. */
	const struct tsp_cpt_topology *topology;
	unsigned int slots;		/* elements of each array */
	int *cpt_of_cpu;		/* -1: in no CPT */
	int *cpt_of_node;		/* while a node stands for a CPT; -1: it does not */
	int *part_offset;		/* of each CPT in the pattern; -1: it has no part there */
	unsigned int *online;		/* the CPUs online in each CPT */
	unsigned int *marks;		/* for one step of the building at a time */
	struct tsp_cpt_place *order;
	unsigned int node_words;	/* of a row of nodes */
	unsigned int *nodes;		/* a row of bits for each CPT */
	unsigned int memory[];
};

/* The bytes that a map of this topology takes. */
size_t tsp_cpt_map_size(const struct tsp_cpt_topology *topology);

/*
 * Builds the map in memory of tsp_cpt_map_size() bytes, aligned as malloc() does. The topology must
 * outlive the map. A failure leaves the map unusable. Errors: those of tsp_cpt_pattern_parse(), and
 *
 * -EINVAL    npartitions is negative, more than the online CPUs, or not the number of the parts
 * -ERANGE    no such CPU, node or rank; a partition's number is not below the number of parts
 * -EEXIST    a partition, CPU or node is named twice
 * -ENODEV    a partition is left without an online CPU
 */
int tsp_cpt_map_build(struct tsp_cpt_map *map, const struct tsp_cpt_topology *topology,
		      int npartitions, const char *pattern, struct tsp_cpt_error *error);

#ifndef __KERNEL__
/*
 * The map of a table that was built before, maybe while other CPUs were online: in the same memory,
 * of count CPTs, and of each CPU the one that it is in, or -1; there are topology->ncpus of these.
 * count must be at least 1 and at most the number of CPUs, and all numbers below it. A CPT need not
 * have an online CPU, nor any; its nodes are those of its CPUs. The module has no use for it: its
 * table stays what it was when it was built, and whoever wants to follow it must not look again at
 * which CPUs are online.
 */
void tsp_cpt_map_rebuild(struct tsp_cpt_map *map, const struct tsp_cpt_topology *topology,
			 unsigned int count, const int *cpt_of_cpu);
#endif

/* Whether the CPU is in the CPT. */
bool tsp_cpt_map_has_cpu(const struct tsp_cpt_map *map, unsigned int cpt, unsigned int cpu);

/* The CPT that serves a CPU of any number, be it in a CPT or not. */
unsigned int tsp_cpt_map_of_cpu(const struct tsp_cpt_map *map, unsigned int cpu);

/* Whether the CPT has the node: one of its CPUs is there, or the pattern names it. */
bool tsp_cpt_map_has_node(const struct tsp_cpt_map *map, unsigned int cpt, unsigned int node);

/* The largest distance from a node of CPT a to a node of CPT b. */
unsigned int tsp_cpt_map_distance(const struct tsp_cpt_map *map, unsigned int a, unsigned int b);

/* The number of CPTs that suit so many CPUs with so many siblings in a core. */
unsigned int tsp_cpt_auto_count(unsigned int ncpus, unsigned int siblings);

#endif /* TSP_CPT_MAP_H */
