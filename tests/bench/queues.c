// SPDX-License-Identifier: GPL-2.0-only
/*
 * The inside of the pool: queues that could be it, each bounded, with one thread that takes batches
 * and yields when there is none. liburcu's queues are linked through their items: each has a node,
 * there before the contest begins.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <urcu/urcu-memb.h>
#include <urcu/lfstack.h>
#include <urcu/rculfqueue.h>
#include <urcu/wfcqueue.h>

#include "contest.h"
#include "ring.h"

struct node {
	union {
		struct cds_wfcq_node wfcq;
		struct cds_lfs_node lfs;
		struct cds_lfq_node_rcu lfq;
	};
	void *item;
};

static struct node *all_nodes;

/* The next one of this producer's. */
static __thread struct node *next_node;

/* The bound of those that have none. */
static _Atomic int64_t length;

static _Atomic int stopping;
static pthread_t consumer;
static uint64_t taken;

static void enter(unsigned int producer)
{
	urcu_memb_register_thread();
	next_node = all_nodes + (size_t)producer * CONTEST_ITEMS;
}

static void leave(void)
{
	urcu_memb_unregister_thread();
}

static struct node *node_of(void *item)
{
	struct node *node = next_node++;

	node->item = item;
	return node;
}

static void reserve(void)
{
	while (atomic_fetch_add(&length, 1) >= CONTEST_QUEUE) {
		atomic_fetch_sub(&length, 1);
		sched_yield();
	}
}

static void start(void *(*consume)(void *arg))
{
	taken = 0;
	stopping = 0;
	pthread_create(&consumer, NULL, consume, NULL);
}

static uint64_t stop(void)
{
	atomic_store(&stopping, 1);
	pthread_join(consumer, NULL);
	return taken;
}

/* Takes batches until there are no more, and will be none. */
static void consume_with(unsigned int (*take)(void **items))
{
	void *items[CONTEST_BATCH];
	unsigned int count;
	int last;

	do {
		last = atomic_load(&stopping);
		while ((count = take(items)))
			taken += count;
		if (!last)
			sched_yield();
	} while (!last);
}

static struct tsp_ring ring = { .capacity = CONTEST_QUEUE };

static unsigned int ring_take(void **items)
{
	uint64_t first;

	return tsp_ring_take(&ring, items, CONTEST_BATCH, &first);
}

static void *ring_consume(void *arg)
{
	consume_with(ring_take);
	return arg;
}

static void ring_start(void)
{
	if (!ring.slots)
		ring.slots = calloc(CONTEST_QUEUE, sizeof(*ring.slots));
	start(ring_consume);
}

static void ring_put(void *const *items, unsigned int count)
{
	unsigned int put;

	while (count) {
		put = tsp_ring_put(&ring, items, count);
		if (!put)
			sched_yield();
		items += put;
		count -= put;
	}
}

/* A ring whose slots have numbers that say whose turn it is, after D. Vyukov. */
static struct {
	_Alignas(TSP_CACHE_LINE) _Atomic uint64_t tail;
	_Alignas(TSP_CACHE_LINE) _Atomic uint64_t head;
	_Alignas(TSP_CACHE_LINE) struct {
		_Atomic uint64_t turn;
		void *item;
	} slots[CONTEST_QUEUE];
} numbered;

static unsigned int numbered_take(void **items)
{
	uint64_t head = atomic_load_explicit(&numbered.head, memory_order_relaxed);
	unsigned int count = 0;

	while (count < CONTEST_BATCH &&
	       atomic_load_explicit(&numbered.slots[(head + count) % CONTEST_QUEUE].turn,
				    memory_order_acquire) == head + count + 1)
		count++;
	if (!count || !atomic_compare_exchange_strong(&numbered.head, &head, head + count))
		return 0;
	for (unsigned int i = 0; i < count; i++) {
		items[i] = numbered.slots[(head + i) % CONTEST_QUEUE].item;
		atomic_store_explicit(&numbered.slots[(head + i) % CONTEST_QUEUE].turn,
				      head + i + CONTEST_QUEUE, memory_order_release);
	}
	return count;
}

static void *numbered_consume(void *arg)
{
	consume_with(numbered_take);
	return arg;
}

static void numbered_start(void)
{
	for (uint64_t i = 0; i < CONTEST_QUEUE; i++)
		numbered.slots[i].turn = i;
	numbered.head = 0;
	numbered.tail = 0;
	start(numbered_consume);
}

static void numbered_put(void *const *items, unsigned int count)
{
	(void)count;
	for (;;) {
		uint64_t tail = atomic_load_explicit(&numbered.tail, memory_order_relaxed);
		uint64_t turn = atomic_load_explicit(&numbered.slots[tail % CONTEST_QUEUE].turn,
						     memory_order_acquire);

		if (turn < tail) {
			sched_yield();
		} else if (turn == tail &&
			   atomic_compare_exchange_weak(&numbered.tail, &tail, tail + 1)) {
			numbered.slots[tail % CONTEST_QUEUE].item = items[0];
			/* the pool looks who sleeps after it */
			atomic_store(&numbered.slots[tail % CONTEST_QUEUE].turn, tail + 1);
			return;
		}
	}
}

static struct cds_wfcq_head wfcq_head;
static struct cds_wfcq_tail wfcq_tail;

/* Of what was taken off the shared queue in one go. */
static struct __cds_wfcq_head local_head;
static struct cds_wfcq_tail local_tail;

static unsigned int wfcq_take(void **items)
{
	struct cds_wfcq_node *node;
	unsigned int count = 0;

	if (cds_wfcq_empty(&local_head, &local_tail))
		__cds_wfcq_splice_blocking(&local_head, &local_tail, &wfcq_head, &wfcq_tail);
	while (count < CONTEST_BATCH &&
	       (node = __cds_wfcq_dequeue_blocking(&local_head, &local_tail)))
		items[count++] = caa_container_of(node, struct node, wfcq)->item;
	atomic_fetch_sub(&length, count);
	return count;
}

static void *wfcq_consume(void *arg)
{
	consume_with(wfcq_take);
	return arg;
}

static void wfcq_start(void)
{
	cds_wfcq_init(&wfcq_head, &wfcq_tail);
	__cds_wfcq_init(&local_head, &local_tail);
	start(wfcq_consume);
}

static void wfcq_put(void *const *items, unsigned int count)
{
	struct node *node = node_of(items[0]);

	(void)count;
	reserve();
	cds_wfcq_node_init(&node->wfcq);
	cds_wfcq_enqueue(&wfcq_head, &wfcq_tail, &node->wfcq);
}

static struct __cds_lfs_stack lfs;
static struct cds_lfs_node *reversed;

/* As the module's: taken whole, and turned round. */
static void lfs_refill(void)
{
	struct cds_lfs_head *all = __cds_lfs_pop_all(&lfs);
	struct cds_lfs_node *node = all ? &all->node : NULL, *next;

	for (; node; node = next) {
		next = node->next;
		node->next = reversed;
		reversed = node;
	}
}

static unsigned int lfs_take(void **items)
{
	unsigned int count = 0;

	if (!reversed)
		lfs_refill();
	for (; reversed && count < CONTEST_BATCH; reversed = reversed->next)
		items[count++] = caa_container_of(reversed, struct node, lfs)->item;
	atomic_fetch_sub(&length, count);
	return count;
}

static void *lfs_consume(void *arg)
{
	consume_with(lfs_take);
	return arg;
}

static void lfs_start(void)
{
	__cds_lfs_init(&lfs);
	start(lfs_consume);
}

static void lfs_put(void *const *items, unsigned int count)
{
	struct node *node = node_of(items[0]);

	(void)count;
	reserve();
	cds_lfs_node_init(&node->lfs);
	cds_lfs_push(&lfs, &node->lfs);
}

static struct cds_lfq_queue_rcu lfq;

static unsigned int lfq_take(void **items)
{
	struct cds_lfq_node_rcu *node;
	unsigned int count = 0;

	urcu_memb_read_lock();
	while (count < CONTEST_BATCH && (node = cds_lfq_dequeue_rcu(&lfq)))
		items[count++] = caa_container_of(node, struct node, lfq)->item;
	urcu_memb_read_unlock();
	atomic_fetch_sub(&length, count);
	return count;
}

static void *lfq_consume(void *arg)
{
	urcu_memb_register_thread();
	consume_with(lfq_take);
	urcu_memb_unregister_thread();
	return arg;
}

static void lfq_start(void)
{
	cds_lfq_init_rcu(&lfq, urcu_memb_call_rcu);
	start(lfq_consume);
}

static void lfq_put(void *const *items, unsigned int count)
{
	struct node *node = node_of(items[0]);

	(void)count;
	reserve();
	cds_lfq_node_init_rcu(&node->lfq);
	urcu_memb_read_lock();
	cds_lfq_enqueue_rcu(&lfq, &node->lfq);
	urcu_memb_read_unlock();
}

int main(int argc, char **argv)
{
	static const struct contestant contestants[] = {
		{ "wfcqueue and a count", 1, enter, leave, wfcq_start, wfcq_put, stop },
		{ "lfstack, turned round, and a count", 1, enter, leave, lfs_start, lfs_put, stop },
		{ "rculfqueue and a count", 1, enter, leave, lfq_start, lfq_put, stop },
		{ "ring of numbered slots", 1, NULL, NULL, numbered_start, numbered_put, stop },
		{ "the pool's ring", 1, NULL, NULL, ring_start, ring_put, stop },
		{ "the pool's ring, put in batches", CONTEST_BATCH, NULL, NULL, ring_start,
		  ring_put, stop },
	};
	size_t bytes = sizeof(struct node) * CONTEST_PRODUCERS * CONTEST_ITEMS;

	all_nodes = malloc(bytes);
	if (!all_nodes)
		return EXIT_FAILURE;
	/* touched, so that no page is made in the contest */
	memset(all_nodes, 1, bytes);
	return contest(contestants, sizeof(contestants) / sizeof(*contestants), argc, argv);
}
