// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

/* "CPUs LIST ...": list may be cut where it is long. */
static int refuse(struct tsp_cpt_error *reason, int err, hwloc_const_cpuset_t cpus, const char *why)
{
	char list[120];

	hwloc_bitmap_list_snprintf(list, sizeof(list), cpus);
	return tsp_cpt_fail(reason, err, -1, "a thread can't be bound to CPUs %s: %s", list, why);
}

static int bind_to(hwloc_topology_t topology, hwloc_const_cpuset_t cpus, hwloc_cpuset_t usable,
		   struct tsp_cpt_error *reason)
{
	if (!hwloc_topology_is_thissystem(topology))
		return refuse(reason, -EINVAL, cpus, "they are another machine's");
	if (hwloc_bitmap_and(usable, cpus, hwloc_topology_get_topology_cpuset(topology)) ||
	    hwloc_bitmap_and(usable, usable, hwloc_topology_get_allowed_cpuset(topology)))
		return refuse(reason, -ENOMEM, cpus, strerror(ENOMEM));
	if (hwloc_bitmap_iszero(usable))
		return refuse(reason, -EINVAL, cpus, "none is online and allowed");
	if (hwloc_set_cpubind(topology, usable, HWLOC_CPUBIND_THREAD))
		return refuse(reason, -errno, cpus, strerror(errno));
	return 0;
}

int tspool_bind_thread(hwloc_topology_t topology, hwloc_const_cpuset_t cpus,
		       struct tspool_cpt_error *error)
{
	hwloc_cpuset_t usable = hwloc_bitmap_alloc();
	struct tsp_cpt_error reason;
	int err;

	if (usable)
		err = bind_to(topology, cpus, usable, &reason);
	else
		err = refuse(&reason, -ENOMEM, cpus, strerror(ENOMEM));
	hwloc_bitmap_free(usable);
	return tsp_report(err, &reason, error);
}
