// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) "tspool: " fmt

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include "params.h"
#include "slot.h"

DEFINE_PER_CPU_ALIGNED(struct tsp_slot_pool, tsp_slot_pools);

static int hotplug_state;

static int fill_pool(unsigned int cpu)
{
	struct tsp_slot_pool *pool = per_cpu_ptr(&tsp_slot_pools, cpu);
	struct tsp_slot *slots;
	int i;

	if (pool->slots)
		return 0;

	/* As many as the administrator asks for: nobody is killed to make room for them. */
	slots = kvzalloc_node(array_size(tsp_params.queue_depth, sizeof(*slots)),
			      GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN, cpu_to_node(cpu));
	if (!slots)
		return -ENOMEM;

	for (i = 0; i < tsp_params.queue_depth; i++) {
		slots[i].home = cpu;
		llist_add(&slots[i].node, &pool->returned);
	}
	/* Published last: its exits find the slots in ->returned, which is complete by now. */
	pool->slots = slots;
	return 0;
}

/*
 * A CPU that comes up must not stay down for want of our memory: its exits are then counted as
 * dropped for lack of a slot.
 */
static int prepare_cpu(unsigned int cpu)
{
	if (fill_pool(cpu))
		pr_warn("no memory for the %d slots of CPU %u: its exits are lost, and counted\n",
			tsp_params.queue_depth, cpu);
	return 0;
}

static void free_pools(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		kvfree(per_cpu_ptr(&tsp_slot_pools, cpu)->slots);
}

/*
 * Refused before the memory is gone: to map so many pages takes memory as well, for which the
 * kernel would kill somebody.
 */
static bool is_too_much(void)
{
	u64 bytes = (u64)num_online_cpus() * tsp_params.queue_depth * sizeof(struct tsp_slot);

	return bytes >> PAGE_SHIFT > max(si_mem_available(), 0L);
}

/**
 * tsp_slots_init() - allocate the slots of all CPUs online, and of later ones when they come up
 *
 * Return: 0, or a negative errno with nothing left allocated.
 */
int tsp_slots_init(void)
{
	unsigned int cpu;
	int err = 0;

	cpus_read_lock();
	if (is_too_much()) {
		err = -ENOMEM;
		goto err_free;
	}
	for_each_online_cpu(cpu) {
		err = fill_pool(cpu);
		if (err)
			goto err_free;
	}
	err = cpuhp_setup_state_nocalls_cpuslocked(CPUHP_BP_PREPARE_DYN, "tspool:slots",
						   prepare_cpu, NULL);
	if (err < 0)
		goto err_free;
	cpus_read_unlock();
	hotplug_state = err;
	return 0;

err_free:
	cpus_read_unlock();
	free_pools();
	pr_err("no memory for %d slots a CPU (queue_depth)\n", tsp_params.queue_depth);
	return err;
}

/* Every slot must have come home: the hook is gone and the queues are drained. */
void tsp_slots_exit(void)
{
	cpuhp_remove_state_nocalls(hotplug_state);
	free_pools();
}

/**
 * tsp_slots_put() - send slots home
 * @slot: nobody looks at them any more
 * @count: of them
 *
 * Those of one CPU that come one after the other go together: its hook writes to the same list.
 */
void tsp_slots_put(struct tsp_slot *const *slot, unsigned int count)
{
	unsigned int i;

	while (count) {
		u32 home = slot[0]->home;

		for (i = 1; i < count && slot[i]->home == home; i++)
			slot[i]->node.next = &slot[i - 1]->node;
		llist_add_batch(&slot[i - 1]->node, &slot[0]->node,
				&per_cpu_ptr(&tsp_slot_pools, home)->returned);
		slot += i;
		count -= i;
	}
}

/* How many slots there are, of all CPUs. */
u64 tsp_slots_count(void)
{
	unsigned int cpu;
	u64 count = 0;

	for_each_possible_cpu(cpu)
		if (READ_ONCE(per_cpu_ptr(&tsp_slot_pools, cpu)->slots))
			count += tsp_params.queue_depth;
	return count;
}
