// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cgroup.h>
#include <linux/err.h>
#include <linux/nsproxy.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "cgroup_ref.h"

#ifdef CONFIG_CGROUPS

/* Listeners that choose by cgroup; changed under tsp_listeners_lock, read by the hook. */
unsigned int tsp_cgroup_wanted __read_mostly;

void tsp_cgroup_want(int change)
{
	WRITE_ONCE(tsp_cgroup_wanted, tsp_cgroup_wanted + change);
}

/**
 * tsp_cgroup_get_dying() - hold a dying task's cgroup in the unified hierarchy
 * @task: exiting, or the leader of a group that is; not released yet
 *
 * Neither sleeps nor takes a lock.
 *
 * Return: the cgroup, to be put; NULL on a kernel without cgroups.
 */
struct cgroup *tsp_cgroup_get_dying(struct task_struct *task)
{
	struct cgroup *cgroup;

	/* An exiting task is moved no more: the reference that it has itself stays until later. */
	rcu_read_lock();
	cgroup = task_dfl_cgroup(task);
	cgroup_get(cgroup);
	rcu_read_unlock();
	return cgroup;
}

/**
 * tsp_cgroup_get_live() - hold the cgroup of a task that may be moved, or end
 * @task: held by the caller
 *
 * Return: the cgroup, to be put; NULL if it is just being left.
 */
struct cgroup *tsp_cgroup_get_live(struct task_struct *task)
{
	struct cgroup *cgroup;

	rcu_read_lock();
	cgroup = task_dfl_cgroup(task);
	if (!cgroup_tryget(cgroup))
		cgroup = NULL;
	rcu_read_unlock();
	return cgroup;
}

/* The root of the caller's cgroup namespace, to be put. */
struct cgroup *tsp_cgroup_get_root(void)
{
	struct cgroup *cgroup = current->nsproxy->cgroup_ns->root_cset->dfl_cgrp;

	cgroup_get(cgroup);
	return cgroup;
}

/**
 * tsp_cgroup_find() - hold a cgroup of the unified hierarchy
 * @id: of it
 *
 * Return: the cgroup, to be put. -ENOENT: there is none, or the caller's cgroup namespace hides it.
 */
struct cgroup *tsp_cgroup_find(u64 id)
{
	return cgroup_get_from_id(id);
}

u64 tsp_cgroup_id(struct cgroup *cgroup)
{
	return cgroup_id(cgroup);
}

/* @cgroup: may be NULL */
void tsp_cgroup_put(struct cgroup *cgroup)
{
	if (cgroup)
		cgroup_put(cgroup);
}

/* Whether @cgroup, which may be removed, is @ancestor or below it. */
bool tsp_cgroup_is_below(struct cgroup *cgroup, struct cgroup *ancestor)
{
	return cgroup_is_descendant(cgroup, ancestor);
}

#else

void tsp_cgroup_want(int change)
{
}

struct cgroup *tsp_cgroup_get_dying(struct task_struct *task)
{
	return NULL;
}

struct cgroup *tsp_cgroup_get_live(struct task_struct *task)
{
	return NULL;
}

struct cgroup *tsp_cgroup_get_root(void)
{
	return NULL;
}

struct cgroup *tsp_cgroup_find(u64 id)
{
	return ERR_PTR(-EOPNOTSUPP);
}

u64 tsp_cgroup_id(struct cgroup *cgroup)
{
	return 0;
}

void tsp_cgroup_put(struct cgroup *cgroup)
{
}

bool tsp_cgroup_is_below(struct cgroup *cgroup, struct cgroup *ancestor)
{
	return false;
}

#endif
