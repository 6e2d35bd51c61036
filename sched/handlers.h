/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of handlers. It is never changed, only replaced: readers hold liburcu's read lock for
 * as long as they call handlers, so a handler that is in no table has run to its end after a grace
 * period.
 *
 *	tsp_handlers_run()	any thread of the pool, for a batch it took
 *	all others		the pool's control lock held, or nobody else has the pool
 */
#ifndef TSP_HANDLERS_H
#define TSP_HANDLERS_H

#include <tspool/sched.h>

struct tsp_queue;
struct tsp_thread;

struct tsp_handler_table;

int tsp_handlers_init(struct tspool_pool *pool);
void tsp_handlers_free(struct tspool_pool *pool);
int tsp_handlers_add(struct tspool_pool *pool, const struct tspool_pool_handler *handler);
int tsp_handlers_remove(struct tspool_pool *pool, const struct tspool_pool_handler *handler);

/* Gives a thread that has not started yet its scratch for each handler. -ENOMEM: it has none. */
int tsp_handlers_add_thread(struct tspool_pool *pool, const struct tsp_thread *thread);
/* Takes it back from one that could not be started. */
void tsp_handlers_remove_thread(struct tspool_pool *pool, const struct tsp_thread *thread);

/* Hands the batch to all handlers, and passes its turn. */
void tsp_handlers_run(struct tsp_thread *thread, struct tsp_queue *queue,
		      struct tspool_batch *batch);

#endif /* TSP_HANDLERS_H */
