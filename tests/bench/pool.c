// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the pool costs for an item that needs nothing done: beside a queue with a mutex and
 * condition variables, and GLib's pool. Each has two threads that take.
 */
#include <glib.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <tspool/sched.h>

#include "contest.h"

/* What was taken, by all threads. */
static _Atomic uint64_t taken;

/* A bounded queue as textbooks have it. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t not_empty;
	pthread_cond_t not_full;
	void *items[CONTEST_QUEUE];
	uint64_t head;
	uint64_t tail;
	unsigned int most_at_once;
	bool closed;
	pthread_t threads[CONTEST_CONSUMERS];
} locked = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.not_empty = PTHREAD_COND_INITIALIZER,
	.not_full = PTHREAD_COND_INITIALIZER,
};

/* Returns 0 at the end. */
static unsigned int locked_take(void **items)
{
	unsigned int count = 0;

	pthread_mutex_lock(&locked.lock);
	while (locked.head == locked.tail && !locked.closed)
		pthread_cond_wait(&locked.not_empty, &locked.lock);
	while (locked.head != locked.tail && count < locked.most_at_once)
		items[count++] = locked.items[locked.head++ % CONTEST_QUEUE];
	pthread_mutex_unlock(&locked.lock);
	if (count > 1)
		pthread_cond_broadcast(&locked.not_full);
	else
		pthread_cond_signal(&locked.not_full);
	return count;
}

static void *locked_consume(void *arg)
{
	void *items[CONTEST_BATCH];
	uint64_t sum = 0;
	unsigned int count;

	while ((count = locked_take(items)))
		sum += count;
	atomic_fetch_add(&taken, sum);
	return arg;
}

static void locked_start(unsigned int most_at_once)
{
	unsigned int i;

	locked.most_at_once = most_at_once;
	locked.closed = false;
	for (i = 0; i < CONTEST_CONSUMERS; i++)
		pthread_create(&locked.threads[i], NULL, locked_consume, NULL);
}

static void locked_start_single(void)
{
	locked_start(1);
}

static void locked_start_batches(void)
{
	locked_start(CONTEST_BATCH);
}

static void locked_put(void *const *items, unsigned int count)
{
	unsigned int i;

	pthread_mutex_lock(&locked.lock);
	for (i = 0; i < count; i++) {
		while (locked.tail - locked.head == CONTEST_QUEUE)
			pthread_cond_wait(&locked.not_full, &locked.lock);
		locked.items[locked.tail++ % CONTEST_QUEUE] = items[i];
	}
	pthread_mutex_unlock(&locked.lock);
	pthread_cond_signal(&locked.not_empty);
}

static uint64_t locked_stop(void)
{
	unsigned int i;

	pthread_mutex_lock(&locked.lock);
	locked.closed = true;
	pthread_cond_broadcast(&locked.not_empty);
	pthread_mutex_unlock(&locked.lock);
	for (i = 0; i < CONTEST_CONSUMERS; i++)
		pthread_join(locked.threads[i], NULL);
	return atomic_exchange(&taken, 0);
}

static struct _GThreadPool *glib_pool;

static void glib_take(gpointer item, gpointer unused)
{
	(void)item;
	(void)unused;
	atomic_fetch_add_explicit(&taken, 1, memory_order_relaxed);
}

static void glib_start(void)
{
	glib_pool = g_thread_pool_new(glib_take, NULL, CONTEST_CONSUMERS, TRUE, NULL);
}

static void glib_put(void *const *items, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		g_thread_pool_push(glib_pool, items[i], NULL);
}

static uint64_t glib_stop(void)
{
	g_thread_pool_free(glib_pool, FALSE, TRUE);
	return atomic_exchange(&taken, 0);
}

static hwloc_topology_t topology;
static struct tspool_cpt_map *map;
static struct tspool_pool *pool;

static int take(void *context, const struct tspool_batch *batch)
{
	(void)context;
	atomic_fetch_add_explicit(&taken, batch->count, memory_order_relaxed);
	return 0;
}

static void pool_start(bool ordered)
{
	static const struct tspool_pool_handler unordered_handler = { .work = take };
	static const struct tspool_pool_handler ordered_handler = { .deliver = take };
	const struct tspool_pool_options options = {
		.topology = topology,
		.map = map,
		.nscheds = CONTEST_CONSUMERS,
		.queue_items = CONTEST_QUEUE,
		.batch_items = CONTEST_BATCH,
		.ordered = ordered,
	};

	if (tspool_pool_start(&options, &pool, NULL) ||
	    tspool_pool_register(pool, ordered ? &ordered_handler : &unordered_handler))
		exit(EXIT_FAILURE);
}

static void pool_start_unordered(void)
{
	pool_start(false);
}

static void pool_start_ordered(void)
{
	pool_start(true);
}

static void pool_put(void *const *items, unsigned int count)
{
	tspool_pool_put(pool, 0, items, count);
}

static uint64_t pool_stop(void)
{
	tspool_pool_free(pool);
	return atomic_exchange(&taken, 0);
}

/* Threads bound to nothing, as the other contestants' are. */
static void make_map(void)
{
	if (hwloc_topology_init(&topology) ||
	    hwloc_topology_set_synthetic(topology, "numa:1 core:8 pu:1") ||
	    hwloc_topology_load(topology) ||
	    tspool_cpt_map_from_hwloc(topology, 0, "N 0[0]", &map, NULL))
		exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
	static const struct contestant contestants[] = {
		{ "mutex and condvar", 1, NULL, NULL, locked_start_single, locked_put,
		  locked_stop },
		{ "the same, taken in batches", 1, NULL, NULL, locked_start_batches, locked_put,
		  locked_stop },
		{ "the same, put in batches, too", CONTEST_BATCH, NULL, NULL, locked_start_batches,
		  locked_put, locked_stop },
		{ "GThreadPool", 1, NULL, NULL, glib_start, glib_put, glib_stop },
		{ "tspool", 1, NULL, NULL, pool_start_unordered, pool_put, pool_stop },
		{ "tspool, ordered", 1, NULL, NULL, pool_start_ordered, pool_put, pool_stop },
		{ "tspool, put in batches", CONTEST_BATCH, NULL, NULL, pool_start_unordered,
		  pool_put, pool_stop },
	};
	int status;

	make_map();
	status = contest(contestants, sizeof(contestants) / sizeof(*contestants), argc, argv);
	tspool_cpt_map_free(map);
	hwloc_topology_destroy(topology);
	return status;
}
