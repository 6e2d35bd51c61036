// SPDX-License-Identifier: LGPL-2.1-or-later
#include "pool.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "pool_size.h"
#include "report.h"
#include "spawn.h"
#include "worker.h"

#define DEFAULT_QUEUE_ITEMS	4096
#define DEFAULT_BATCH_ITEMS	32
#define DEFAULT_NOMEM_RETRY_MS	20

/* A turn is half of a position, so what is under way must be less than half of these. */
#define QUEUE_ITEMS_MAX		0x10000000U

void tsp_pool_warn(const struct tspool_pool *pool, const char *format, ...)
{
	char sentence[TSP_CPT_TEXT_MAX];
	va_list args;

	if (!pool->options.warn)
		return;
	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	pool->options.warn(pool->options.context, sentence);
}

static struct tsp_sched *find_fallback(const struct tspool_pool *pool, unsigned int cpt)
{
	struct tsp_pool_candidate best = { 0 };
	struct tsp_sched *fallback = NULL;
	unsigned int other;

	for (other = 0; other < pool->cpt_count; other++) {
		struct tsp_sched *sched = pool->scheds[other];
		const struct tsp_pool_candidate candidate = {
			.cpt = other,
			.distance = tspool_cpt_map_distance(pool->options.map, cpt, other),
			.queued = tsp_ring_length(&sched->queue.ring),
		};

		if (!atomic_load(&sched->thread_count))
			continue;
		if (fallback && !tsp_pool_better_fallback(&candidate, &best))
			continue;
		best = candidate;
		fallback = sched;
	}
	return fallback;
}

static bool is_chosen(const struct tspool_pool *pool, unsigned int cpt)
{
	return !pool->options.cpts || hwloc_bitmap_isset(pool->options.cpts, cpt);
}

/* False: there is no thread at all. */
static bool choose_servers(struct tspool_pool *pool)
{
	unsigned int cpt;

	for (cpt = 0; cpt < pool->cpt_count; cpt++) {
		struct tsp_sched *sched = pool->scheds[cpt];
		struct tsp_sched *server = atomic_load(&sched->thread_count) ?
						   sched :
						   find_fallback(pool, cpt);

		if (!server)
			return false;
		if (server != sched && is_chosen(pool, cpt))
			tsp_pool_warn(pool, "CPT %u has no threads: CPT %u serves it", cpt,
				      server->cpt);
		sched->queue.served_by = server;
		server->queue_count++;
	}
	return true;
}

/* A run of the one array for each block that serves any. */
static void assign_queues(struct tspool_pool *pool)
{
	struct tsp_queue **next = pool->served;
	unsigned int cpt;

	for (cpt = 0; cpt < pool->cpt_count; cpt++) {
		pool->scheds[cpt]->queues = next;
		next += pool->scheds[cpt]->queue_count;
		pool->scheds[cpt]->queue_count = 0;
	}
	for (cpt = 0; cpt < pool->cpt_count; cpt++) {
		struct tsp_queue *queue = &pool->scheds[cpt]->queue;
		struct tsp_sched *server = queue->served_by;

		server->queues[server->queue_count++] = queue;
	}
}

static size_t slots_bytes(const struct tspool_pool *pool)
{
	return pool->options.queue_items * sizeof(struct tsp_slot);
}

static int init_queue(struct tspool_pool *pool, unsigned int cpt)
{
	struct tsp_queue *queue = &pool->scheds[cpt]->queue;
	size_t bytes = slots_bytes(pool);

	queue->cpt = cpt;
	queue->ring.capacity = pool->options.queue_items;
	queue->ring.slots = tsp_alloc_on_cpt(&pool->options, cpt, bytes);
	if (!queue->ring.slots)
		return -ENOMEM;
	tsp_atomics_in(queue->ring.slots, bytes);
	return 0;
}

static int init_sched(struct tspool_pool *pool, unsigned int cpt)
{
	unsigned int weight = tspool_cpt_map_weight(pool->options.map, cpt);
	struct tsp_sched *sched = tsp_alloc_on_cpt(&pool->options, cpt, sizeof(*sched));

	if (!sched)
		return -ENOMEM;
	pool->scheds[cpt] = sched;
	pthread_mutex_init(&sched->lock, NULL);
	sched->cpt = cpt;
	sched->pool = pool;
	sched->first_index = pool->thread_max;
	sched->thread_max = tsp_pool_max_threads(weight, pool->options.nscheds);
	pool->thread_max += sched->thread_max;
	tsp_atomics_in(sched, offsetof(struct tsp_sched, lock));
	tsp_atomics_in(&sched->wakeups, sizeof(sched->wakeups));
	tsp_atomics_in(&sched->thread_count, sizeof(sched->thread_count));
	tsp_atomics_in(&sched->queue, offsetof(struct tsp_queue, cpt));
	return 0;
}

/* Frees what there is of it; its threads have ended. */
static void free_pool(struct tspool_pool *pool)
{
	unsigned int cpt;

	if (atomic_load_explicit(&pool->handlers, memory_order_relaxed))
		tsp_handlers_free(pool);
	for (cpt = 0; pool->scheds && cpt < pool->cpt_count && pool->scheds[cpt]; cpt++) {
		struct tsp_sched *sched = pool->scheds[cpt];
		struct tsp_thread *thread, *next;

		for (thread = sched->threads; thread; thread = next) {
			next = thread->next;
			tsp_free_thread(pool, thread);
		}
		tspool_free_on_nodes(sched->queue.ring.slots, slots_bytes(pool));
		pthread_mutex_destroy(&sched->lock);
		tspool_free_on_nodes(sched, sizeof(*sched));
	}
	free(pool->served);
	free(pool->scheds);
	pthread_mutex_destroy(&pool->control);
	free(pool);
}

static int init_pool(struct tspool_pool *pool)
{
	unsigned int cpt;
	int err;

	pthread_mutex_init(&pool->control, NULL);
	pool->cpt_count = tspool_cpt_map_count(pool->options.map);
	pool->served = calloc(pool->cpt_count, sizeof(struct tsp_queue *));
	pool->scheds = calloc(pool->cpt_count, sizeof(struct tsp_sched *));
	if (!pool->served || !pool->scheds)
		return -ENOMEM;
	tsp_atomics_in(&pool->handlers, sizeof(pool->handlers));
	err = tsp_handlers_init(pool);
	for (cpt = 0; cpt < pool->cpt_count && !err; cpt++) {
		err = init_sched(pool, cpt);
		if (!err)
			err = init_queue(pool, cpt);
	}
	return err;
}

/* Ends the threads once they have handled all that was put. */
static void stop_threads(struct tspool_pool *pool)
{
	const struct tsp_thread *thread;
	unsigned int cpt;

	for (cpt = 0; cpt < pool->cpt_count; cpt++)
		tsp_queue_close(&pool->scheds[cpt]->queue);
	/* A thread serves several queues, and ends when it sees all of them closed. */
	for (cpt = 0; cpt < pool->cpt_count; cpt++) {
		tsp_worker_kick(pool->scheds[cpt]);
		tsp_worker_hurry(pool->scheds[cpt]);
	}
	for (cpt = 0; cpt < pool->cpt_count; cpt++)
		for (thread = pool->scheds[cpt]->threads; thread; thread = thread->next)
			pthread_join(thread->id, NULL);
	pool->stopped = true;
}

static int start_threads(struct tspool_pool *pool)
{
	unsigned int cpt, initial;
	int failure = 0, err;

	for (cpt = 0; cpt < pool->cpt_count; cpt++) {
		if (!is_chosen(pool, cpt))
			continue;
		initial = tsp_pool_initial_threads(tspool_cpt_map_weight(pool->options.map, cpt),
						   pool->options.nscheds);
		err = tsp_spawn_threads(pool->scheds[cpt], initial);
		if (!failure)
			failure = err;
	}
	if (!choose_servers(pool))
		return failure ? failure : -EAGAIN;
	assign_queues(pool);
	for (cpt = 0; cpt < pool->cpt_count; cpt++)
		tsp_let_threads_in(pool->scheds[cpt], NULL);
	return 0;
}

static unsigned int power_of_two_from(unsigned int items)
{
	unsigned int power = 1;

	while (power < items)
		power *= 2;
	return power;
}

static int choose_options(struct tspool_pool_options *options, struct tsp_cpt_error *reason)
{
	unsigned int last = tspool_cpt_map_count(options->map) - 1;

	if (options->queue_items > QUEUE_ITEMS_MAX)
		return tsp_cpt_fail(reason, -EINVAL, -1, "a queue of %u items, the most is %u",
				    options->queue_items, QUEUE_ITEMS_MAX);
	if (options->cpts && hwloc_bitmap_first(options->cpts) < 0)
		return tsp_cpt_fail(reason, -EINVAL, -1, "no CPT is chosen for the pool");
	if (options->cpts &&
	    (hwloc_bitmap_last(options->cpts) < 0 || hwloc_bitmap_last(options->cpts) > (int)last))
		return tsp_cpt_fail(reason, -EINVAL, -1, "no CPT %d, the highest is %u",
				    hwloc_bitmap_last(options->cpts), last);
	if (!options->queue_items)
		options->queue_items = DEFAULT_QUEUE_ITEMS;
	options->queue_items = power_of_two_from(options->queue_items);
	if (!options->batch_items)
		options->batch_items = DEFAULT_BATCH_ITEMS;
	if (options->batch_items > options->queue_items)
		options->batch_items = options->queue_items;
	if (!options->nomem_retry_ms)
		options->nomem_retry_ms = DEFAULT_NOMEM_RETRY_MS;
	return 0;
}

static int start(struct tspool_pool *pool, struct tsp_cpt_error *reason)
{
	int err = choose_options(&pool->options, reason);

	if (err)
		goto err_free;
	err = init_pool(pool);
	if (err)
		goto err_free_pool;
	err = start_threads(pool);
	if (!err)
		return 0;
	tsp_cpt_fail(reason, err, -1, "no thread could be started for any CPT: %s", strerror(-err));

err_free_pool:
	free_pool(pool);
	return err;
err_free:
	free(pool);
	return err;
}

int tspool_pool_start(const struct tspool_pool_options *options, struct tspool_pool **pool,
		      struct tspool_cpt_error *error)
{
	struct tsp_cpt_error reason;
	int err = -ENOMEM;

	tsp_cpt_fail(&reason, 0, -1, "out of memory");
	*pool = calloc(1, sizeof(**pool));
	if (*pool) {
		(*pool)->options = *options;
		err = start(*pool, &reason);
	}
	if (err)
		*pool = NULL;
	return tsp_report(err, &reason, error);
}

/* Whether the pool can still be changed; then its control lock is held. */
static int lock_control(struct tspool_pool *pool)
{
	if (tsp_worker_is_of(pool))
		return -EDEADLK;
	pthread_mutex_lock(&pool->control);
	if (!pool->stopped)
		return 0;
	pthread_mutex_unlock(&pool->control);
	return -ESHUTDOWN;
}

int tspool_pool_register(struct tspool_pool *pool, const struct tspool_pool_handler *handler)
{
	int err;

	if (handler->deliver && !pool->options.ordered)
		return -EINVAL;
	err = lock_control(pool);
	if (err)
		return err;
	err = tsp_handlers_add(pool, handler);
	pthread_mutex_unlock(&pool->control);
	return err;
}

int tspool_pool_unregister(struct tspool_pool *pool, const struct tspool_pool_handler *handler)
{
	int err;

	if (tsp_worker_is_of(pool))
		return -EDEADLK;
	pthread_mutex_lock(&pool->control);
	err = tsp_handlers_remove(pool, handler);
	pthread_mutex_unlock(&pool->control);
	return err;
}

int tspool_pool_grow(struct tspool_pool *pool, unsigned int cpt)
{
	struct tsp_sched *sched = pool->scheds[cpt];
	unsigned int threads;
	int err = lock_control(pool);

	if (err)
		return err;
	threads = atomic_load(&sched->thread_count);
	/* A CPT without any is served by another one, for good. */
	if (threads) {
		const struct tsp_thread *known = sched->threads;

		err = tsp_spawn_threads(sched, tsp_pool_growth(threads, sched->thread_max));
		tsp_let_threads_in(sched, known);
	}
	pthread_mutex_unlock(&pool->control);
	return err;
}

int tspool_pool_bind_again(struct tspool_pool *pool)
{
	const struct tsp_thread *thread;
	unsigned int cpt;
	int err = lock_control(pool);

	if (err)
		return err == -ESHUTDOWN ? 0 : err;
	for (cpt = 0; cpt < pool->cpt_count; cpt++)
		for (thread = pool->scheds[cpt]->threads; thread; thread = thread->next)
			tsp_bind_pool_thread(pool, cpt, thread->id);
	pthread_mutex_unlock(&pool->control);
	return 0;
}

int tspool_pool_stop(struct tspool_pool *pool)
{
	int err = lock_control(pool);

	if (err)
		return err == -ESHUTDOWN ? 0 : err;
	stop_threads(pool);
	pthread_mutex_unlock(&pool->control);
	return 0;
}

int tspool_pool_free(struct tspool_pool *pool)
{
	int err;

	if (!pool)
		return 0;
	err = tspool_pool_stop(pool);
	if (!err)
		free_pool(pool);
	return err;
}
