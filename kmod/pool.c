// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) "tspool: " fmt

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "batch.h"
#include "cpt.h"
#include "params.h"
#include "pool.h"
#include "pool_size.h"
#include "sched.h"

struct tsp_sched *tsp_scheds;

static int hotplug_state;

/**
 * tsp_pool_bind() - let a thread run on the CPUs of a CPT only
 * @task: the thread
 * @cpt: whose pool it belongs to
 *
 * With none of them online it runs anywhere, with a warning. May sleep.
 */
void tsp_pool_bind(struct task_struct *task, unsigned int cpt)
{
	int err = set_cpus_allowed_ptr(task, tsp_cpts.cpt[cpt].cpus);

	if (err)
		pr_warn("can't bind a thread of CPT %u to its CPUs %*pbl (error %d): it runs anywhere\n",
			cpt, cpumask_pr_args(tsp_cpts.cpt[cpt].cpus), err);
}

static void free_thread(struct tsp_sched_thread *thread)
{
	tsp_message_pages_free(&thread->batch->pages);
	kvfree(thread->batch);
	kfree(thread);
}

/* All it needs is there before it starts: no thread can find itself without. */
static struct tsp_sched_thread *alloc_thread(struct tsp_sched *sched)
{
	int node = tsp_cpts.cpt[sched->cpt].home_node;
	struct tsp_sched_thread *thread;

	thread = kzalloc_node(sizeof(*thread), GFP_KERNEL, node);
	if (!thread)
		return NULL;
	thread->batch = kvzalloc_node(sizeof(*thread->batch), GFP_KERNEL, node);
	if (!thread->batch)
		goto err_free_thread;
	thread->sched = sched;
	INIT_LIST_HEAD(&thread->idle);
	return thread;

err_free_thread:
	kfree(thread);
	return NULL;
}

static int spawn_thread(struct tsp_sched *sched)
{
	int node = tsp_cpts.cpt[sched->cpt].home_node;
	struct tsp_sched_thread *thread;
	struct task_struct *task;

	lockdep_assert_held(&sched->threads_lock);
	thread = alloc_thread(sched);
	if (!thread)
		return -ENOMEM;

	task = kthread_create_on_node(tsp_sched_run_thread, thread, node, "tspool_%02u_%02u",
				      sched->cpt, sched->thread_count);
	if (IS_ERR(task)) {
		free_thread(thread);
		return PTR_ERR(task);
	}
	thread->task = task;
	list_add_tail(&thread->node, &sched->threads);
	WRITE_ONCE(sched->thread_count, sched->thread_count + 1);
	return 0;
}

static void let_thread_run(struct tsp_sched_thread *thread)
{
	struct tsp_sched *sched = thread->sched;

	if (thread->started)
		return;
	thread->started = true;
	raw_spin_lock_irq(&sched->lock);
	WRITE_ONCE(sched->awake, sched->awake + 1);
	raw_spin_unlock_irq(&sched->lock);
	wake_up_process(thread->task);
}

/* Makes up to @count threads, not running yet; at least what could be had. */
static void spawn_threads(struct tsp_sched *sched, unsigned int count)
{
	unsigned int started;

	lockdep_assert_held(&sched->threads_lock);
	for (started = 0; started < count; started++) {
		int err = spawn_thread(sched);

		if (!err)
			continue;
		pr_warn("only %u of %u threads could be started for CPT %u (error %d)\n", started,
			count, sched->cpt, err);
		return;
	}
}

/*
 * The scheduler sends a thread anywhere when the last CPU of its CPT goes offline, and forgets
 * where it belonged.
 */
static int bind_again(unsigned int cpu)
{
	unsigned int cpt;

	for (cpt = 0; cpt < tsp_cpts.count; cpt++) {
		struct tsp_sched *sched = &tsp_scheds[cpt];
		struct tsp_sched_thread *thread;

		if (!cpumask_test_cpu(cpu, tsp_cpts.cpt[cpt].cpus))
			continue;
		mutex_lock(&sched->threads_lock);
		list_for_each_entry(thread, &sched->threads, node)
			tsp_pool_bind(thread->task, cpt);
		mutex_unlock(&sched->threads_lock);
	}
	return 0;
}

static struct tsp_sched *find_fallback(unsigned int cpt)
{
	struct tsp_pool_candidate best = {};
	struct tsp_sched *fallback = NULL;
	unsigned int other;

	for (other = 0; other < tsp_cpts.count; other++) {
		const struct tsp_pool_candidate candidate = {
			.cpt = other,
			.distance = tsp_cpt_distance(cpt, other),
			.queued = atomic_read(&tsp_scheds[other].queue.queued),
		};

		if (!tsp_scheds[other].thread_count)
			continue;
		if (fallback && !tsp_pool_better_fallback(&candidate, &best))
			continue;
		best = candidate;
		fallback = &tsp_scheds[other];
	}
	return fallback;
}

static int assign_queues(void)
{
	unsigned int cpt;

	for (cpt = 0; cpt < tsp_cpts.count; cpt++) {
		struct tsp_sched *sched = &tsp_scheds[cpt];
		struct tsp_sched *server = sched->thread_count ? sched : find_fallback(cpt);

		if (!server) {
			pr_err("no thread could be started for any CPT\n");
			return -ENOMEM;
		}
		if (server != sched)
			pr_warn("CPT %u has no threads: CPT %u serves it\n", cpt, server->cpt);
		sched->queue.served_by = server;
		list_add_tail(&sched->queue.served_node, &server->queues);
	}
	return 0;
}

static void spawn_initial_threads(struct tsp_sched *sched)
{
	unsigned int initial = tsp_pool_initial_threads(tsp_cpts.cpt[sched->cpt].weight,
							tsp_params.nscheds);

	mutex_lock(&sched->threads_lock);
	spawn_threads(sched, initial);
	mutex_unlock(&sched->threads_lock);
}

static void init_sched(struct tsp_sched *sched, unsigned int cpt)
{
	sched->cpt = cpt;
	tsp_queue_init(&sched->queue, cpt);
	raw_spin_lock_init(&sched->lock);
	INIT_LIST_HEAD(&sched->idle);
	mutex_init(&sched->threads_lock);
	INIT_LIST_HEAD(&sched->threads);
	INIT_LIST_HEAD(&sched->queues);
	sched->thread_max = tsp_pool_max_threads(tsp_cpts.cpt[cpt].weight, tsp_params.nscheds);
}

static void let_threads_run(struct tsp_sched *sched)
{
	struct tsp_sched_thread *thread;

	mutex_lock(&sched->threads_lock);
	list_for_each_entry(thread, &sched->threads, node)
		let_thread_run(thread);
	mutex_unlock(&sched->threads_lock);
}

static void stop_threads(struct tsp_sched *sched)
{
	struct tsp_sched_thread *thread, *next;

	mutex_lock(&sched->threads_lock);
	list_for_each_entry_safe(thread, next, &sched->threads, node) {
		kthread_stop(thread->task);
		list_del(&thread->node);
		free_thread(thread);
	}
	mutex_unlock(&sched->threads_lock);
}

static int alloc_scheds(void)
{
	tsp_scheds = kvcalloc(tsp_cpts.count, sizeof(*tsp_scheds), GFP_KERNEL);
	return tsp_scheds ? 0 : -ENOMEM;
}

/**
 * tsp_pools_init() - start the threads of all CPTs
 *
 * A CPT that gets none is served by another one.
 *
 * Return: 0, or a negative errno with nothing left running.
 */
int tsp_pools_init(void)
{
	unsigned int cpt;
	int err;

	tsp_queue_init_plenty(tsp_params.queue_depth);
	err = alloc_scheds();
	if (err) {
		pr_err("no memory for the pools of %u CPTs\n", tsp_cpts.count);
		return err;
	}
	for (cpt = 0; cpt < tsp_cpts.count; cpt++) {
		init_sched(&tsp_scheds[cpt], cpt);
		spawn_initial_threads(&tsp_scheds[cpt]);
	}
	err = assign_queues();
	if (err)
		goto err_free_scheds;

	err = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "tspool:bind", bind_again, NULL);
	if (err < 0)
		goto err_stop_threads;
	hotplug_state = err;

	/* Not before: the lists of queues must not change under the threads. */
	for (cpt = 0; cpt < tsp_cpts.count; cpt++)
		let_threads_run(&tsp_scheds[cpt]);
	return 0;

err_stop_threads:
	for (cpt = 0; cpt < tsp_cpts.count; cpt++)
		stop_threads(&tsp_scheds[cpt]);
err_free_scheds:
	kvfree(tsp_scheds);
	return err;
}

/**
 * tsp_pools_stop() - deliver what is queued and end all threads
 *
 * The hook is gone and nobody subscribes any more.
 */
void tsp_pools_stop(void)
{
	unsigned int cpt;

	cpuhp_remove_state_nocalls(hotplug_state);
	/* All of them first: a thread may wait for its turn behind one that waits for memory. */
	for (cpt = 0; cpt < tsp_cpts.count; cpt++)
		WRITE_ONCE(tsp_scheds[cpt].queue.stopping, true);
	for (cpt = 0; cpt < tsp_cpts.count; cpt++)
		stop_threads(&tsp_scheds[cpt]);
}

void tsp_pools_exit(void)
{
	kvfree(tsp_scheds);
}

/**
 * tsp_pool_grow() - add the threads that one more listener is worth
 * @cpt: which it wants
 *
 * Without memory for them the pool stays as it is, with a warning. May sleep.
 */
void tsp_pool_grow(unsigned int cpt)
{
	struct tsp_sched *sched = &tsp_scheds[cpt];
	struct tsp_sched_thread *thread;

	mutex_lock(&sched->threads_lock);
	/* A CPT without any is served by another one, for good. */
	if (sched->thread_count)
		spawn_threads(sched, tsp_pool_growth(sched->thread_count, sched->thread_max));
	list_for_each_entry(thread, &sched->threads, node)
		let_thread_run(thread);
	mutex_unlock(&sched->threads_lock);
}
