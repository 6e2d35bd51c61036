// SPDX-License-Identifier: LGPL-2.1-or-later
#include "spawn.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "memory.h"
#include "worker.h"

/* Where the threads of a CPT run. On another machine than the topology's they run anywhere. */
void tsp_bind_pool_thread(const struct tspool_pool *pool, unsigned int cpt, pthread_t thread)
{
	struct tspool_cpt_error error;

	if (!hwloc_topology_is_thissystem(pool->options.topology))
		return;
	if (tspool_bind_thread_again(thread, tspool_cpt_map_cpus(pool->options.map, cpt), &error))
		tsp_pool_warn(pool, "CPT %u: %s", cpt, error.text);
}

void tsp_free_thread(const struct tspool_pool *pool, struct tsp_thread *thread)
{
	tspool_free_on_nodes(thread, tsp_thread_bytes(pool));
}

/* All it needs is there before it starts: no thread can find itself without. */
static struct tsp_thread *alloc_thread(struct tsp_sched *sched)
{
	struct tspool_pool *pool = sched->pool;
	struct tsp_thread *thread;

	thread = tsp_alloc_on_cpt(&pool->options, sched->cpt, tsp_thread_bytes(pool));
	if (!thread)
		return NULL;
	thread->sched = sched;
	thread->index = sched->first_index + atomic_load(&sched->thread_count);
	if (tsp_handlers_add_thread(pool, thread))
		goto err_free_thread;
	tsp_atomics_in(&thread->woken, sizeof(thread->woken));
	return thread;

err_free_thread:
	tsp_free_thread(pool, thread);
	return NULL;
}

/* Signals are for the threads that are the user's. */
static int create_thread(struct tsp_thread *thread)
{
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&thread->id, NULL, tsp_worker_run, thread);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -err;
}

static void name_thread(const struct tsp_thread *thread, unsigned int number)
{
	char name[32];

	snprintf(name, sizeof(name), "tspool_%02u_%02u", thread->sched->cpt, number);
	name[15] = 0;
	pthread_setname_np(thread->id, name);
}

static int spawn_thread(struct tsp_sched *sched)
{
	struct tsp_thread *thread = alloc_thread(sched);
	unsigned int number = atomic_load(&sched->thread_count);
	int err;

	if (!thread)
		return -ENOMEM;
	err = create_thread(thread);
	if (err)
		goto err_free_thread;

	name_thread(thread, number);
	tsp_bind_pool_thread(sched->pool, sched->cpt, thread->id);
	thread->next = sched->threads;
	sched->threads = thread;
	atomic_store(&sched->thread_count, number + 1);
	return 0;

err_free_thread:
	tsp_handlers_remove_thread(sched->pool, thread);
	tsp_free_thread(sched->pool, thread);
	return err;
}

/* Makes up to count threads, which sleep until they are let in; at least what could be had. */
int tsp_spawn_threads(struct tsp_sched *sched, unsigned int count)
{
	unsigned int started;
	int err;

	for (started = 0; started < count; started++) {
		err = spawn_thread(sched);
		if (!err)
			continue;
		tsp_pool_warn(sched->pool, "only %u of %u threads could be started for CPT %u: %s",
			      started, count, sched->cpt, strerror(-err));
		return err;
	}
	return 0;
}

/* From here on they can be woken. They are asleep, and must not know of queues before. */
void tsp_let_threads_in(struct tsp_sched *sched, const struct tsp_thread *until)
{
	struct tsp_thread *thread;

	for (thread = sched->threads; thread != until; thread = thread->next)
		tsp_worker_add_idle(thread);
}
