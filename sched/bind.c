// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <sched.h>
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

/* To be freed with CPU_FREE(); NULL: out of memory. */
static cpu_set_t *kernel_set(hwloc_const_cpuset_t cpus, size_t *size)
{
	int count = hwloc_bitmap_last(cpus) + 1;
	unsigned int cpu;
	cpu_set_t *set;

	*size = CPU_ALLOC_SIZE(count);
	set = CPU_ALLOC(count);
	if (!set)
		return NULL;
	CPU_ZERO_S(*size, set);
	hwloc_bitmap_foreach_begin(cpu, cpus)
		CPU_SET_S(cpu, *size, set);
	hwloc_bitmap_foreach_end();
	return set;
}

/* The kernel itself leaves out what is offline or not allowed, by what is true now. */
int tspool_bind_thread_again(pthread_t thread, hwloc_const_cpuset_t cpus,
			     struct tspool_cpt_error *error)
{
	struct tsp_cpt_error reason;
	cpu_set_t *set;
	size_t size;
	int err = ENOMEM;

	set = kernel_set(cpus, &size);
	if (set)
		err = pthread_setaffinity_np(thread, size, set);
	CPU_FREE(set);
	if (err)
		refuse(&reason, -err, cpus,
		       err == EINVAL ? "none is online and allowed" : strerror(err));
	return tsp_report(-err, &reason, error);
}
