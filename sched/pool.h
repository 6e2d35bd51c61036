/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a pool is made of. docs/locking.md tells which lock guards what. */
#ifndef TSP_POOL_H
#define TSP_POOL_H

#include <pthread.h>
#include <tspool/sched.h>

#include "handlers.h"
#include "queue.h"

/* One thread, with room for a batch, on its CPT's memory. */
struct tsp_thread {
	_Alignas(TSP_CACHE_LINE) _Atomic uint32_t woken;	/* what it sleeps on */
	struct tsp_thread *next_idle;	/* in sched->idle */
	bool on_its_way;		/* counted in sched->on_their_way */

	/* Constant. */
	struct tsp_thread *next;	/* in sched->threads */
	struct tsp_sched *sched;
	pthread_t id;
	unsigned int index;		/* in the pool */
	void *items[];
};

/* A scheduler block. */
struct tsp_sched {
	/* Read by each put, written when a thread wakes or goes to sleep. */
	_Alignas(TSP_CACHE_LINE) _Atomic unsigned int awake;	/* will look at the queues again */
	_Atomic unsigned int asleep;
	_Atomic unsigned int on_their_way;	/* awake, but have not looked yet */
	_Atomic bool gathering;			/* one lets items gather */

	/* Who sleeps, who gathers. */
	_Alignas(TSP_CACHE_LINE) pthread_mutex_t lock;
	struct tsp_thread *idle;	/* the latest to sleep first */
	struct tsp_thread *gatherer;
	_Atomic uint64_t wakeups;

	/* The pool's control lock guards these; the count is read without. */
	struct tsp_thread *threads;
	_Atomic unsigned int thread_count;

	/* Constant. */
	unsigned int thread_max;
	unsigned int first_index;	/* of its threads in the pool */
	unsigned int cpt;
	unsigned int queue_count;
	struct tsp_queue **queues;	/* those it serves */
	struct tspool_pool *pool;

	struct tsp_queue queue;		/* of its CPT */
};

struct tspool_pool {
	struct tspool_pool_options options;	/* all chosen, no defaults left */
	unsigned int cpt_count;
	unsigned int thread_max;		/* of all blocks */
	struct tsp_sched **scheds;		/* by CPT, on its memory */
	struct tsp_queue **served;		/* what the blocks' ->queues point into */
	struct tsp_handler_table *_Atomic handlers;	/* read under RCU */

	pthread_mutex_t control;	/* whatever changes threads or handlers */
	bool stopped;
};

/* The bytes of a thread. */
static inline size_t tsp_thread_bytes(const struct tspool_pool *pool)
{
	return sizeof(struct tsp_thread) + pool->options.batch_items * sizeof(void *);
}

/* One sentence for the user's warn(). */
void tsp_pool_warn(const struct tspool_pool *pool, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* TSP_POOL_H */
