/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What sysfs tells of the running machine and hwloc does not. */
#ifndef TSP_SYSFS_H
#define TSP_SYSFS_H

#include <hwloc.h>
#include <stdio.h>

/* Makes *numbers those of the file's next line. -ENOENT: there is no list; -ENOMEM. */
int tsp_sysfs_read_list(FILE *file, hwloc_bitmap_t numbers);

/* Makes *cpus the possible CPUs, online or not. -ENOENT: sysfs does not tell; -ENOMEM. */
int tsp_sysfs_possible_cpus(hwloc_cpuset_t cpus);

/*
 * Makes *cpus the CPUs, online or not, whose node this is for the kernel. hwloc's set of a node
 * without CPUs may hold those near to it. -ENOENT: sysfs does not tell; -ENOMEM.
 */
int tsp_sysfs_cpus_of_node(unsigned int node, hwloc_cpuset_t cpus);

#endif /* TSP_SYSFS_H */
