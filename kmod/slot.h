/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Slots: where an exit waits between the dying task and the thread that delivers it. Each CPU has
 * its own, preallocated on its node, so that the dying task allocates nothing and the module's
 * memory is bounded by queue_depth.
 *
 *	tsp_slot_get()		hook only: this CPU, preemption off; one consumer a CPU
 *	tsp_slots_put()		any thread; any number of them at once
 */
#ifndef TSP_SLOT_H
#define TSP_SLOT_H

#include <linux/llist.h>
#include <linux/percpu.h>

#include "capture.h"

struct tsp_slot {
	struct llist_node	node;	/* in the free slots of its CPU, or in a queue */
	u64			seq;	/* given when it is taken off the queue */
	u32			home;	/* the CPU it belongs to */
	struct tsp_capture	capture;
};

struct tsp_slot_pool {
	/* The hook's own: nobody else looks at it but for statistics. */
	struct llist_node	*free;
	u64			captured;	/* records queued */
	u64			dropped;	/* records for which there was no slot */
	unsigned int		wanted;		/* listeners that want this CPU; 0: don't capture */
	/* The threads' side. */
	struct llist_head	returned ____cacheline_aligned_in_smp;
	u64			dropped_told;	/* of dropped; under the lock of the CPT's queue */
	struct tsp_slot		*slots;		/* all of them; NULL until the CPU came online */
};

DECLARE_PER_CPU_ALIGNED(struct tsp_slot_pool, tsp_slot_pools);

int tsp_slots_init(void);
void tsp_slots_exit(void);
void tsp_slots_put(struct tsp_slot *const *slot, unsigned int count);
u64 tsp_slots_count(void);

/**
 * tsp_slot_get() - take a free slot of this CPU
 * @pool: of this CPU; preemption is off
 *
 * Return: the slot, or NULL when all of them are on their way.
 */
static inline struct tsp_slot *tsp_slot_get(struct tsp_slot_pool *pool)
{
	struct llist_node *node = pool->free;

	if (!node) {
		/* One look at the shared list for all that has come back since the last one. */
		if (llist_empty(&pool->returned))
			return NULL;
		node = llist_del_all(&pool->returned);
	}
	pool->free = node->next;
	return llist_entry(node, struct tsp_slot, node);
}

#endif /* TSP_SLOT_H */
