/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TSP_SCHED_CPT_H
#define TSP_SCHED_CPT_H

#include <tspool/sched.h>

#include "cpt_map.h"

/* The machine that the map was made of; it ends with the map. */
const struct tsp_cpt_topology *tsp_machine_of(const struct tspool_cpt_map *map);

#endif /* TSP_SCHED_CPT_H */
