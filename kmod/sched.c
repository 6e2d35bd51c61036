// SPDX-License-Identifier: GPL-2.0-only
#include <linux/hrtimer.h>
#include <linux/kthread.h>

#include "batch.h"
#include "deliver.h"
#include "params.h"
#include "pool.h"
#include "sched.h"

/* A woken thread counts as awake from here on, so that nobody wakes a second one for it. */
static struct task_struct *pop_idle(struct tsp_sched *sched)
{
	struct tsp_sched_thread *thread;

	lockdep_assert_held(&sched->lock);
	thread = list_first_entry_or_null(&sched->idle, struct tsp_sched_thread, idle);
	if (!thread)
		return NULL;
	list_del_init(&thread->idle);
	WRITE_ONCE(sched->awake, sched->awake + 1);
	WRITE_ONCE(sched->wakeups, sched->wakeups + 1);
	return thread->task;
}

/**
 * tsp_sched_kick() - make sure that somebody looks at the queues
 * @sched: that serves them; the caller has put something there, with a full barrier after it
 */
void tsp_sched_kick(struct tsp_sched *sched)
{
	struct task_struct *task = NULL;
	unsigned long flags;

	/* Pairs with fall_asleep(): we see it asleep, or it sees what the caller has put there. */
	if (READ_ONCE(sched->awake))
		return;

	raw_spin_lock_irqsave(&sched->lock, flags);
	if (!sched->awake)
		task = pop_idle(sched);
	raw_spin_unlock_irqrestore(&sched->lock, flags);
	if (task)
		wake_up_process(task);
}

/**
 * tsp_sched_hurry() - end the time in which records gather: they fill a batch
 * @sched: that serves their queue
 */
void tsp_sched_hurry(struct tsp_sched *sched)
{
	struct task_struct *task;
	unsigned long flags;

	raw_spin_lock_irqsave(&sched->lock, flags);
	task = sched->gatherer;
	sched->gatherer = NULL;
	raw_spin_unlock_irqrestore(&sched->lock, flags);
	if (task)
		wake_up_process(task);
}

static void wake_peer(struct tsp_sched *sched)
{
	struct task_struct *task;

	/* The unload may end the peer as soon as the lock is free; its task stays until here. */
	rcu_read_lock();
	raw_spin_lock_irq(&sched->lock);
	task = pop_idle(sched);
	raw_spin_unlock_irq(&sched->lock);
	if (task)
		wake_up_process(task);
	rcu_read_unlock();
}

static bool has_work(const struct tsp_sched *sched)
{
	const struct tsp_queue *queue;

	list_for_each_entry(queue, &sched->queues, served_node)
		if (tsp_queue_has_work(queue))
			return true;
	return false;
}

static bool is_unsettled(const struct tsp_sched *sched)
{
	const struct tsp_queue *queue;

	list_for_each_entry(queue, &sched->queues, served_node)
		if (READ_ONCE(queue->unsettled))
			return true;
	return false;
}

/* What comes in while a thread gathers is that one's: it takes it, and wakes a peer if it must. */
static bool needs_another(const struct tsp_sched *sched)
{
	lockdep_assert_held(&sched->lock);
	return !sched->gatherer && has_work(sched);
}

/* False if there is something to do instead. */
static bool fall_asleep(struct tsp_sched_thread *thread)
{
	struct tsp_sched *sched = thread->sched;
	bool asleep = true;

	raw_spin_lock_irq(&sched->lock);
	set_current_state(TASK_IDLE);
	list_add(&thread->idle, &sched->idle);
	WRITE_ONCE(sched->awake, sched->awake - 1);
	smp_mb(); /* pairs with the push's barrier: no record between this look and being awake */
	if (needs_another(sched) || kthread_should_stop()) {
		list_del_init(&thread->idle);
		WRITE_ONCE(sched->awake, sched->awake + 1);
		__set_current_state(TASK_RUNNING);
		asleep = false;
	}
	raw_spin_unlock_irq(&sched->lock);
	return asleep;
}

/* Whoever was not taken off the idle list by a waker woke by itself. */
static void wake_up_self(struct tsp_sched_thread *thread)
{
	struct tsp_sched *sched = thread->sched;

	__set_current_state(TASK_RUNNING);
	raw_spin_lock_irq(&sched->lock);
	if (!list_empty(&thread->idle)) {
		list_del_init(&thread->idle);
		WRITE_ONCE(sched->awake, sched->awake + 1);
	}
	raw_spin_unlock_irq(&sched->lock);
}

/* Returns true if it slept and the time for another try to report a loss has come. */
static bool wait_for_work(struct tsp_sched_thread *thread)
{
	bool settle = is_unsettled(thread->sched);

	if (!fall_asleep(thread))
		return false;
	if (settle)
		schedule_timeout(msecs_to_jiffies(tsp_params.lost_retry_ms));
	else
		schedule();
	wake_up_self(thread);
	return settle;
}

static bool batch_waits(const struct tsp_sched *sched)
{
	const struct tsp_queue *queue;

	list_for_each_entry(queue, &sched->queues, served_node)
		if (atomic_read(&queue->queued) >= (int)TSP_BATCH_RECORDS ||
		    READ_ONCE(queue->losing))
			return true;
	return false;
}

/*
 * Let records gather for coalesce_usecs or until they fill a batch: a message for each exit would
 * cost more than all else together. One thread of the block does it; false: another one does.
 */
static bool gather(struct tsp_sched *sched)
{
	ktime_t span = ns_to_ktime((u64)tsp_params.coalesce_usecs * NSEC_PER_USEC);
	bool mine;

	if (batch_waits(sched))
		return true;

	raw_spin_lock_irq(&sched->lock);
	mine = !sched->gatherer;
	if (mine) {
		sched->gatherer = current;
		set_current_state(TASK_IDLE);
	}
	raw_spin_unlock_irq(&sched->lock);
	if (!mine)
		return false;

	smp_mb(); /* the push that fills a batch finds us gathering, or is seen here */
	if (!batch_waits(sched) && !kthread_should_stop())
		schedule_hrtimeout(&span, HRTIMER_MODE_REL);
	__set_current_state(TASK_RUNNING);

	raw_spin_lock_irq(&sched->lock);
	if (sched->gatherer == current)
		sched->gatherer = NULL;
	raw_spin_unlock_irq(&sched->lock);
	return true;
}

static bool drain_queue(struct tsp_sched_thread *thread, struct tsp_queue *queue, bool settle)
{
	struct tsp_batch *batch = thread->batch;

	if (!tsp_queue_take(queue, batch, settle))
		return false;
	if (tsp_queue_has_work(queue))
		wake_peer(thread->sched);
	tsp_batch_encode(batch);
	tsp_queue_await_turn(queue, batch);
	tsp_deliver(queue, batch);
	tsp_queue_end_turn(queue, batch);
	cond_resched();
	return true;
}

/* Takes batches until there is none left; false if there was none at all. */
static bool drain(struct tsp_sched_thread *thread, bool settle)
{
	struct tsp_queue *queue;
	bool drained = false;
	bool again;

	do {
		again = false;
		list_for_each_entry(queue, &thread->sched->queues, served_node)
			again |= drain_queue(thread, queue, settle);
		drained |= again;
		settle = false;
	} while (again);
	return drained;
}

/**
 * tsp_sched_run_thread() - what each thread of a pool does, until it is stopped
 * @arg: its struct tsp_sched_thread
 */
int tsp_sched_run_thread(void *arg)
{
	struct tsp_sched_thread *thread = arg;
	struct tsp_sched *sched = thread->sched;

	tsp_pool_bind(current, sched->cpt);
	while (!kthread_should_stop()) {
		bool settle = wait_for_work(thread);

		/* While records keep coming nobody has to wake us: we look again by ourselves. */
		while (gather(sched) && drain(thread, settle))
			settle = false;
	}
	drain(thread, false);
	return 0;
}
