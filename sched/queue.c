// SPDX-License-Identifier: LGPL-2.1-or-later
#include "queue.h"

#include "futex.h"

static void raise_to(_Atomic uint64_t *maximum, uint64_t value)
{
	uint64_t seen = atomic_load_explicit(maximum, memory_order_relaxed);

	while (seen < value &&
	       !atomic_compare_exchange_weak_explicit(maximum, &seen, value, memory_order_relaxed,
						      memory_order_relaxed))
		;
}

/* Returns when there is room or the queue is closed, and sometimes before. */
void tsp_queue_await_room(struct tsp_queue *queue)
{
	uint32_t seen = atomic_load(&queue->room);

	/* Pairs with wake_producers(): it sees us waiting, or we see the room that it has made. */
	atomic_fetch_add(&queue->waiting, 1);
	if (!tsp_ring_has_room(&queue->ring))
		tsp_futex_wait(&queue->room, seen, FUTEX_BITSET_MATCH_ANY, NULL);
	atomic_fetch_sub(&queue->waiting, 1);
}

/*
 * With room for a few items only a producer would soon wait again, so they are let on when half of
 * the queue is empty. Takers go on until all of it is, so that comes.
 */
static void wake_producers(struct tsp_queue *queue)
{
	if (!atomic_load(&queue->waiting))
		return;
	if (tsp_ring_length(&queue->ring) > queue->ring.capacity / 2)
		return;
	atomic_fetch_add(&queue->room, 1);
	tsp_futex_wake(&queue->room, FUTEX_BITSET_MATCH_ANY);
}

/* Only a take makes the queue shorter, so it is never longer than when the next one comes. */
static void note_marks(struct tsp_queue *queue, unsigned int taken)
{
	uint64_t queued = tsp_ring_length(&queue->ring) + taken;
	/* In this order it is never below zero. */
	uint64_t delivered = atomic_load(&queue->delivered);
	uint64_t drained = atomic_load(&queue->ring.head);

	raise_to(&queue->queued_max, queued < queue->ring.capacity ? queued : queue->ring.capacity);
	raise_to(&queue->in_flight_max, drained - delivered);
}

/* Takes a batch, which has a turn. Returns its number of items, 0 if there are none. */
unsigned int tsp_queue_take(struct tsp_queue *queue, void **items, unsigned int max,
			    uint64_t *first)
{
	unsigned int count = tsp_ring_take(&queue->ring, items, max, first);

	if (!count)
		return 0;
	wake_producers(queue);
	note_marks(queue, count);
	return count;
}

/* So that the end of a turn wakes the next one alone, if not by chance another one as well. */
static uint32_t bit_of(uint32_t turn)
{
	return UINT32_C(1) << (turn * UINT32_C(0x9e3779b1) >> 27);
}

void tsp_queue_await_turn(struct tsp_queue *queue, uint64_t first)
{
	uint32_t turn = (uint32_t)first;
	uint32_t seen;

	while ((seen = atomic_load(&queue->turn)) != turn) {
		/* Pairs with tsp_queue_end_turn(): it sees us wait, or we see the turn it set. */
		atomic_fetch_add(&queue->awaiting_turn, 1);
		if (atomic_load(&queue->turn) == seen)
			tsp_futex_wait(&queue->turn, seen, bit_of(turn), NULL);
		atomic_fetch_sub(&queue->awaiting_turn, 1);
	}
	/* The load that found it is an acquire: what the turn before ours did is seen. */
	tsp_after(&queue->turn);
}

/* next: the position after the batch. */
void tsp_queue_end_turn(struct tsp_queue *queue, uint64_t next)
{
	tsp_before(&queue->turn);
	atomic_store(&queue->turn, (uint32_t)next);
	if (atomic_load(&queue->awaiting_turn))
		tsp_futex_wake(&queue->turn, bit_of((uint32_t)next));
}

/* Release: whoever sees them counted sees them taken, and no more delivered than taken. */
void tsp_queue_count_delivered(struct tsp_queue *queue, unsigned int count)
{
	atomic_fetch_add_explicit(&queue->delivered, count, memory_order_release);
}

/* Nothing more comes in; who waits for room sees it. What is inside can still be taken. */
void tsp_queue_close(struct tsp_queue *queue)
{
	tsp_ring_close(&queue->ring);
	atomic_fetch_add(&queue->room, 1);
	tsp_futex_wake(&queue->room, FUTEX_BITSET_MATCH_ANY);
}
