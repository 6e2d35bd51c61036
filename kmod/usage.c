// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seqlock.h>
#include <linux/task_io_accounting_ops.h>
#include <linux/taskstats.h>
#include <linux/timekeeping.h>

/* They use what they do not include. */
#include <linux/delayacct.h>
#include <linux/futex.h>

#include "usage.h"

/* How often one who can't wait looks again while another thread of the group is being released. */
#define SUM_TRIES	8

/* The tick, the scheduler and, with threads added up, the task itself change these meanwhile. */
#define EACH_COUNTER(DO) \
	(DO(run_time, se.sum_exec_runtime), DO(user_time, utime), DO(system_time, stime), \
	 DO(voluntary_switches, nvcsw), DO(involuntary_switches, nivcsw), \
	 DO(minor_faults, min_flt), DO(major_faults, maj_flt))

#define TAKE_COUNTER(name, field)	(counters->name = READ_ONCE(task->field))
#define ADD_COUNTER(name, field)	(sum->name += READ_ONCE(task->field))

static void take_counters(struct tsp_counters *counters, const struct task_struct *task)
{
	EACH_COUNTER(TAKE_COUNTER);
	counters->io = data_race(task->ioac); /* counters of one moment each */
	counters->io_of_children = false;
}

static void add_counters(struct tsp_counters *sum, const struct task_struct *task)
{
	struct task_io_accounting io = data_race(task->ioac); /* counters of one moment each */

	EACH_COUNTER(ADD_COUNTER);
	task_io_accounting_add(&sum->io, &io);
}

static void __maybe_unused take_delay(struct tsp_delay *delay, u64 time, u64 count)
{
	delay->time = time;
	delay->count = count;
}

static void add_delay(struct tsp_delay *sum, u64 time, u64 count)
{
	sum->time += time;
	sum->count += count;
}

#ifdef CONFIG_TASK_DELAY_ACCT
/* A task has delays only if they were accounted when it started. */
static bool has_delays(const struct task_struct *task)
{
	return READ_ONCE(task->delays);
}

#define PUT_DELAY(put, waits, name) \
	put(&(waits)->delay[TSP_DELAY_##name], READ_ONCE(delays->name##_delay), \
	    READ_ONCE(delays->name##_count))
#define TAKE_DELAY(name)	PUT_DELAY(take_delay, waits, name)
#define ADD_DELAY(name)		PUT_DELAY(add_delay, sum, name)

static void take_delays(struct tsp_waits *waits, const struct task_struct *task)
{
	const struct task_delay_info *delays = task->delays;

	TSP_EACH_DELAY(TAKE_DELAY);
}

static void add_delays(struct tsp_waits *sum, const struct task_struct *task)
{
	const struct task_delay_info *delays = task->delays;

	TSP_EACH_DELAY(ADD_DELAY);
}
#else
static bool has_delays(const struct task_struct *task)
{
	return false;
}

static void take_delays(struct tsp_waits *waits, const struct task_struct *task)
{
}

static void add_delays(struct tsp_waits *sum, const struct task_struct *task)
{
}
#endif

static void take_waits(struct tsp_waits *waits, const struct task_struct *task)
{
	waits->known = IS_ENABLED(CONFIG_SCHED_INFO);
#ifdef CONFIG_SCHED_INFO
	take_delay(&waits->run, READ_ONCE(task->sched_info.run_delay),
		   READ_ONCE(task->sched_info.pcount));
#endif
	waits->delays_known = has_delays(task);
	if (waits->delays_known)
		take_delays(waits, task);
}

static void add_waits(struct tsp_waits *sum, const struct task_struct *task)
{
#ifdef CONFIG_SCHED_INFO
	add_delay(&sum->run, READ_ONCE(task->sched_info.run_delay),
		  READ_ONCE(task->sched_info.pcount));
#endif
	if (has_delays(task))
		add_delays(sum, task);
	else
		sum->delays_known = false;
}

static void take_integrals(struct tsp_integrals *integrals, const struct task_struct *task)
{
	integrals->known = IS_ENABLED(CONFIG_TASK_XACCT);
#ifdef CONFIG_TASK_XACCT
	integrals->rss = READ_ONCE(task->acct_rss_mem1);
	integrals->vm = READ_ONCE(task->acct_vm_mem1);
#endif
}

static void add_integrals(struct tsp_integrals *sum, const struct task_struct *task)
{
#ifdef CONFIG_TASK_XACCT
	sum->rss += READ_ONCE(task->acct_rss_mem1);
	sum->vm += READ_ONCE(task->acct_vm_mem1);
#endif
}

/* Nothing used so far, and all of it known. */
static void clear(struct tsp_usage *usage)
{
	memset(usage, 0, sizeof(*usage));
	usage->waits.known = IS_ENABLED(CONFIG_SCHED_INFO);
	usage->waits.delays_known = true;
	usage->integrals.known = IS_ENABLED(CONFIG_TASK_XACCT);
}

/* A thread that ended had run. */
bool tsp_thread_was_released(const struct signal_struct *signal)
{
	return READ_ONCE(signal->sum_sched_runtime);
}

static bool child_was_waited_for(const struct signal_struct *signal)
{
	return READ_ONCE(signal->cmin_flt) || READ_ONCE(signal->cmaj_flt) ||
	       READ_ONCE(signal->cnvcsw) || READ_ONCE(signal->cnivcsw);
}

/* What taskstats_exit() has added up of threads that had others beside them; NULL: of none. */
static const struct taskstats *stats_of_exited(const struct signal_struct *signal)
{
#ifdef CONFIG_TASKSTATS
	return READ_ONCE(signal->stats);
#else
	return NULL;
#endif
}

/* Whether a group has had a thread that ended before another. */
bool tsp_thread_has_exited(const struct signal_struct *signal)
{
	return stats_of_exited(signal) || tsp_thread_was_released(signal);
}

/**
 * tsp_usage_of_task() - what one thread has used
 * @usage: filled in; what it says is not known means nothing
 * @task: the caller holds a reference, or it is current
 */
void tsp_usage_of_task(struct tsp_usage *usage, const struct task_struct *task)
{
	take_counters(&usage->counters, task);
	take_waits(&usage->waits, task);
	take_integrals(&usage->integrals, task);
}

/* The threads already released, as release_task() added them up. */
static void add_released(struct tsp_usage *sum, const struct signal_struct *signal)
{
	struct tsp_counters *counters = &sum->counters;

	/* signal->ioac holds waited-for children's I/O even then, and nothing else. */
	if (!tsp_thread_was_released(signal))
		return;
	counters->run_time = READ_ONCE(signal->sum_sched_runtime);
	counters->user_time = READ_ONCE(signal->utime);
	counters->system_time = READ_ONCE(signal->stime);
	counters->voluntary_switches = READ_ONCE(signal->nvcsw);
	counters->involuntary_switches = READ_ONCE(signal->nivcsw);
	counters->minor_faults = READ_ONCE(signal->min_flt);
	counters->major_faults = READ_ONCE(signal->maj_flt);
	counters->io = data_race(signal->ioac); /* the sequence of stats_lock tells */
	counters->io_of_children = child_was_waited_for(signal);
	sum->integrals.known = false;
	/* Without taskstats the kernel forgets those, too. */
	sum->waits.known &= IS_ENABLED(CONFIG_TASKSTATS);
}

#define ADD_STOCK_DELAY(name) \
	add_delay(&sum->delay[TSP_DELAY_##name], READ_ONCE(stats->name##_delay_total), \
		  READ_ONCE(stats->name##_count))

/* The threads that taskstats_exit() has added up, released or not. */
static void add_exited(struct tsp_waits *sum, const struct taskstats *stats)
{
	add_delay(&sum->run, READ_ONCE(stats->cpu_delay_total), READ_ONCE(stats->cpu_count));
	TSP_EACH_DELAY(ADD_STOCK_DELAY);
}

enum exit_progress {
	NOT_ADDED,	/* its waits are only its own */
	ON_ITS_WAY,	/* they may be either, and it uses more before its own record */
	ADDED,		/* they are in signal->stats as well */
};

/*
 * In its exit a thread gets PF_EXITING, then is added in taskstats_exit(), at whose entry the hook
 * is, then gives up its futexes, then its memory map. Its futexes are in user memory, for which it
 * may have to wait as long as its owner likes, so whether it still has a map does not tell.
 */
static bool is_past_taskstats_exit(const struct task_struct *thread)
{
#ifdef CONFIG_FUTEX
	if (READ_ONCE(thread->futex_state) != FUTEX_STATE_OK)
		return true;
#endif
	return !READ_ONCE(thread->mm);
}

/* Without @stats none is added anywhere. */
static enum exit_progress exit_progress(const struct task_struct *thread,
					const struct taskstats *stats)
{
	if (!(READ_ONCE(thread->flags) & PF_EXITING))
		return NOT_ADDED;
	if (!is_past_taskstats_exit(thread))
		return thread == current ? NOT_ADDED : ON_ITS_WAY;
	return stats ? ADDED : NOT_ADDED;
}

/* Each thread that is added to signal->stats had been put on a CPU, so this grows with each. */
static u64 exited_generation(const struct taskstats *stats)
{
	return stats ? READ_ONCE(stats->cpu_count) : 0;
}

/*
 * False: not all can be told now, because a thread is on its way through taskstats_exit(). Its
 * record may come later than the group's, which is to have what it has used until then, too.
 */
static bool add_threads(struct tsp_usage *sum, struct task_struct *leader)
{
	const struct taskstats *stats = stats_of_exited(leader->signal);
	u64 generation = exited_generation(stats);
	bool told = true;
	struct task_struct *thread;

	if (stats)
		add_exited(&sum->waits, stats);
	/* A thread that is seen here before it was added is not in what was read above. */
	smp_rmb();
	for_each_thread(leader, thread) {
		enum exit_progress progress = exit_progress(thread, stats);

		add_counters(&sum->counters, thread);
		add_integrals(&sum->integrals, thread);
		if (progress == NOT_ADDED)
			add_waits(&sum->waits, thread);
		told &= progress != ON_ITS_WAY;
	}
	/* Of the threads that are added nothing else tells: they had delays if their leader had. */
	if (stats && !has_delays(leader))
		sum->waits.delays_known = false;
	/* One that was added since then is in the generation, once it is seen past that. */
	smp_rmb();
	return told && stats == stats_of_exited(leader->signal) &&
	       generation == exited_generation(stats);
}

static bool sum_group(struct tsp_usage *sum, struct task_struct *leader)
{
	bool told;

	clear(sum);
	rcu_read_lock();
	add_released(sum, leader->signal);
	told = add_threads(sum, leader);
	rcu_read_unlock();
	return told;
}

/**
 * tsp_usage_try_group() - what a group has used, its released threads included
 * @sum: filled whole
 * @leader: of the group, not freed meanwhile
 *
 * release_task() moves a thread's counters from the list of threads into signal_struct under
 * stats_lock, so a sum that spans no such move counts each thread once. read_seqbegin() won't do
 * in the dying task: on PREEMPT_RT it may take the lock, which sleeps, and the hook may not.
 *
 * Return: false if it can't be had without waiting.
 */
bool tsp_usage_try_group(struct tsp_usage *sum, struct task_struct *leader)
{
	const seqlock_t *lock = &leader->signal->stats_lock;
	const unsigned int *sequence = &lock->seqcount.seqcount.sequence;
	unsigned int before;
	bool told;
	int tries;

	for (tries = 0; tries < SUM_TRIES; tries++) {
		/* Acquire: the counters are read after the sequence. */
		before = smp_load_acquire(sequence);
		if (before & 1) {
			cpu_relax();
			continue;
		}
		told = sum_group(sum, leader);
		smp_rmb(); /* the sequence is read again after the counters */
		if (READ_ONCE(*sequence) == before)
			return told;
	}
	return false;
}

/*
 * As tsp_usage_try_group(), beside threads being released. They may be so many, one after the
 * other, that no look at the whole group comes between two of them: the second one keeps them out.
 */
static bool sum_group_surely(struct tsp_usage *sum, struct task_struct *leader)
{
	seqlock_t *lock = &leader->signal->stats_lock;
	unsigned int seq = read_seqbegin(lock);
	unsigned long flags;
	bool told = sum_group(sum, leader);

	if (!read_seqretry(lock, seq))
		return told;
	/* With interrupts off: who releases a thread takes it under siglock, as interrupts do. */
	read_seqlock_excl_irqsave(lock, flags);
	told = sum_group(sum, leader);
	read_sequnlock_excl_irqrestore(lock, flags);
	return told;
}

/**
 * tsp_usage_of_group() - what a group has used, its released threads included
 * @sum: filled whole
 * @leader: of the group; the caller holds a reference
 * @deadline: nanoseconds of the boot clock
 *
 * For those who may sleep. It waits for threads that are on their way through taskstats_exit(). One
 * that has not got on by the deadline leaves the waits unknown, rather than counted twice.
 */
void tsp_usage_of_group(struct tsp_usage *sum, struct task_struct *leader, u64 deadline)
{
	while (!sum_group_surely(sum, leader)) {
		if (ktime_get_boottime_ns() >= deadline) {
			sum->waits.known = false;
			sum->waits.delays_known = false;
			return;
		}
		schedule_timeout_idle(1);
	}
}
