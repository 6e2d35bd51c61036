/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A bounded queue of pointers, lock-free, in the order of positions.
 *
 *	tsp_ring_put()	any thread, any number of them
 *	tsp_ring_take()	any thread, any number of them
 *	tsp_ring_close()	any thread
 *	all others	any thread; what they tell may be over when they return
 *
 * A producer reserves positions, whose slots are empty, by moving the tail, then fills the slots. A
 * taker reads a run of filled slots before the tail, claims it by moving the head, then empties
 * them. Positions only rise, so a claim that succeeds proves that what was read was still there.
 * The slot of a position past the tail may hold what a slow taker has claimed a lap before and not
 * yet emptied; before the tail there is none of that.
 * Nobody waits for anybody: where a producer was interrupted between the two, takers see the end of
 * the queue, and it is the producer's task to tell them once the slot is filled.
 *
 * Orders. An item's content is ordered by its slot: the producer releases, the taker acquires. What
 * looks at the queue after it has told that it sleeps (a worker), or waits for room (a producer),
 * must see what was done by whoever did not see it sleep. So the last access to the ring before a
 * look at sleepers is sequentially consistent, and so are the looks at the ring after having become
 * one: of a run of slots the first one is written last, and with that order, because it is the one
 * they look at.
 */
#ifndef TSP_RING_H
#define TSP_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "checkers.h"

#define TSP_CACHE_LINE	64

/* In the tail: no more positions are given out. */
#define TSP_RING_CLOSED	(UINT64_C(1) << 63)

struct tsp_slot {
	void *_Atomic item;
};

struct tsp_ring {
	/* The producers' side. */
	_Alignas(TSP_CACHE_LINE) _Atomic uint64_t tail;

	/* The takers' side. */
	_Alignas(TSP_CACHE_LINE) _Atomic uint64_t head;

	/* Constant. */
	_Alignas(TSP_CACHE_LINE) struct tsp_slot *slots;
	uint64_t capacity;	/* a power of two */
};

static inline struct tsp_slot *tsp_ring_slot(const struct tsp_ring *ring, uint64_t position)
{
	return &ring->slots[position & (ring->capacity - 1)];
}

/* The position after the last one given out. */
static inline uint64_t tsp_ring_end(const struct tsp_ring *ring)
{
	return atomic_load(&ring->tail) & ~TSP_RING_CLOSED;
}

static inline bool tsp_ring_is_closed(const struct tsp_ring *ring)
{
	return atomic_load(&ring->tail) & TSP_RING_CLOSED;
}

static inline void tsp_ring_close(struct tsp_ring *ring)
{
	atomic_fetch_or(&ring->tail, TSP_RING_CLOSED);
}

/*
 * Whether there is something to take. The slot first: with its item the tail that covers it is seen
 * as well, so nothing that was put before is missed.
 */
static inline bool tsp_ring_has_items(const struct tsp_ring *ring)
{
	uint64_t head = atomic_load(&ring->head);

	return atomic_load(&tsp_ring_slot(ring, head)->item) && tsp_ring_end(ring) > head;
}

/* How many positions are given out and not taken. */
static inline uint64_t tsp_ring_length(const struct tsp_ring *ring)
{
	uint64_t head = atomic_load(&ring->head);

	/* In this order it is never below zero. */
	return tsp_ring_end(ring) - head;
}

/* Whether a producer need not wait. */
static inline bool tsp_ring_has_room(const struct tsp_ring *ring)
{
	uint64_t head = atomic_load(&ring->head);
	uint64_t tail = atomic_load(&ring->tail);

	return tail & TSP_RING_CLOSED ||
	       (tail - head < ring->capacity && !atomic_load(&tsp_ring_slot(ring, tail)->item));
}

/*
 * How many of the positions from the tail on are free: their slots are empty, and that of none is
 * reserved for the position a lap before it, where a slow producer has still to fill it.
 */
static inline unsigned int tsp_ring_count_free(const struct tsp_ring *ring, uint64_t tail,
					       uint64_t head, unsigned int wanted)
{
	/* Read one after the other they may be a little out of step. */
	int64_t used = (int64_t)(tail - head);
	uint64_t free = used < 0 ? ring->capacity : ring->capacity - (uint64_t)used;
	unsigned int count = 0;

	if (used > (int64_t)ring->capacity)
		return 0;
	while (count < wanted && count < free &&
	       !atomic_load_explicit(&tsp_ring_slot(ring, tail + count)->item,
				     memory_order_acquire))
		count++;
	return count;
}

static inline void tsp_ring_fill(struct tsp_ring *ring, uint64_t tail, void *const *items,
				 unsigned int count)
{
	for (unsigned int i = count - 1; i; i--) {
		tsp_before(tsp_ring_slot(ring, tail + i));
		atomic_store_explicit(&tsp_ring_slot(ring, tail + i)->item, items[i],
				      memory_order_release);
	}
	tsp_before(tsp_ring_slot(ring, tail));
	/* Before the caller looks who sleeps. */
	atomic_store(&tsp_ring_slot(ring, tail)->item, items[0]);
}

/*
 * Puts as many of the items as there is room for; none is NULL. Returns how many; 0: it is full or
 * closed. Where it returns more than 0 the caller then looks who sleeps.
 */
static inline unsigned int tsp_ring_put(struct tsp_ring *ring, void *const *items,
					unsigned int count)
{
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

	for (;;) {
		uint64_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
		unsigned int free;

		if (tail & TSP_RING_CLOSED)
			return 0;
		free = tsp_ring_count_free(ring, tail, head, count);
		if (!free) {
			/* Full, unless others have moved the tail meanwhile. */
			uint64_t now = atomic_load_explicit(&ring->tail, memory_order_relaxed);

			if (now == tail)
				return 0;
			tail = now;
			continue;
		}
		/*
		 * Who sees this tail sees the slots before it as empty as we did. And who looks at
		 * the length of the queue after it has told that it gathers must see it.
		 */
		if (atomic_compare_exchange_weak(&ring->tail, &tail, tail + free)) {
			tsp_ring_fill(ring, tail, items, free);
			return free;
		}
	}
}

static inline unsigned int tsp_ring_read(const struct tsp_ring *ring, uint64_t head, void **items,
					 unsigned int max)
{
	/* Before the slots: pairs with the release in tsp_ring_put(). */
	int64_t length = (int64_t)(tsp_ring_end(ring) - head);
	unsigned int count = 0;

	while (count < max && count < length) {
		void *item = atomic_load(&tsp_ring_slot(ring, head + count)->item);

		if (!item)
			break;
		items[count++] = item;
	}
	return count;
}

static inline void tsp_ring_empty(struct tsp_ring *ring, uint64_t head, unsigned int count)
{
	for (unsigned int i = count - 1; i; i--)
		atomic_store_explicit(&tsp_ring_slot(ring, head + i)->item, NULL,
				      memory_order_release);
	/* Before the caller looks who waits for room. */
	atomic_store(&tsp_ring_slot(ring, head)->item, NULL);
}

/*
 * Takes up to max items, which is not more than the capacity. Returns how many, and in *first the
 * position of the first one. Where it returns more than 0 the caller then looks who waits for room.
 */
static inline unsigned int tsp_ring_take(struct tsp_ring *ring, void **items, unsigned int max,
					 uint64_t *first)
{
	uint64_t head = atomic_load(&ring->head);
	unsigned int count;

	do {
		count = tsp_ring_read(ring, head, items, max);
		if (!count) {
			/* Empty, unless others have moved the head meanwhile. */
			uint64_t now = atomic_load(&ring->head);

			if (now == head)
				return 0;
			head = now;
		}
	} while (!count || !atomic_compare_exchange_strong(&ring->head, &head, head + count));

	for (unsigned int i = 0; i < count; i++)
		tsp_after(tsp_ring_slot(ring, head + i));
	tsp_ring_empty(ring, head, count);
	*first = head;
	return count;
}

#endif /* TSP_RING_H */
