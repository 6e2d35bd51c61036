// SPDX-License-Identifier: GPL-2.0-only
#include <linux/hrtimer.h>
#include <linux/kthread.h>

#include "batch.h"
#include "deliver.h"
#include "latency.h"
#include "listener.h"
#include "params.h"
#include "pool.h"
#include "relay.h"
#include "sched.h"
#include "taskstats_deliver.h"

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

/* For tsp_sched_kick(): nobody was awake a moment ago. */
void tsp_sched_wake(struct tsp_sched *sched)
{
	struct task_struct *task = NULL;
	unsigned long flags;

	raw_spin_lock_irqsave(&sched->lock, flags);
	if (!sched->awake)
		task = pop_idle(sched);
	raw_spin_unlock_irqrestore(&sched->lock, flags);
	if (task)
		wake_up_process(task);
}

/**
 * tsp_sched_hurry() - end the time in which records gather: they are plenty
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

/* While something waits for room in a socket one idle thread of the block wakes to look for it. */
static bool claim_retry(struct tsp_sched *sched)
{
	bool mine;

	if (!is_unsettled(sched))
		return false;
	raw_spin_lock_irq(&sched->lock);
	mine = !sched->retrying;
	sched->retrying = true;
	raw_spin_unlock_irq(&sched->lock);
	return mine;
}

/* Whoever has claimed it and is awake looks, or delivers, before it sleeps and claims again. */
static void release_retry(struct tsp_sched *sched)
{
	raw_spin_lock_irq(&sched->lock);
	sched->retrying = false;
	raw_spin_unlock_irq(&sched->lock);
}

/* Returns true if it slept and it is time to look again for room in full sockets. */
static bool wait_for_work(struct tsp_sched_thread *thread)
{
	struct tsp_sched *sched = thread->sched;
	bool settle = claim_retry(sched);
	bool slept;

	tsp_message_pages_trim(&thread->batch->pages);
	slept = fall_asleep(thread);
	if (slept) {
		schedule_timeout(settle ? (long)msecs_to_jiffies(tsp_params.retry_ms) :
					  MAX_SCHEDULE_TIMEOUT);
		wake_up_self(thread);
	}
	if (settle)
		release_retry(sched);
	return slept && settle;
}

static bool plenty_waits(const struct tsp_sched *sched)
{
	const struct tsp_queue *queue;

	list_for_each_entry(queue, &sched->queues, served_node)
		if (tsp_queue_has_plenty(queue) || READ_ONCE(queue->losing))
			return true;
	return false;
}

/*
 * Let records gather for coalesce_usecs or until they are plenty: a message for each exit would
 * cost more than all else together. One thread of the block does it; false: another one does.
 */
static bool gather(struct tsp_sched *sched)
{
	ktime_t span = ns_to_ktime((u64)tsp_params.coalesce_usecs * NSEC_PER_USEC);
	bool mine;

	if (plenty_waits(sched))
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

	smp_mb(); /* the push that makes them plenty finds us gathering, or is seen here */
	if (!plenty_waits(sched) && !kthread_should_stop())
		schedule_hrtimeout(&span, HRTIMER_MODE_REL);
	__set_current_state(TASK_RUNNING);

	raw_spin_lock_irq(&sched->lock);
	if (sched->gatherer == current)
		sched->gatherer = NULL;
	raw_spin_unlock_irq(&sched->lock);
	return true;
}

/* To all. The frames are made before its turn, beside those of the batches before it. */
static void deliver(struct tsp_queue *queue, struct tsp_batch *batch)
{
	bool unsettled;

	tsp_deliver_prepare(batch);
	tsp_batch_encode(batch);
	tsp_queue_await_turn(queue, batch);
	unsettled = tsp_deliver(queue, batch);
	unsettled |= tsp_taskstats_deliver(queue, batch);
	WRITE_ONCE(queue->unsettled, unsettled);
	tsp_relay_deliver(batch);
}

/* The frames are made in relay's buffer, in its turn. */
static void deliver_to_relay(struct tsp_queue *queue, struct tsp_batch *batch)
{
	tsp_batch_keep(batch);
	WRITE_ONCE(queue->unsettled, false);
	tsp_relay_deliver(batch);
}

/* Who subscribes after this look has not asked for exits of before. */
static bool is_relays_alone(const struct tsp_queue *queue, const struct tsp_batch *batch)
{
	return list_empty(&tsp_listeners) && tsp_queue_has_turn(queue, batch);
}

static bool drain_queue(struct tsp_sched_thread *thread, struct tsp_queue *queue, bool settle)
{
	struct tsp_batch *batch = thread->batch;

	if (!tsp_queue_take(queue, batch, settle))
		return false;
	/* What is left after a few batches more is for this thread. */
	if (tsp_queue_has_plenty(queue))
		wake_peer(thread->sched);
	if (is_relays_alone(queue, batch))
		deliver_to_relay(queue, batch);
	else
		deliver(queue, batch);
	tsp_latency_count(&queue->latency, batch);
	tsp_queue_end_turn(queue, batch);
	tsp_batch_release(batch);
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
	/* A reader that is woken for each message takes the CPU for each. */
	if (drained)
		tsp_listeners_announce();
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
