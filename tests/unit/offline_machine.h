/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_OFFLINE_MACHINE_H
#define TSP_OFFLINE_MACHINE_H

#include <check.h>
#include <hwloc.h>
#include <string.h>

/*
 * A made-up machine of 8 online CPUs on two nodes, and of CPUs 8 and 9, which are offline: of these
 * hwloc tells, as on a real one, only that there are such. hwloc_topology_restrict() would not do:
 * what it takes away was never there.
 */
static inline hwloc_topology_t load_partly_offline(void)
{
	static const char all[] = "complete_cpuset=\"0x000000ff\"";
	hwloc_topology_t online, topology;
	char *xml, *found;
	int size;

	ck_assert_int_eq(hwloc_topology_init(&online), 0);
	ck_assert_int_eq(hwloc_topology_set_synthetic(online, "pack:2 [numa] core:4 pu:1"), 0);
	ck_assert_int_eq(hwloc_topology_load(online), 0);
	ck_assert_int_eq(hwloc_topology_export_xmlbuffer(online, &xml, &size, 0), 0);
	found = strstr(xml, all);
	ck_assert_ptr_nonnull(found);
	found[strlen(all) - 4] = '3';

	ck_assert_int_eq(hwloc_topology_init(&topology), 0);
	ck_assert_int_eq(hwloc_topology_set_xmlbuffer(topology, xml, size), 0);
	ck_assert_int_eq(hwloc_topology_load(topology), 0);
	hwloc_free_xmlbuffer(online, xml);
	hwloc_topology_destroy(online);
	return topology;
}

#endif /* TSP_OFFLINE_MACHINE_H */
