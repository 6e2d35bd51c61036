// SPDX-License-Identifier: LGPL-2.1-or-later
#include "machine.h"

#include <hwloc/distances.h>

#include "sysfs.h"

/* What the kernel takes where the firmware tells no distances. */
#define LOCAL_DISTANCE	10
#define REMOTE_DISTANCE	20

static int read_possible(hwloc_topology_t topology, hwloc_cpuset_t possible)
{
	int err = -ENOENT;

	if (hwloc_topology_is_thissystem(topology))
		err = tsp_sysfs_possible_cpus(possible);
	if (err != -ENOENT)
		return err;
	if (hwloc_bitmap_copy(possible, hwloc_topology_get_complete_cpuset(topology)))
		return -ENOMEM;
	return 0;
}

/*
 * Where hwloc is told what the running machine is (HWLOC_SYNTHETIC or HWLOC_XMLFILE, with
 * HWLOC_THISSYSTEM) it may have CPUs that the kernel has not, and then nothing else that it tells
 * is to be trusted either.
 */
static int check_cpus(hwloc_topology_t topology, hwloc_const_cpuset_t possible,
		      struct tsp_cpt_error *reason)
{
	hwloc_const_cpuset_t cpus = hwloc_topology_get_complete_cpuset(topology);
	char list[80], known[80];

	if (hwloc_bitmap_isincluded(cpus, possible))
		return 0;
	hwloc_bitmap_list_snprintf(list, sizeof(list), cpus);
	hwloc_bitmap_list_snprintf(known, sizeof(known), possible);
	return tsp_cpt_fail(reason, -EINVAL, -1,
			    "the topology is of CPUs %s, but this machine's are %s", list, known);
}

static int alloc_machine(hwloc_topology_t topology, hwloc_const_cpuset_t possible,
			 struct tsp_cpt_topology *machine)
{
	hwloc_const_nodeset_t nodes = hwloc_topology_get_complete_nodeset(topology);

	machine->ncpus = (unsigned int)hwloc_bitmap_last(possible) + 1;
	machine->nnodes = (unsigned int)hwloc_bitmap_last(nodes) + 1;
	machine->cpus = calloc(machine->ncpus, sizeof(*machine->cpus));
	machine->nodes = calloc(machine->nnodes, sizeof(*machine->nodes));
	machine->distances = calloc((size_t)machine->nnodes * machine->nnodes,
				    sizeof(*machine->distances));
	return machine->cpus && machine->nodes && machine->distances ? 0 : -ENOMEM;
}

/* A CPU is alone in its core, and all are in one package, until hwloc's objects say otherwise. */
static void read_cpus(hwloc_topology_t topology, hwloc_const_cpuset_t possible,
		      struct tsp_cpt_topology *machine)
{
	hwloc_const_cpuset_t online = hwloc_topology_get_topology_cpuset(topology);
	unsigned int cpu;

	hwloc_bitmap_foreach_begin(cpu, possible)
		machine->cpus[cpu] = (struct tsp_cpt_cpu){
			.possible = true,
			.online = hwloc_bitmap_isset(online, cpu),
			.node = TSP_CPT_NO_NODE,
			.package = 0,
			.core = cpu,
		};
	hwloc_bitmap_foreach_end();
}

static void read_packages(hwloc_topology_t topology, struct tsp_cpt_topology *machine)
{
	hwloc_obj_t package = NULL;
	unsigned int cpu;

	while ((package = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PACKAGE, package))) {
		unsigned int lowest = (unsigned int)hwloc_bitmap_first(package->cpuset);

		hwloc_bitmap_foreach_begin(cpu, package->cpuset)
			machine->cpus[cpu].package = lowest;
		hwloc_bitmap_foreach_end();
	}
}

static void read_cores(hwloc_topology_t topology, struct tsp_cpt_topology *machine)
{
	hwloc_obj_t core = NULL;
	unsigned int cpu;

	while ((core = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_CORE, core))) {
		unsigned int lowest = (unsigned int)hwloc_bitmap_first(core->cpuset);

		hwloc_bitmap_foreach_begin(cpu, core->cpuset)
			machine->cpus[cpu].core = lowest;
		hwloc_bitmap_foreach_end();
	}
}

/* Of the nodes near to a CPU its own is that of the fewest CPUs, then that of the lowest number. */
static bool is_nearer(hwloc_topology_t topology, hwloc_obj_t node, int than)
{
	hwloc_obj_t other;
	int weight, other_weight;

	if (than == TSP_CPT_NO_NODE)
		return true;
	other = hwloc_get_numanode_obj_by_os_index(topology, (unsigned int)than);
	weight = hwloc_bitmap_weight(node->cpuset);
	other_weight = hwloc_bitmap_weight(other->cpuset);
	return weight < other_weight ||
	       (weight == other_weight && node->os_index < other->os_index);
}

static void read_nodes(hwloc_topology_t topology, struct tsp_cpt_topology *machine)
{
	hwloc_obj_t node = NULL;
	unsigned int cpu;

	while ((node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, node))) {
		machine->nodes[node->os_index] = true;
		hwloc_bitmap_foreach_begin(cpu, node->cpuset)
			if (is_nearer(topology, node, machine->cpus[cpu].node))
				machine->cpus[cpu].node = (int)node->os_index;
		hwloc_bitmap_foreach_end();
	}
}

/* The kernel's own word where it is this machine: also on offline CPUs. */
static int correct_nodes(struct tsp_cpt_topology *machine, hwloc_bitmap_t cpus)
{
	unsigned int cpu, node;
	int err;

	for (node = 0; node < machine->nnodes; node++) {
		if (!machine->nodes[node])
			continue;
		err = tsp_sysfs_cpus_of_node(node, cpus);
		if (err)
			return err == -ENOENT ? 0 : err;
		hwloc_bitmap_foreach_begin(cpu, cpus)
			if (cpu < machine->ncpus)
				machine->cpus[cpu].node = (int)node;
		hwloc_bitmap_foreach_end();
	}
	return 0;
}

/* An online CPU of no node is on the first one for the kernel, too. */
static void complete_nodes(struct tsp_cpt_topology *machine)
{
	unsigned int cpu;
	int first = 0;

	while (!machine->nodes[first])
		first++;
	for (cpu = 0; cpu < machine->ncpus; cpu++)
		if (machine->cpus[cpu].online && machine->cpus[cpu].node == TSP_CPT_NO_NODE)
			machine->cpus[cpu].node = first;
}

static void assume_distances(struct tsp_cpt_topology *machine)
{
	unsigned int from, to;

	for (from = 0; from < machine->nnodes; from++)
		for (to = 0; to < machine->nnodes; to++)
			machine->distances[(size_t)from * machine->nnodes + to] =
				from == to ? LOCAL_DISTANCE : REMOTE_DISTANCE;
}

static void copy_distances(const struct hwloc_distances_s *matrix, struct tsp_cpt_topology *machine)
{
	unsigned int i, j, n = matrix->nbobjs;

	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++)
			machine->distances[(size_t)matrix->objs[i]->os_index * machine->nnodes +
					   matrix->objs[j]->os_index] =
				(unsigned int)matrix->values[(size_t)i * n + j];
}

static void read_distances(hwloc_topology_t topology, struct tsp_cpt_topology *machine)
{
	struct hwloc_distances_s *matrix;
	unsigned int count = 1;

	assume_distances(machine);
	if (hwloc_distances_get_by_name(topology, "NUMALatency", &count, &matrix, 0) || !count)
		return;
	copy_distances(matrix, machine);
	hwloc_distances_release(topology, matrix);
}

static int read_machine(hwloc_topology_t topology, hwloc_bitmap_t cpus,
			struct tsp_cpt_topology *machine, struct tsp_cpt_error *reason)
{
	int err = read_possible(topology, cpus);

	if (!err)
		err = check_cpus(topology, cpus, reason);
	if (!err)
		err = alloc_machine(topology, cpus, machine);
	if (err)
		return err;
	read_cpus(topology, cpus, machine);
	read_packages(topology, machine);
	read_cores(topology, machine);
	read_nodes(topology, machine);
	if (hwloc_topology_is_thissystem(topology))
		err = correct_nodes(machine, cpus);
	complete_nodes(machine);
	read_distances(topology, machine);
	return err;
}

int tsp_machine_read(hwloc_topology_t topology, struct tsp_cpt_topology *machine,
		     struct tsp_cpt_error *reason)
{
	hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
	int err;

	*machine = (struct tsp_cpt_topology){ 0 };
	if (!cpus)
		return -ENOMEM;
	err = read_machine(topology, cpus, machine, reason);
	if (err)
		tsp_machine_free(machine);
	hwloc_bitmap_free(cpus);
	return err;
}

void tsp_machine_free(struct tsp_cpt_topology *machine)
{
	free(machine->distances);
	free(machine->nodes);
	free(machine->cpus);
	*machine = (struct tsp_cpt_topology){ 0 };
}
