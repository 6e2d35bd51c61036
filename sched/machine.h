/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine as hwloc sees it, in the terms of cpt_map.h, so that it is what the kernel sees. */
#ifndef TSP_MACHINE_H
#define TSP_MACHINE_H

#include <hwloc.h>

#include "cpt_map.h"

/*
 * Describes the machine; it is ended with tsp_machine_free(). -EINVAL: the topology is told to be
 * the running machine's, and has CPUs that this has not, as *reason says; -ENOMEM, of which it says
 * nothing.
 */
int tsp_machine_read(hwloc_topology_t topology, struct tsp_cpt_topology *machine,
		     struct tsp_cpt_error *reason);

/* Takes what there is of it; nothing twice. */
void tsp_machine_free(struct tsp_cpt_topology *machine);

#endif /* TSP_MACHINE_H */
