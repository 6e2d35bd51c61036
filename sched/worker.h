/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The threads of the pools, and who wakes them.
 *
 *	tsp_worker_notify(), tsp_worker_kick()	anybody
 *	tsp_worker_run()			the thread itself
 *	tsp_worker_add_idle()			whoever has made the thread, before it is started
 */
#ifndef TSP_WORKER_H
#define TSP_WORKER_H

#include "pool.h"

void *tsp_worker_run(void *arg);
void tsp_worker_add_idle(struct tsp_thread *thread);

/* Whether the caller is a thread of this pool. */
bool tsp_worker_is_of(const struct tspool_pool *pool);

/* Makes sure that somebody looks at the queues. */
void tsp_worker_kick(struct tsp_sched *sched);

/* A batch waits: ends the time in which items gather, or wakes a thread more. */
void tsp_worker_hurry(struct tsp_sched *sched);

/*
 * Something was put into a queue of the block, in which there may be so many items now. Nobody is
 * woken while a thread that is awake will come to see it, unless a batch is full and all of those
 * are at work.
 */
static inline void tsp_worker_notify(struct tsp_sched *sched, uint64_t length)
{
	/* Pairs with fall_asleep(): we see it asleep, or it sees what the caller has put there. */
	if (!atomic_load(&sched->awake))
		tsp_worker_kick(sched);
	else if (length >= sched->pool->options.batch_items)
		tsp_worker_hurry(sched);
}

#endif /* TSP_WORKER_H */
