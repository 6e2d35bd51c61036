// SPDX-License-Identifier: LGPL-2.1-or-later
#include "pool.h"

/* Counters that move while they are read. */
static uint64_t count(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

void tspool_pool_stats(const struct tspool_pool *pool, unsigned int cpt,
		       struct tspool_pool_stats *stats)
{
	const struct tsp_sched *sched = pool->scheds[cpt];
	const struct tsp_queue *queue = &sched->queue;
	/* In this order none is greater than the next one: all of them only grow. */
	uint64_t delivered = atomic_load(&queue->delivered);
	uint64_t drained = atomic_load(&queue->ring.head);
	uint64_t captured = tsp_ring_end(&queue->ring);

	*stats = (struct tspool_pool_stats){
		.cpt = cpt,
		.served_by = queue->served_by->cpt,
		.threads = atomic_load(&sched->thread_count),
		.threads_max = sched->thread_max,
		.queued = captured - drained,
		.captured = captured,
		.drained = drained,
		.wakeups = count(&sched->wakeups),
		.nomem_retries = count(&queue->nomem_retries),
		.unhandled = count(&queue->unhandled),
		.failed = count(&queue->failed),
		.delivered = delivered,
		.queued_max = count(&queue->queued_max),
		.in_flight = drained - delivered,
		.in_flight_max = count(&queue->in_flight_max),
	};
}
