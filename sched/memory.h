/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TSP_MEMORY_H
#define TSP_MEMORY_H

#include <stddef.h>
#include <tspool/sched.h>

/* tspool_alloc_on_nodes() for the nodes of a CPT. */
static inline void *tsp_alloc_on_cpt(const struct tspool_pool_options *options, unsigned int cpt,
				     size_t bytes)
{
	return tspool_alloc_on_nodes(options->topology, tspool_cpt_map_nodes(options->map, cpt),
				     bytes);
}

#endif /* TSP_MEMORY_H */
