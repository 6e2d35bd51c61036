// SPDX-License-Identifier: LGPL-2.1-or-later
#include "worker.h"

#include <sched.h>
#include <urcu/urcu-memb.h>

#include "futex.h"

/* After so many batches in a row a thread lets others run. */
#define BUDGET_BATCHES	64
#define NSEC_PER_SEC	1000000000
#define NSEC_PER_USEC	1000

static _Thread_local const struct tspool_pool *own_pool;

bool tsp_worker_is_of(const struct tspool_pool *pool)
{
	return own_pool == pool;
}

static void push_idle(struct tsp_thread *thread)
{
	struct tsp_sched *sched = thread->sched;

	atomic_store_explicit(&thread->woken, 0, memory_order_relaxed);
	thread->next_idle = sched->idle;
	sched->idle = thread;
	atomic_fetch_add(&sched->asleep, 1);
}

static void take_off_idle(struct tsp_sched *sched, struct tsp_thread **link)
{
	*link = (*link)->next_idle;
	atomic_fetch_sub(&sched->asleep, 1);
}

/* The lock is held, so that it can't end a later sleep. */
static void end_sleep(struct tsp_thread *thread)
{
	tsp_before(&thread->woken);
	/* Release: the thread sees what its waker did before. */
	atomic_store_explicit(&thread->woken, 1, memory_order_release);
}

/* A woken thread counts as awake from here on, so that nobody wakes a second one for it. */
static struct tsp_thread *pop_idle(struct tsp_sched *sched)
{
	struct tsp_thread *thread = sched->idle;

	if (!thread)
		return NULL;
	take_off_idle(sched, &sched->idle);
	thread->on_its_way = true;
	end_sleep(thread);
	atomic_fetch_add(&sched->on_their_way, 1);
	atomic_fetch_add(&sched->awake, 1);
	atomic_fetch_add_explicit(&sched->wakeups, 1, memory_order_relaxed);
	return thread;
}

static struct tsp_thread *take_gatherer(struct tsp_sched *sched)
{
	struct tsp_thread *thread = sched->gatherer;

	sched->gatherer = NULL;
	atomic_store(&sched->gathering, false);
	if (thread)
		end_sleep(thread);
	return thread;
}

/* Without the lock: by now it may sleep again, and then looks in vain. */
static void wake(struct tsp_thread *thread)
{
	if (thread)
		tsp_futex_wake(&thread->woken, FUTEX_BITSET_MATCH_ANY);
}

void tsp_worker_kick(struct tsp_sched *sched)
{
	struct tsp_thread *thread = NULL;

	pthread_mutex_lock(&sched->lock);
	if (!atomic_load(&sched->awake))
		thread = pop_idle(sched);
	pthread_mutex_unlock(&sched->lock);
	wake(thread);
}

/* One thread that is on its way is enough: if it leaves something it wakes another one. */
static bool needs_peer(const struct tsp_sched *sched)
{
	return atomic_load(&sched->asleep) && !atomic_load(&sched->on_their_way);
}

static void wake_peer(struct tsp_sched *sched)
{
	struct tsp_thread *thread = NULL;

	if (!needs_peer(sched))
		return;
	pthread_mutex_lock(&sched->lock);
	if (needs_peer(sched))
		thread = pop_idle(sched);
	pthread_mutex_unlock(&sched->lock);
	wake(thread);
}

void tsp_worker_hurry(struct tsp_sched *sched)
{
	struct tsp_thread *gatherer;

	if (!atomic_load(&sched->gathering)) {
		wake_peer(sched);
		return;
	}
	pthread_mutex_lock(&sched->lock);
	gatherer = take_gatherer(sched);
	pthread_mutex_unlock(&sched->lock);
	wake(gatherer);
}

void tsp_worker_add_idle(struct tsp_thread *thread)
{
	pthread_mutex_lock(&thread->sched->lock);
	push_idle(thread);
	pthread_mutex_unlock(&thread->sched->lock);
}

static bool has_work(const struct tsp_sched *sched)
{
	unsigned int i;

	for (i = 0; i < sched->queue_count; i++)
		if (tsp_ring_has_items(&sched->queues[i]->ring))
			return true;
	return false;
}

/* Whether the pool stops and nothing is left to take. */
static bool is_over(const struct tsp_sched *sched)
{
	unsigned int i;

	for (i = 0; i < sched->queue_count; i++)
		if (!tsp_queue_is_over(sched->queues[i]))
			return false;
	return true;
}

/* What comes in while a thread gathers is that one's: it takes it, and wakes a peer if it must. */
static bool needs_another(const struct tsp_sched *sched)
{
	return !sched->gatherer && has_work(sched);
}

/* The thread has looked; who was woken for more than it can take may be followed by another. */
static void arrive(struct tsp_thread *thread)
{
	if (!thread->on_its_way)
		return;
	thread->on_its_way = false;
	atomic_fetch_sub(&thread->sched->on_their_way, 1);
}

/* False if there is something to do instead. */
static bool fall_asleep(struct tsp_thread *thread)
{
	struct tsp_sched *sched = thread->sched;
	bool asleep = true;

	arrive(thread);
	pthread_mutex_lock(&sched->lock);
	push_idle(thread);
	/* Before the look at the queues: pairs with tsp_worker_notify(), and with the stop. */
	atomic_fetch_sub(&sched->awake, 1);
	if (needs_another(sched) || is_over(sched)) {
		take_off_idle(sched, &sched->idle);
		atomic_fetch_add(&sched->awake, 1);
		asleep = false;
	}
	pthread_mutex_unlock(&sched->lock);
	return asleep;
}

static void sleep_until_woken(struct tsp_thread *thread)
{
	while (!atomic_load_explicit(&thread->woken, memory_order_acquire))
		tsp_futex_wait(&thread->woken, 0, FUTEX_BITSET_MATCH_ANY, NULL);
	tsp_after(&thread->woken);
}

/* Whether there is no point in letting more gather. */
static bool batch_waits(const struct tsp_sched *sched)
{
	unsigned int i;

	for (i = 0; i < sched->queue_count; i++)
		if (tsp_ring_length(&sched->queues[i]->ring) >= sched->pool->options.batch_items ||
		    tsp_ring_is_closed(&sched->queues[i]->ring))
			return true;
	return false;
}

static bool become_gatherer(struct tsp_thread *thread)
{
	struct tsp_sched *sched = thread->sched;
	bool mine;

	pthread_mutex_lock(&sched->lock);
	mine = !sched->gatherer;
	if (mine) {
		atomic_store_explicit(&thread->woken, 0, memory_order_relaxed);
		sched->gatherer = thread;
		/* Before the look at the queues: pairs with tsp_worker_hurry(). */
		atomic_store(&sched->gathering, true);
	}
	pthread_mutex_unlock(&sched->lock);
	return mine;
}

static void stop_gathering(struct tsp_thread *thread)
{
	struct tsp_sched *sched = thread->sched;

	pthread_mutex_lock(&sched->lock);
	if (sched->gatherer == thread)
		take_gatherer(sched);
	pthread_mutex_unlock(&sched->lock);
}

static struct timespec deadline_in(unsigned int usecs)
{
	struct timespec deadline;

	clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += usecs / 1000000;
	deadline.tv_nsec += (long)(usecs % 1000000) * NSEC_PER_USEC;
	if (deadline.tv_nsec >= NSEC_PER_SEC) {
		deadline.tv_sec++;
		deadline.tv_nsec -= NSEC_PER_SEC;
	}
	return deadline;
}

/*
 * Let items gather for coalesce_usecs or until they fill a batch. One thread of the block does it;
 * false: another one does.
 */
static bool gather(struct tsp_thread *thread)
{
	const struct tsp_sched *sched = thread->sched;
	struct timespec deadline;

	if (!sched->pool->options.coalesce_usecs || batch_waits(sched))
		return true;
	if (!become_gatherer(thread))
		return false;
	deadline = deadline_in(sched->pool->options.coalesce_usecs);
	if (!batch_waits(sched))
		tsp_futex_wait(&thread->woken, 0, FUTEX_BITSET_MATCH_ANY, &deadline);
	stop_gathering(thread);
	return true;
}

static bool drain_queue(struct tsp_thread *thread, struct tsp_queue *queue)
{
	struct tspool_pool *pool = thread->sched->pool;
	struct tspool_batch batch = { .items = thread->items, .cpt = queue->cpt };

	batch.count = tsp_queue_take(queue, thread->items, pool->options.batch_items, &batch.first);
	arrive(thread);
	if (!batch.count)
		return false;
	/* In any queue: who put into another one while we were on our way has woken nobody. */
	if (has_work(thread->sched))
		wake_peer(thread->sched);
	tsp_handlers_run(thread, queue, &batch);
	if (pool->options.release)
		pool->options.release(pool->options.context, batch.items, batch.count);
	tsp_queue_count_delivered(queue, batch.count);
	return true;
}

/* Takes batches until there is none left; false if there was none at all. */
static bool drain(struct tsp_thread *thread)
{
	const struct tsp_sched *sched = thread->sched;
	unsigned int batches = 0, before, i;

	do {
		before = batches;
		for (i = 0; i < sched->queue_count; i++)
			batches += drain_queue(thread, sched->queues[i]);
		if (batches / BUDGET_BATCHES != before / BUDGET_BATCHES)
			sched_yield();
	} while (batches != before);
	return batches;
}

/* The last look at the queues and the end of the pool are one: each thread tells the next one. */
static void pass_end_on(struct tsp_sched *sched)
{
	struct tsp_thread *thread;

	pthread_mutex_lock(&sched->lock);
	thread = pop_idle(sched);
	pthread_mutex_unlock(&sched->lock);
	wake(thread);
}

void *tsp_worker_run(void *arg)
{
	struct tsp_thread *thread = arg;
	struct tsp_sched *sched = thread->sched;

	own_pool = sched->pool;
	urcu_memb_register_thread();
	sleep_until_woken(thread);
	while (!is_over(sched)) {
		/* While items keep coming nobody has to wake us: we look again by ourselves. */
		while (gather(thread) && drain(thread))
			;
		if (fall_asleep(thread))
			sleep_until_woken(thread);
	}
	arrive(thread);
	pass_end_on(sched);
	urcu_memb_unregister_thread();
	return NULL;
}
