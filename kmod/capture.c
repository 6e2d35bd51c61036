// SPDX-License-Identifier: GPL-2.0-only
#include <linux/audit.h>
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/nsproxy.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/tspool.h>
#include <net/net_namespace.h>

#include "capture.h"
#include "cgroup_ref.h"
#include "mnt_ns.h"

/* boot clock + this = time since the epoch; the same until somebody sets the time */
u64 tsp_boot_to_wall(void)
{
	return ktime_to_ns(ktime_sub(ktime_mono_to_real(0), ktime_mono_to_any(0, TK_OFFS_BOOT)));
}

static __always_inline void capture_time(struct tsp_capture *cap)
{
	ktime_t now = ktime_get();

	cap->time = ktime_to_ns(now);
	cap->boot_time = ktime_to_ns(ktime_mono_to_any(now, TK_OFFS_BOOT));
}

/* Under RCU. */
static __always_inline void capture_credentials(struct tsp_credentials *copy,
						struct task_struct *task)
{
	const struct cred *cred = __task_cred(task);

	copy->uid = cred->uid;
	copy->euid = cred->euid;
	copy->gid = cred->gid;
	copy->egid = cred->egid;
	copy->login_uid = audit_get_loginuid(task);
	copy->audit_session = audit_get_sessionid(task);
}

/* Under RCU. The number in the innermost of the pid namespaces that it is in. */
static u32 innermost_nr(const struct pid *pid)
{
	return pid ? pid->numbers[pid->level].nr : 0;
}

/*
 * Under RCU. Only who asks for a live task can meet one that is released and has no pids left. Then
 * its parent and its leader may be freed.
 */
static __always_inline void capture_pids(struct tsp_capture *cap, struct task_struct *task)
{
	struct pid *pid = task_pid(task);

	cap->pid = task->pid;
	cap->tgid = task->tgid;
	cap->ppid = pid ? rcu_dereference(task->real_parent)->tgid : 0;
	cap->group_start_time = pid ? task->group_leader->start_time : 0;
	cap->pgid = pid_nr(task_pgrp(task));
	cap->sid = pid_nr(task_session(task));
	cap->ns_pid = innermost_nr(pid);
	cap->ns_tgid = innermost_nr(task_tgid(task));
	cap->ns.pid = pid ? ns_of_pid(pid)->ns.inum : 0;
}

/* Under RCU. */
static __always_inline void capture_identity(struct tsp_capture *cap, struct task_struct *task)
{
	const struct signal_struct *signal = task->signal;

	cap->start_time = task->start_time;
	cap->start_boot_time = task->start_boottime;
	cap->task_flags = READ_ONCE(task->flags);
	cap->nice = task_nice(task);
	cap->policy = READ_ONCE(task->policy);
	cap->oom_score_adj = READ_ONCE(signal->oom_score_adj);
	cap->max_rss = READ_ONCE(signal->maxrss);
	/* Another thread may be renaming it. */
	data_race(memcpy(cap->comm, task->comm, sizeof(cap->comm)));

	capture_pids(cap, task);
	capture_credentials(&cap->cred, task);
#ifdef CONFIG_CGROUPS
	cap->cgroup_id = cgroup_id(task_dfl_cgroup(task));
#endif
}

static void identify(struct tsp_capture *cap, struct task_struct *task)
{
	rcu_read_lock();
	capture_identity(cap, task);
	rcu_read_unlock();
}

static __always_inline void capture_threads(struct tsp_capture *cap,
					    const struct signal_struct *signal)
{
	cap->threads = READ_ONCE(signal->nr_threads);
	/* Those released meanwhile or before are counted nowhere. */
	cap->threads_ever = tsp_thread_was_released(signal) ? 0 : cap->threads;
	cap->threaded = cap->threads > 1 || tsp_thread_has_exited(signal);
}

/* Under RCU. prctl(PR_SET_MM_EXE_FILE) of another thread may be exchanging it. */
static __always_inline void capture_exe(struct tsp_memory *memory, const struct mm_struct *mm)
{
	const struct inode *inode = NULL;
	const struct file *exe = rcu_dereference(mm->exe_file);

	if (exe)
		inode = READ_ONCE(exe->f_inode);
	memory->has_exe = inode;
	if (inode) {
		memory->exe_dev = inode->i_sb->s_dev;
		memory->exe_inode = inode->i_ino;
	}
}

/* Under RCU. */
static __always_inline void capture_memory(struct tsp_memory *memory, struct mm_struct *mm)
{
	memory->has_mm = mm;
	memory->has_exe = false;
	memory->hiwater_rss = 0;
	if (!mm)
		return;
	memory->hiwater_rss = get_mm_hiwater_rss(mm);
	memory->hiwater_vm = get_mm_hiwater_vm(mm);
	capture_exe(memory, mm);
}

/* @nsproxy: NULL when the task has left its namespaces */
static __always_inline void capture_namespaces(struct tsp_namespaces *ns,
					       const struct nsproxy *nsproxy)
{
	ns->mnt = nsproxy ? tsp_mnt_ns_inum(nsproxy) : 0;
	ns->net = nsproxy ? nsproxy->net_ns->ns.inum : 0;
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
 * @task: current, on its way through do_exit()
 * @last_thread: no other thread of its group is alive
 *
 * Neither sleeps nor allocates nor takes a lock.
 */
void tsp_capture_exit(struct tsp_capture *cap, struct task_struct *task, bool last_thread)
{
	cap->type = TSPOOL_FRAME_TASK;
	cap->exited = true;
	cap->unsummed = NULL;
	cap->cgroup = NULL;
	cap->pids.thread = NULL;
	cap->cpu = raw_smp_processor_id();
	cap->exit_code = task->exit_code;
	cap->last_thread = last_thread;
	capture_time(cap);
	tsp_usage_of_task(&cap->usage, task);
	capture_threads(cap, task->signal);
	capture_namespaces(&cap->ns, task->nsproxy);
	rcu_read_lock();
	capture_identity(cap, task);
	capture_memory(&cap->memory, task->mm);
	rcu_read_unlock();
}

/**
 * tsp_capture_group_exit() - copy the counters of a group whose last thread dies
 * @cap: filled whole
 * @task: current, the last thread
 * @last: what tsp_capture_exit() took of it a moment ago; may be @cap itself
 *
 * The group's memory map and namespaces are the last thread's; the leader may have left them. Where
 * the sum over the threads can't be had without waiting, @cap keeps a reference to the leader for
 * tsp_capture_sum().
 */
void tsp_capture_group_exit(struct tsp_capture *cap, struct task_struct *task,
			    const struct tsp_capture *last)
{
	struct task_struct *leader = task->group_leader;

	cap->type = TSPOOL_FRAME_PROCESS;
	cap->exited = true;
	cap->unsummed = NULL;
	cap->cgroup = NULL;
	cap->pids.thread = NULL;
	cap->time = last->time;
	cap->boot_time = last->boot_time;
	cap->cpu = last->cpu;
	cap->exit_code = group_exit_code(leader);
	cap->last_thread = true;
	cap->memory = last->memory;
	cap->ns = last->ns;
	/* Those that were not released then may be when the sum is made. */
	cap->threads = last->threads;
	cap->threads_ever = last->threads_ever;
	cap->threaded = last->threaded;
	identify(cap, leader);
	if (!tsp_usage_try_group(&cap->usage, leader))
		cap->unsummed = get_task_struct(leader);
}

/**
 * tsp_capture_hold() - keep what is asked for of a dying task beyond its numbers
 * @cap: of an exit, about to be queued; what it holds is to be put by whoever takes it off
 * @task: current
 * @scoped: somebody listens in a namespace that the task is in
 *
 * The cgroup, and for those in a namespace the pids as well. Neither sleeps nor takes a lock.
 */
void tsp_capture_hold(struct tsp_capture *cap, struct task_struct *task, bool scoped)
{
	bool group = cap->type == TSPOOL_FRAME_PROCESS;
	struct task_struct *holder = group ? task->group_leader : task;

	cap->cgroup = tsp_cgroup_get_dying(holder);
	if (scoped)
		tsp_pid_refs_get(&cap->pids, holder);
}

/**
 * tsp_capture_sum() - do what had to be put off in the dying task
 * @cap: of a queued record whose usage is still to be summed
 *
 * May sleep until TSP_EXIT_WAIT_NSECS after the exit: however many records wait, they do so at the
 * same time.
 */
void tsp_capture_sum(struct tsp_capture *cap)
{
	tsp_usage_of_group(&cap->usage, cap->unsummed, cap->boot_time + TSP_EXIT_WAIT_NSECS);
	put_task_struct(cap->unsummed);
	cap->unsummed = NULL;
}

static void capture_live_memory(struct tsp_capture *cap, struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);

	rcu_read_lock();
	capture_memory(&cap->memory, mm);
	rcu_read_unlock();
	if (mm)
		mmput(mm);
}

static void capture_live_namespaces(struct tsp_capture *cap, struct task_struct *task)
{
	/* The lock keeps its nsproxy from being exchanged and freed. */
	task_lock(task);
	capture_namespaces(&cap->ns, task->nsproxy);
	task_unlock(task);
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
	capture_time(cap);
	tsp_usage_of_task(&cap->usage, task);
	identify(cap, task);
	capture_threads(cap, task->signal);
	capture_live_memory(cap, task);
	capture_live_namespaces(cap, task);
}

/* A leader that ended before its threads has neither memory map nor namespaces any more. */
static struct task_struct *get_running_thread(struct task_struct *leader)
{
	struct task_struct *thread, *running = leader;

	rcu_read_lock();
	for_each_thread(leader, thread) {
		if (READ_ONCE(thread->flags) & PF_EXITING)
			continue;
		running = thread;
		break;
	}
	get_task_struct(running);
	rcu_read_unlock();
	return running;
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
	struct task_struct *running = get_running_thread(leader);

	memset(cap, 0, sizeof(*cap));
	cap->type = TSPOOL_FRAME_PROCESS;
	cap->cpu = task_cpu(running);
	tsp_usage_of_group(&cap->usage, leader, ktime_get_boottime_ns() + TSP_EXIT_WAIT_NSECS);
	capture_time(cap);
	identify(cap, leader);
	capture_threads(cap, leader->signal);
	capture_live_memory(cap, running);
	capture_live_namespaces(cap, running);
	put_task_struct(running);
}
