// SPDX-License-Identifier: GPL-2.0-only
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "pid_refs.h"

/**
 * tsp_pid_refs_get() - hold the pids of a task
 * @pids: filled whole; none is held if the task is released
 * @task: current, or held by the caller
 *
 * Neither sleeps nor takes a lock.
 */
void tsp_pid_refs_get(struct tsp_pid_refs *pids, struct task_struct *task)
{
	/* A pid that is found in here is not freed in here, whoever lets go of it. */
	rcu_read_lock();
	pids->thread = get_pid(task_pid(task));
	if (pids->thread) {
		pids->process = get_pid(task_tgid(task));
		pids->parent = get_pid(task_tgid(rcu_dereference(task->real_parent)));
		pids->group = get_pid(task_pgrp(task));
		pids->session = get_pid(task_session(task));
	}
	rcu_read_unlock();
}

/* Nothing happens if none is held. */
void tsp_pid_refs_put(struct tsp_pid_refs *pids)
{
	if (!pids->thread)
		return;
	put_pid(pids->session);
	put_pid(pids->group);
	put_pid(pids->parent);
	put_pid(pids->process);
	put_pid(pids->thread);
	pids->thread = NULL;
}
