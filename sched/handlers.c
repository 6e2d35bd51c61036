// SPDX-License-Identifier: LGPL-2.1-or-later
#include "handlers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <urcu/urcu-memb.h>

#include "checkers.h"
#include "memory.h"
#include "pool.h"

#define HANDLERS_MAX	32 /* a bit each in struct verdicts */
#define NSEC_PER_MSEC	1000000

/* Of a handler: the scratch of each thread, by the thread's index. */
struct scratch {
	size_t bytes;
	void *of_thread[];
};

struct entry {
	const struct tspool_pool_handler *handler;
	struct scratch *scratch;
};

struct tsp_handler_table {
	unsigned int count;
	struct entry entries[];
};

static struct tsp_handler_table *alloc_table(unsigned int count)
{
	struct tsp_handler_table *table = malloc(sizeof(*table) +
						 count * sizeof(table->entries[0]));

	if (table)
		table->count = count;
	return table;
}

/* For those who change it. */
static struct tsp_handler_table *table_of(struct tspool_pool *pool)
{
	return atomic_load_explicit(&pool->handlers, memory_order_relaxed);
}

int tsp_handlers_init(struct tspool_pool *pool)
{
	struct tsp_handler_table *table = alloc_table(0);

	atomic_init(&pool->handlers, table);
	return table ? 0 : -ENOMEM;
}

static void free_scratch_of(const struct scratch *scratch, unsigned int index)
{
	tspool_free_on_nodes(scratch->of_thread[index], scratch->bytes);
}

static void free_scratch(const struct tspool_pool *pool, struct scratch *scratch)
{
	unsigned int index;

	for (index = 0; index < pool->thread_max; index++)
		free_scratch_of(scratch, index);
	free(scratch);
}

static int alloc_scratch_of(const struct tspool_pool *pool, struct scratch *scratch,
			    const struct tsp_thread *thread)
{
	void *memory;

	if (!scratch->bytes)
		return 0;
	memory = tsp_alloc_on_cpt(&pool->options, thread->sched->cpt, scratch->bytes);
	scratch->of_thread[thread->index] = memory;
	return memory ? 0 : -ENOMEM;
}

static struct scratch *alloc_scratch(const struct tspool_pool *pool, size_t bytes)
{
	const struct tsp_thread *thread;
	struct scratch *scratch;
	unsigned int cpt;

	scratch = calloc(1, sizeof(*scratch) + pool->thread_max * sizeof(scratch->of_thread[0]));
	if (!scratch)
		return NULL;
	scratch->bytes = bytes;
	for (cpt = 0; cpt < pool->cpt_count; cpt++)
		for (thread = pool->scheds[cpt]->threads; thread; thread = thread->next)
			if (alloc_scratch_of(pool, scratch, thread))
				goto err_free_scratch;
	return scratch;

err_free_scratch:
	free_scratch(pool, scratch);
	return NULL;
}

void tsp_handlers_free(struct tspool_pool *pool)
{
	struct tsp_handler_table *table = table_of(pool);
	unsigned int i;

	for (i = 0; table && i < table->count; i++)
		free_scratch(pool, table->entries[i].scratch);
	free(table);
}

void tsp_handlers_remove_thread(struct tspool_pool *pool, const struct tsp_thread *thread)
{
	struct tsp_handler_table *table = table_of(pool);
	unsigned int i;

	for (i = 0; i < table->count; i++) {
		free_scratch_of(table->entries[i].scratch, thread->index);
		table->entries[i].scratch->of_thread[thread->index] = NULL;
	}
}

int tsp_handlers_add_thread(struct tspool_pool *pool, const struct tsp_thread *thread)
{
	struct tsp_handler_table *table = table_of(pool);
	unsigned int i;

	for (i = 0; i < table->count; i++) {
		if (!alloc_scratch_of(pool, table->entries[i].scratch, thread))
			continue;
		tsp_handlers_remove_thread(pool, thread);
		return -ENOMEM;
	}
	return 0;
}

/* Returns the number of entries if it is not there. */
static unsigned int find(const struct tsp_handler_table *table,
			 const struct tspool_pool_handler *handler)
{
	unsigned int i;

	for (i = 0; i < table->count; i++)
		if (table->entries[i].handler == handler)
			break;
	return i;
}

/* Returns when nobody reads the old table any more. */
static void replace_table(struct tspool_pool *pool, struct tsp_handler_table *table)
{
	struct tsp_handler_table *old = table_of(pool);

	/* Release: whoever finds the table finds it filled, and the handlers as they were given. */
	tsp_before(&pool->handlers);
	atomic_store_explicit(&pool->handlers, table, memory_order_release);
	urcu_memb_synchronize_rcu();
	tsp_rcu_after(pool);
	free(old);
}

int tsp_handlers_add(struct tspool_pool *pool, const struct tspool_pool_handler *handler)
{
	struct tsp_handler_table *old = table_of(pool), *table;
	struct scratch *scratch;

	if (find(old, handler) < old->count)
		return -EEXIST;
	if (old->count == HANDLERS_MAX)
		return -ENOSPC;
	scratch = alloc_scratch(pool, handler->scratch_bytes);
	if (!scratch)
		return -ENOMEM;
	table = alloc_table(old->count + 1);
	if (!table)
		goto err_free_scratch;

	memcpy(table->entries, old->entries, old->count * sizeof(old->entries[0]));
	table->entries[old->count] = (struct entry){ .handler = handler, .scratch = scratch };
	replace_table(pool, table);
	return 0;

err_free_scratch:
	free_scratch(pool, scratch);
	return -ENOMEM;
}

int tsp_handlers_remove(struct tspool_pool *pool, const struct tspool_pool_handler *handler)
{
	struct tsp_handler_table *old = table_of(pool), *table;
	unsigned int at = find(old, handler);
	struct scratch *scratch;

	if (at == old->count)
		return -ENOENT;
	table = alloc_table(old->count - 1);
	if (!table)
		return -ENOMEM;

	scratch = old->entries[at].scratch;
	memcpy(table->entries, old->entries, at * sizeof(old->entries[0]));
	memcpy(table->entries + at, old->entries + at + 1,
	       (table->count - at) * sizeof(old->entries[0]));
	replace_table(pool, table);
	free_scratch(pool, scratch);
	return 0;
}

/* A thread without memory waits, and those whose turn comes after it wait for theirs. */
static void await_memory(struct tspool_pool *pool, struct tsp_queue *queue)
{
	uint64_t retries = atomic_fetch_add(&queue->nomem_retries, 1) + 1;
	const struct timespec delay = {
		.tv_sec = pool->options.nomem_retry_ms / 1000,
		.tv_nsec = (long)(pool->options.nomem_retry_ms % 1000) * NSEC_PER_MSEC,
	};

	if (!(retries & (retries - 1)))
		tsp_pool_warn(pool, "no memory to handle items of CPT %u, put off %llu time%s",
			      queue->cpt, (unsigned long long)retries, retries == 1 ? "" : "s");
	nanosleep(&delay, NULL);
}

/* A call of one of a handler's functions, made until there is memory for it. */
static int call(int (*function)(void *context, const struct tspool_batch *batch),
		const struct entry *entry, const struct tsp_thread *thread, struct tsp_queue *queue,
		struct tspool_batch *batch)
{
	int err;

	if (!function)
		return 0;
	batch->scratch = entry->scratch->of_thread[thread->index];
	while ((err = function(entry->handler->context, batch)) == -ENOMEM)
		await_memory(thread->sched->pool, queue);
	if (err)
		atomic_fetch_add_explicit(&queue->failed, batch->count, memory_order_relaxed);
	return err;
}

/* Returns a bit for each handler that refused the batch. */
static uint32_t work(const struct tsp_handler_table *table, const struct tsp_thread *thread,
		     struct tsp_queue *queue, struct tspool_batch *batch)
{
	uint32_t refused = 0;
	unsigned int i;

	for (i = 0; i < table->count; i++) {
		const struct entry *entry = &table->entries[i];

		if (call(entry->handler->work, entry, thread, queue, batch))
			refused |= UINT32_C(1) << i;
	}
	return refused;
}

static void deliver(const struct tsp_handler_table *table, const struct tsp_thread *thread,
		    struct tsp_queue *queue, struct tspool_batch *batch, uint32_t refused)
{
	unsigned int i;

	tsp_queue_await_turn(queue, batch->first);
	for (i = 0; i < table->count; i++) {
		const struct entry *entry = &table->entries[i];

		if (!(refused & UINT32_C(1) << i))
			call(entry->handler->deliver, entry, thread, queue, batch);
	}
	tsp_queue_end_turn(queue, batch->first + batch->count);
}

void tsp_handlers_run(struct tsp_thread *thread, struct tsp_queue *queue,
		      struct tspool_batch *batch)
{
	struct tspool_pool *pool = thread->sched->pool;
	const struct tsp_handler_table *table;
	uint32_t refused;

	urcu_memb_read_lock();
	table = atomic_load_explicit(&pool->handlers, memory_order_acquire);
	tsp_after(&pool->handlers);
	if (!table->count)
		atomic_fetch_add_explicit(&queue->unhandled, batch->count, memory_order_relaxed);
	refused = work(table, thread, queue, batch);
	if (pool->options.ordered)
		deliver(table, thread, queue, batch, refused);
	tsp_rcu_before(pool);
	urcu_memb_read_unlock();
}
