// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <string.h>

#include "report.h"

static int load(hwloc_topology_t topology)
{
	if (hwloc_topology_set_flags(topology, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED))
		return -errno;
	if (hwloc_topology_load(topology))
		return errno ? -errno : -EIO;
	return 0;
}

int tspool_topology_load(hwloc_topology_t *topology, struct tspool_cpt_error *error)
{
	struct tsp_cpt_error reason;
	int err;

	err = hwloc_topology_init(topology) ? -ENOMEM : 0;
	if (!err) {
		err = load(*topology);
		if (err)
			hwloc_topology_destroy(*topology);
	}
	if (err)
		tsp_cpt_fail(&reason, err, -1, "the machine's topology can't be read: %s",
			     strerror(-err));
	return tsp_report(err, &reason, error);
}
