// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/seqlock.h>
#include <linux/task_io_accounting_ops.h>
#include <linux/taskstats.h>
#include <linux/ktime.h>
#include <linux/tspool.h>

#include "capture.h"

#ifndef CONFIG_TASKSTATS
#error "tspool hooks taskstats_exit(): it needs a kernel with CONFIG_TASKSTATS"
#endif

/* How often a dying task looks again while another thread of its group is being released. */
#define SUM_TRIES	8

/* The tick, the scheduler and, with threads added up, the task itself change these meanwhile. */
static void usage_of_task(struct tsp_usage *usage, const struct task_struct *task)
{
	usage->run_time = READ_ONCE(task->se.sum_exec_runtime);
	usage->user_time = READ_ONCE(task->utime);
	usage->system_time = READ_ONCE(task->stime);
	usage->run_delay = READ_ONCE(task->sched_info.run_delay);
	usage->voluntary_switches = READ_ONCE(task->nvcsw);
	usage->involuntary_switches = READ_ONCE(task->nivcsw);
	usage->minor_faults = READ_ONCE(task->min_flt);
	usage->major_faults = READ_ONCE(task->maj_flt);
	usage->io = data_race(task->ioac); /* counters of one moment each */
	usage->io_of_children = false;
}

/*
 * signal->ioac also takes in the I/O of the children that were waited for. It holds nothing else as
 * long as no thread was released, since a thread that ended had run.
 */
static bool thread_was_released(const struct signal_struct *signal)
{
	return READ_ONCE(signal->sum_sched_runtime);
}

static bool child_was_waited_for(const struct signal_struct *signal)
{
	return READ_ONCE(signal->cmin_flt) || READ_ONCE(signal->cmaj_flt) ||
	       READ_ONCE(signal->cnvcsw) || READ_ONCE(signal->cnivcsw);
}

/*
 * The threads already released, as release_task() added them up. It leaves out the run delay. The
 * caller looks at stats_lock's sequence before and after.
 */
static void usage_of_released(struct tsp_usage *usage, const struct signal_struct *signal)
{
	usage->run_time = READ_ONCE(signal->sum_sched_runtime);
	usage->user_time = READ_ONCE(signal->utime);
	usage->system_time = READ_ONCE(signal->stime);
	usage->run_delay = 0;
	usage->voluntary_switches = READ_ONCE(signal->nvcsw);
	usage->involuntary_switches = READ_ONCE(signal->nivcsw);
	usage->minor_faults = READ_ONCE(signal->min_flt);
	usage->major_faults = READ_ONCE(signal->maj_flt);
	if (thread_was_released(signal)) {
		usage->io = data_race(signal->ioac); /* as above: the sequence tells */
		usage->io_of_children = child_was_waited_for(signal);
	} else {
		memset(&usage->io, 0, sizeof(usage->io));
		usage->io_of_children = false;
	}
}

static void add_usage(struct tsp_usage *sum, const struct tsp_usage *usage)
{
	sum->run_time += usage->run_time;
	sum->user_time += usage->user_time;
	sum->system_time += usage->system_time;
	sum->run_delay += usage->run_delay;
	sum->voluntary_switches += usage->voluntary_switches;
	sum->involuntary_switches += usage->involuntary_switches;
	sum->minor_faults += usage->minor_faults;
	sum->major_faults += usage->major_faults;
	task_io_accounting_add(&sum->io, (struct task_io_accounting *)&usage->io);
}

/*
 * taskstats_exit() adds a dying thread's run delay to signal->stats; the memory map goes soon
 * after. So a thread that is exiting and has none was added already. The stretch between the two
 * is the only one in which a thread can be counted twice.
 */
static bool run_delay_added(const struct task_struct *task)
{
	return (READ_ONCE(task->flags) & PF_EXITING) && !READ_ONCE(task->mm);
}

static u64 released_run_delay(const struct taskstats *stats)
{
	return stats ? READ_ONCE(stats->cpu_delay_total) : 0;
}

static void sum_threads(struct tsp_usage *sum, struct task_struct *leader)
{
	const struct signal_struct *signal = leader->signal;
	const struct taskstats *stats = READ_ONCE(signal->stats);
	struct task_struct *thread;

	usage_of_released(sum, signal);
	sum->run_delay = released_run_delay(stats);
	for_each_thread(leader, thread) {
		struct tsp_usage usage;

		usage_of_task(&usage, thread);
		if (stats && run_delay_added(thread))
			usage.run_delay = 0;
		add_usage(sum, &usage);
	}
}

/*
 * release_task() moves a thread's counters from the list of threads into signal_struct under
 * stats_lock, so a sum that spans no such move counts each thread once. read_seqbegin() won't do
 * in the dying task: on PREEMPT_RT it may take the lock, which sleeps, and the hook may not.
 */
static bool try_sum_group(struct tsp_usage *sum, struct task_struct *leader)
{
	const seqlock_t *lock = &leader->signal->stats_lock;
	const unsigned int *sequence = &lock->seqcount.seqcount.sequence;
	unsigned int before;
	int tries;

	for (tries = 0; tries < SUM_TRIES; tries++) {
		/* Acquire: the counters are read after the sequence. */
		before = smp_load_acquire(sequence);
		if (before & 1) {
			cpu_relax();
			continue;
		}
		rcu_read_lock();
		sum_threads(sum, leader);
		rcu_read_unlock();
		smp_rmb(); /* the sequence is read again after the counters */
		if (READ_ONCE(*sequence) == before)
			return true;
	}
	return false;
}

/* For those who may sleep. */
static void sum_group(struct tsp_usage *sum, struct task_struct *leader)
{
	seqlock_t *lock = &leader->signal->stats_lock;
	unsigned int seq;

	do {
		seq = read_seqbegin(lock);
		rcu_read_lock();
		sum_threads(sum, leader);
		rcu_read_unlock();
	} while (read_seqretry(lock, seq));
}

static void capture_identity(struct tsp_capture *cap, struct task_struct *task)
{
	const struct cred *cred;

	cap->start_time = task->start_boottime;
	cap->pid = task->pid;
	cap->tgid = task->tgid;
	cap->task_flags = READ_ONCE(task->flags);
	/* Another thread may be renaming it. */
	data_race(memcpy(cap->comm, task->comm, sizeof(cap->comm)));

	rcu_read_lock();
	/* A released task's parent may be gone; only who asks for a live task can meet one. */
	cap->ppid = pid_alive(task) ? rcu_dereference(task->real_parent)->tgid : 0;
	cred = __task_cred(task);
	cap->uid = cred->uid;
	cap->gid = cred->gid;
#ifdef CONFIG_CGROUPS
	cap->cgroup_id = cgroup_id(task_dfl_cgroup(task));
#endif
	rcu_read_unlock();
}

static void capture_memory(struct tsp_capture *cap, struct mm_struct *mm)
{
	cap->has_mm = mm;
	if (!mm)
		return;
	cap->hiwater_rss = get_mm_hiwater_rss(mm);
	cap->hiwater_vm = get_mm_hiwater_vm(mm);
}

/* The status that wait(2) gives for the group, as wait_task_zombie() finds it. */
static int group_exit_code(const struct task_struct *leader)
{
	const struct signal_struct *signal = leader->signal;

	return READ_ONCE(signal->flags) & SIGNAL_GROUP_EXIT ? READ_ONCE(signal->group_exit_code) :
							      READ_ONCE(leader->exit_code);
}

/**
 * tsp_capture_exit() - copy a dying thread's counters
 * @cap: filled whole
 * @task: current, on its way through do_exit(), its memory map still there
 * @last_thread: no other thread of its group is alive
 *
 * Neither sleeps nor allocates nor takes a lock.
 */
void tsp_capture_exit(struct tsp_capture *cap, struct task_struct *task, bool last_thread)
{
	cap->type = TSPOOL_FRAME_TASK;
	cap->unsummed = NULL;
	cap->exit_time = ktime_get_boottime_ns();
	cap->cpu = raw_smp_processor_id();
	cap->exit_code = task->exit_code;
	cap->last_thread = last_thread;
	usage_of_task(&cap->usage, task);
	capture_identity(cap, task);
	capture_memory(cap, task->mm);
}

/**
 * tsp_capture_group_exit() - copy the counters of a group whose last thread dies
 * @cap: filled whole
 * @task: current, the last thread
 * @last: what tsp_capture_exit() took of it a moment ago
 *
 * The group's memory map is the last thread's. Where the sum over the threads can't be had without
 * waiting, @cap keeps a reference to the leader for tsp_capture_finish().
 */
void tsp_capture_group_exit(struct tsp_capture *cap, struct task_struct *task,
			    const struct tsp_capture *last)
{
	struct task_struct *leader = task->group_leader;

	cap->type = TSPOOL_FRAME_PROCESS;
	cap->unsummed = NULL;
	cap->exit_time = last->exit_time;
	cap->cpu = last->cpu;
	cap->exit_code = group_exit_code(leader);
	cap->last_thread = true;
	cap->has_mm = last->has_mm;
	cap->hiwater_rss = last->hiwater_rss;
	cap->hiwater_vm = last->hiwater_vm;
	capture_identity(cap, leader);
	if (!try_sum_group(&cap->usage, leader))
		cap->unsummed = get_task_struct(leader);
}

/**
 * tsp_capture_finish() - do what had to be put off in the dying task
 * @cap: of a queued record
 *
 * May sleep.
 */
void tsp_capture_finish(struct tsp_capture *cap)
{
	if (!cap->unsummed)
		return;
	sum_group(&cap->usage, cap->unsummed);
	put_task_struct(cap->unsummed);
	cap->unsummed = NULL;
}

static void capture_memory_of(struct tsp_capture *cap, struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	capture_memory(cap, mm);
	if (mm)
		mmput(mm);
}

/**
 * tsp_capture_live() - copy the counters of a thread that may still run
 * @cap: filled whole
 * @task: the caller holds a reference
 *
 * May sleep. The counters are those of one moment each, not all of the same one.
 */
void tsp_capture_live(struct tsp_capture *cap, struct task_struct *task)
{
	memset(cap, 0, sizeof(*cap));
	cap->type = TSPOOL_FRAME_TASK;
	cap->cpu = task_cpu(task);
	usage_of_task(&cap->usage, task);
	capture_identity(cap, task);
	capture_memory_of(cap, task);
}

/**
 * tsp_capture_live_group() - copy the counters of a group, its released threads included
 * @cap: filled whole
 * @leader: of the group; the caller holds a reference
 *
 * May sleep.
 */
void tsp_capture_live_group(struct tsp_capture *cap, struct task_struct *leader)
{
	memset(cap, 0, sizeof(*cap));
	cap->type = TSPOOL_FRAME_PROCESS;
	cap->cpu = task_cpu(leader);
	sum_group(&cap->usage, leader);
	capture_identity(cap, leader);
	capture_memory_of(cap, leader);
}
