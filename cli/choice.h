/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_CHOICE_H
#define TSP_CLI_CHOICE_H

#include <hwloc.h>
#include <tspool/sched.h>
#include <tspool/tspool.h>

#include "args.h"

enum tsp_choice_kind {
	TSP_CHOICE_ALL,
	TSP_CHOICE_CPTS,
	TSP_CHOICE_CPUS,
};

/* What to listen to: what was asked for, seen against the table of CPTs. */
struct tsp_choice {
	enum tsp_choice_kind kind; /* what was asked for */
	hwloc_bitmap_t cpts;	/* the CPTs concerned */
	hwloc_bitmap_t cpus;	/* their CPUs, or those that were asked for */
	size_t n_cpts;		/* of the whole table */
	bool from_module;	/* the table is the module's; else hwloc's */
	struct tspool_cpt_map *map; /* the table; NULL: the module's, by tsp_module_map() */
	hwloc_topology_t topology; /* this machine; NULL in a share, which borrows the map */
};

/*
 * Fills *choice for the CPUs asked for, or if that is NULL for the CPTs, or if that is empty for
 * all. The table is the module's, or hwloc's where the session has another backend. A CPT that does
 * not exist, and with hwloc's table a CPU: a sentence on stderr and TSP_EXIT_USAGE; another
 * failure: the same and TSP_EXIT_FAILURE. In any case, *choice is ended with tsp_choice_free().
 */
enum tsp_exit tsp_choice_make(struct tspool_session *session, hwloc_const_bitmap_t cpts,
			      hwloc_const_bitmap_t cpus, struct tsp_choice *choice);
void tsp_choice_free(struct tsp_choice *choice);

/*
 * The part of the choice that is listener number index's: without CPTs where it has none of the
 * CPUs. Returns 0 or -ENOMEM; it is ended with tsp_choice_free() in any case, before the choice.
 */
int tsp_choice_share(const struct tsp_choice *choice, const struct tspool_spread *spread,
		     unsigned int index, struct tsp_choice *share);

#endif
