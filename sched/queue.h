/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The shared queue of one CPT: a ring, those who wait for room in it, and the turns of its batches.
 *
 *	tsp_queue_await_room()	any thread but those of the pool
 *	tsp_queue_take()	any thread of the pool
 *	tsp_queue_await_turn()	any thread of the pool; batches pass in the order of their positions
 *	tsp_queue_end_turn()	the thread whose turn it is
 *	tsp_queue_count_delivered()	any thread of the pool
 *	tsp_queue_close()	any thread
 */
#ifndef TSP_QUEUE_H
#define TSP_QUEUE_H

#include "ring.h"

struct tsp_sched;

struct tsp_queue {
	struct tsp_ring ring;

	/* Back-pressure. */
	_Alignas(TSP_CACHE_LINE) _Atomic uint32_t room;	/* changes when there is room again */
	_Atomic uint32_t waiting;	/* producers that look at ->room */

	/* Turns; an item's turn is its position, of which the lower half is enough. */
	_Alignas(TSP_CACHE_LINE) _Atomic uint32_t turn;
	_Atomic uint32_t awaiting_turn;	/* threads that look at ->turn */

	/* Statistics. */
	_Atomic uint64_t delivered;	/* items whose handling is over */
	_Atomic uint64_t queued_max;
	_Atomic uint64_t in_flight_max;	/* of items taken, whose handling is not over */
	_Atomic uint64_t nomem_retries;
	_Atomic uint64_t unhandled;
	_Atomic uint64_t failed;

	/* Constant. */
	unsigned int cpt;
	struct tsp_sched *served_by;	/* whose threads drain it */
};

void tsp_queue_await_room(struct tsp_queue *queue);
unsigned int tsp_queue_take(struct tsp_queue *queue, void **items, unsigned int max,
			    uint64_t *first);
void tsp_queue_await_turn(struct tsp_queue *queue, uint64_t first);
void tsp_queue_end_turn(struct tsp_queue *queue, uint64_t next);
void tsp_queue_count_delivered(struct tsp_queue *queue, unsigned int count);
void tsp_queue_close(struct tsp_queue *queue);

/* Whether it is closed and all was taken. */
static inline bool tsp_queue_is_over(const struct tsp_queue *queue)
{
	return tsp_ring_is_closed(&queue->ring) && !tsp_ring_length(&queue->ring);
}

#endif /* TSP_QUEUE_H */
