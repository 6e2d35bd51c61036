/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_MODULE_MAP_H
#define TSP_CLI_MODULE_MAP_H

#include <tspool/sched.h>
#include <tspool/tspool.h>

#include "args.h"

/*
 * The map of this machine that has the module's CPTs; it is ended with tspool_cpt_map_free(). A
 * failure is said on stderr.
 */
enum tsp_exit tsp_module_map(struct tspool_session *session, hwloc_topology_t topology,
			     struct tspool_cpt_map **map);

#endif
