/* SPDX-License-Identifier: GPL-2.0-only */
/* A handler that notes what it was given, and can be held up. */
#ifndef TSP_TEST_POOL_LOG_H
#define TSP_TEST_POOL_LOG_H

#include <stdatomic.h>
#include <stdint.h>

#include "pool_machine.h"

/* Items are numbers from 1. */
static inline void *item(uintptr_t number)
{
	return (void *)number;
}

static inline int put_one(struct tspool_pool *pool, unsigned int cpt, uintptr_t number)
{
	void *one = item(number);

	return tspool_pool_put(pool, cpt, &one, 1);
}

static inline int try_put_one(struct tspool_pool *pool, uintptr_t number)
{
	void *one = item(number);

	return tspool_pool_try_put(pool, 0, &one, 1);
}

struct log {
	atomic_uint items;
	atomic_uint batches;
	atomic_uint held;	/* batches it is held up with now */
	atomic_bool hold;
	atomic_uintptr_t last;	/* the latest number */
	atomic_bool gone;	/* nothing may be called any more */
	atomic_uint called_when_gone;
};

static inline int note(void *context, const struct tspool_batch *batch)
{
	struct log *log = context;

	if (atomic_load(&log->gone))
		atomic_fetch_add(&log->called_when_gone, 1);
	if (atomic_load(&log->hold)) {
		atomic_fetch_add(&log->held, 1);
		await(!atomic_load(&log->hold));
		atomic_fetch_sub(&log->held, 1);
	}
	atomic_store(&log->last, (uintptr_t)batch->items[batch->count - 1]);
	atomic_fetch_add(&log->batches, 1);
	atomic_fetch_add(&log->items, batch->count);
	return 0;
}

#endif /* TSP_TEST_POOL_LOG_H */
