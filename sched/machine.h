/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine as hwloc sees it, in the terms of cpt_map.h, so that it is what the kernel sees. */
#ifndef TSP_MACHINE_H
#define TSP_MACHINE_H

#include <hwloc.h>

#include "cpt_map.h"

/* Describes the machine; it is ended with tsp_machine_free(). -ENOMEM. */
int tsp_machine_read(hwloc_topology_t topology, struct tsp_cpt_topology *machine);

/* Takes what there is of it; nothing twice. */
void tsp_machine_free(struct tsp_cpt_topology *machine);

#endif /* TSP_MACHINE_H */
