/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scopes: what a listener in a pid namespace listens to, which is not all the machine: the tasks
 * that are seen there, for good that of its subscriber, wherever its socket goes. Each listener has
 * sequence numbers of its own, so that none of them tells how many others exit.
 *
 *	tsp_scopes_want(), tsp_scopes_lose()	the hook
 *	tsp_scope_link(), tsp_scope_unlink(), tsp_scopes_are_full()	under tsp_listeners_lock
 *	tsp_scope_number(), tsp_scope_take_losses()	the thread whose turn it is
 */
#ifndef TSP_SCOPE_H
#define TSP_SCOPE_H

#include <linux/cpumask.h>
#include <linux/list.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "view.h"

struct pid_namespace;

/* Its share of one CPU. */
struct tsp_scope_cpu {
	bool	wanted;		/* constant */
	u64	dropped;	/* records that found no slot; the hook's */
	u64	told;		/* of dropped; of whoever has the turn */
};

struct tsp_scope {
	struct list_head node;		/* in the hook's list */
	struct rcu_head rcu;
	struct tsp_view view;
	struct pid *subscriber;		/* held */
	struct tsp_scope_cpu __percpu *cpu;
	u64	next_seq[];		/* one a CPT; of whoever has the turn */
};

extern struct list_head tsp_scopes;

struct tsp_scope *tsp_scope_alloc(const struct cpumask *cpus);
void tsp_scope_free(struct tsp_scope *scope);
void tsp_scope_link(struct tsp_scope *scope);
void tsp_scope_unlink(struct tsp_scope *scope);
bool tsp_scopes_are_full(void);
bool tsp_scopes_have(struct pid *pid);
void tsp_scopes_lose(struct task_struct *task, unsigned int count);
u64 tsp_scope_take_losses(struct tsp_scope *scope, unsigned int cpu);
u64 tsp_scope_number(struct tsp_scope *scope, unsigned int cpt, u64 count);
bool tsp_scope_is_seen_from(const struct tsp_scope *scope, const struct pid_namespace *viewer);

/* Most tasks are in no namespace but the initial one, which is at level 0. */
static inline bool tsp_scopes_may_have(const struct pid *pid)
{
	return !list_empty(&tsp_scopes) && pid->level;
}

/**
 * tsp_scopes_want() - whether anybody in a pid namespace listens to a dying task there
 * @task: current, preemption off
 */
static inline bool tsp_scopes_want(struct task_struct *task)
{
	struct pid *pid = task_pid(task);

	return tsp_scopes_may_have(pid) && tsp_scopes_have(pid);
}

#endif /* TSP_SCOPE_H */
