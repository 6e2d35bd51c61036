// SPDX-License-Identifier: LGPL-2.1-or-later
#include "memory.h"

#include <errno.h>
#include <sys/mman.h>

/* Memory elsewhere is slower, none is worse: a kernel without nodes refuses all of this. */
static void bind_to(hwloc_topology_t topology, hwloc_const_nodeset_t nodes, void *memory,
		    size_t bytes)
{
	hwloc_nodeset_t usable = hwloc_bitmap_alloc();

	if (usable &&
	    !hwloc_bitmap_and(usable, nodes, hwloc_topology_get_allowed_nodeset(topology)) &&
	    !hwloc_bitmap_iszero(usable))
		hwloc_set_area_membind(topology, memory, bytes, usable, HWLOC_MEMBIND_BIND,
				       HWLOC_MEMBIND_BYNODESET);
	hwloc_bitmap_free(usable);
}

void *tspool_alloc_on_nodes(hwloc_topology_t topology, hwloc_const_nodeset_t nodes, size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			    0);

	if (memory == MAP_FAILED)
		return NULL;
	bind_to(topology, nodes, memory, bytes);
	/* Kernels before 5.14 do not know it: there, pages come when they are touched. */
	if (madvise(memory, bytes, MADV_POPULATE_WRITE) && errno != EINVAL) {
		munmap(memory, bytes);
		return NULL;
	}
	return memory;
}

void tspool_free_on_nodes(void *memory, size_t bytes)
{
	if (memory)
		munmap(memory, bytes);
}
