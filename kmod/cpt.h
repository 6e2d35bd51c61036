/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The CPU partition table (CPTs) of the running machine: built at load, unchanged until unload, so
 * that it is read without a lock. CPUs that go offline or come online stay where they are.
 */
#ifndef TSP_CPT_H
#define TSP_CPT_H

#include <linux/cpumask.h>
#include <linux/nodemask.h>
#include <linux/types.h>

struct tsp_cpt {
	cpumask_var_t cpus;	/* its CPUs, online or not */
	cpumask_var_t served;	/* those, and the possible CPUs of no CPT that it serves */
	nodemask_t nodes;	/* its memory */
	unsigned int weight;	/* number of cpus */
	int home_node;		/* to allocate on: a node with memory, its own or the nearest */
};

struct tsp_cpt_table {
	unsigned int count;
	struct tsp_cpt *cpt;		/* [count] */
	unsigned int *of_cpu;		/* [nr_cpu_ids]: the CPT that serves the CPU */
};

extern struct tsp_cpt_table tsp_cpts;

/*
 * Builds the table from the module's parameters. May sleep. Failure is logged with its reason and
 * leaves nothing behind: -ENOMEM, and the errors of tsp_cpt_map_build().
 */
int tsp_cpt_init(int npartitions, const char *pattern);

/* Nothing may use the table any more. */
void tsp_cpt_exit(void);

/* The CPT that serves a possible CPU, be it in a CPT or not. Any context. */
static inline unsigned int tsp_cpt_of_cpu(unsigned int cpu)
{
	return tsp_cpts.of_cpu[cpu];
}

/* The largest NUMA distance between a node of CPT a and a node of CPT b. Any context. */
u32 tsp_cpt_distance(unsigned int a, unsigned int b);

#endif /* TSP_CPT_H */
