// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <limits.h>

#include "worker.h"

/* An empty slot is NULL, and so would such an item be. */
static bool are_items(void *const *items, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!items[i])
			return false;
	return true;
}

static int try_put(struct tsp_queue *queue, void *const *items, unsigned int count)
{
	unsigned int put = tsp_ring_put(&queue->ring, items, count);

	if (put) {
		/*
		 * As long as it is now: who took what came before may have found our slots reserved
		 * and empty, and others have filled the queue meanwhile. Then we tell of theirs.
		 */
		tsp_worker_notify(queue->served_by, tsp_ring_length(&queue->ring));
		return (int)put;
	}
	return tsp_ring_is_closed(&queue->ring) ? -ESHUTDOWN : -EAGAIN;
}

static bool is_valid(const struct tspool_pool *pool, unsigned int cpt, void *const *items,
		     unsigned int count)
{
	return cpt < pool->cpt_count && count <= INT_MAX && are_items(items, count);
}

int tspool_pool_try_put(struct tspool_pool *pool, unsigned int cpt, void *const *items,
			unsigned int count)
{
	if (!is_valid(pool, cpt, items, count))
		return -EINVAL;
	return count ? try_put(&pool->scheds[cpt]->queue, items, count) : 0;
}

int tspool_pool_put(struct tspool_pool *pool, unsigned int cpt, void *const *items,
		    unsigned int count)
{
	unsigned int put = 0;
	int result;

	if (!is_valid(pool, cpt, items, count))
		return -EINVAL;
	while (put < count) {
		struct tsp_queue *queue = &pool->scheds[cpt]->queue;

		result = try_put(queue, items + put, count - put);
		if (result > 0)
			put += (unsigned int)result;
		else if (result == -EAGAIN && tsp_worker_is_of(pool))
			return put ? (int)put : -EDEADLK;
		else if (result == -EAGAIN)
			tsp_queue_await_room(queue);
		else
			return put ? (int)put : result;
	}
	return (int)put;
}
