/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_CHOICE_H
#define TSP_CLI_CHOICE_H

#include <hwloc.h>
#include <tspool/tspool.h>

#include "args.h"

/* What to listen to: what was asked for, seen against the module's table. */
struct tsp_choice {
	hwloc_bitmap_t cpts;	/* the CPTs concerned */
	hwloc_bitmap_t cpus;	/* their CPUs, or those that were asked for */
	size_t n_cpts;		/* of the whole table */
};

/*
 * Fills *choice for the CPUs asked for, or if that is NULL for the CPTs, or if that is empty for
 * all. A CPT that does not exist: a sentence on stderr and TSP_EXIT_USAGE; another failure: the
 * same and TSP_EXIT_FAILURE. In any case, *choice is ended with tsp_choice_free().
 */
enum tsp_exit tsp_choice_make(struct tspool_session *session, hwloc_const_bitmap_t cpts,
			      hwloc_const_bitmap_t cpus, struct tsp_choice *choice);
void tsp_choice_free(struct tsp_choice *choice);

#endif
