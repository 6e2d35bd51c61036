/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The shared exit-record queue of one CPT.
 *
 *	tsp_queue_push()	the hook, on any CPU; lock-free, any number of producers
 *	tsp_queue_lose()	the hook, on any CPU
 *	tsp_queue_take()	any thread; one at a time by the lock
 *	tsp_queue_await_turn()	any thread; batches are let through in the order they were taken
 *	tsp_queue_await_memory(), tsp_queue_end_turn()	the thread whose turn it is
 *	tsp_queue_await_delivery()	anybody who may sleep
 *
 * Threads work on batches at the same time, but what they deliver leaves in the order of the
 * sequence numbers.
 */
#ifndef TSP_QUEUE_H
#define TSP_QUEUE_H

#include <linux/atomic.h>
#include <linux/llist.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "batch.h"
#include "latency.h"
#include "slot.h"

struct tsp_sched;

struct tsp_queue {
	/* Written by the hook. */
	struct llist_head	incoming;	/* the latest first */
	atomic_t		queued;		/* records in ->incoming and ->pending */
	int			losing;		/* exits found no slot since it was last cleared */

	/* The threads' side. */
	spinlock_t		lock ____cacheline_aligned_in_smp;
	struct llist_node	*pending;	/* the earliest first */
	u64			next_seq;
	u64			next_ticket;	/* of the next batch taken */
	u64			drained;	/* records taken off the queue */
	u64			queued_max;
	u64			in_flight_max;	/* of ->drained - ->delivered */
	u64			turn;		/* the ticket whose batch may be delivered */
	u64			delivered_seq;	/* every listener was given all before this one */
	wait_queue_head_t	turn_wait;

	/* Written by whoever has the turn. */
	bool			unsettled;	/* something waits for room in a socket */
	u64			nomem_retries;
	u64			delivered;	/* records whose turn is over */
	struct tsp_latency	latency;	/* of these */

	/* Nothing is waited for any more, the module goes. */
	bool			stopping;

	/* Constant. */
	unsigned int		cpt;
	struct tsp_sched	*served_by;	/* whose threads drain it */
	struct list_head	served_node;	/* in served_by->queues */
};

/* Records that are worth waking a thread for at once; constant. */
extern int tsp_queue_plenty;

void tsp_queue_init_plenty(unsigned int depth);
void tsp_queue_init(struct tsp_queue *queue, unsigned int cpt);
bool tsp_queue_lose(struct tsp_queue *queue);
bool tsp_queue_has_work(const struct tsp_queue *queue);
bool tsp_queue_take(struct tsp_queue *queue, struct tsp_batch *batch, bool settle);
void tsp_queue_await_turn(struct tsp_queue *queue, const struct tsp_batch *batch);
bool tsp_queue_await_memory(struct tsp_queue *queue);
void tsp_queue_end_turn(struct tsp_queue *queue, const struct tsp_batch *batch);
int tsp_queue_await_delivery(struct tsp_queue *queue);
void tsp_queue_counts(const struct tsp_queue *queue, u64 *captured, u64 *dropped);

/**
 * tsp_queue_push() - put records at the end
 * @queue: of the CPT on which they exited
 * @first: the latest of them
 * @last: the earliest of them, linked to by @first
 * @count: how many
 *
 * A full barrier: whoever looks at the queue after having been seen asleep by the caller finds the
 * records.
 *
 * Return: true if with these so many are waiting that they need not gather for longer.
 */
static inline bool tsp_queue_push(struct tsp_queue *queue, struct llist_node *first,
				  struct llist_node *last, unsigned int count)
{
	struct llist_node *before = READ_ONCE(queue->incoming.first);
	int queued;

	/* llist_add_batch(), which is a call. */
	do {
		last->next = before;
	} while (!try_cmpxchg(&queue->incoming.first, &before, first));
	queued = atomic_add_return(count, &queue->queued);
	return queued >= tsp_queue_plenty && queued < tsp_queue_plenty + (int)count;
}

/* Whether all batches taken earlier are delivered. */
static inline bool tsp_queue_has_turn(const struct tsp_queue *queue, const struct tsp_batch *batch)
{
	/* Acquire: what the turn before did is seen. Pairs with tsp_queue_end_turn(). */
	return smp_load_acquire(&queue->turn) == batch->ticket;
}

/* Racy: whether so many records are waiting that they need not gather for longer. */
static inline bool tsp_queue_has_plenty(const struct tsp_queue *queue)
{
	return atomic_read(&queue->queued) >= tsp_queue_plenty;
}

#endif /* TSP_QUEUE_H */
