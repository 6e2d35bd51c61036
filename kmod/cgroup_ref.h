/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * References to the cgroups of dying tasks. A record tells only a cgroup's id, from which nobody
 * finds the ancestors of one that is removed by the time of delivery. While some listener chooses
 * by cgroup, or where one sees only those of its namespace, a record therefore travels with a
 * reference, which keeps the way up.
 */
#ifndef TSP_CGROUP_REF_H
#define TSP_CGROUP_REF_H

#include <linux/compiler.h>
#include <linux/kconfig.h>
#include <linux/types.h>

struct cgroup;
struct task_struct;

extern unsigned int tsp_cgroup_wanted;

void tsp_cgroup_want(int change);
struct cgroup *tsp_cgroup_get_dying(struct task_struct *task);
struct cgroup *tsp_cgroup_get_live(struct task_struct *task);
struct cgroup *tsp_cgroup_get_root(void);
struct cgroup *tsp_cgroup_find(u64 id);
u64 tsp_cgroup_id(struct cgroup *cgroup);
void tsp_cgroup_put(struct cgroup *cgroup);
bool tsp_cgroup_is_below(struct cgroup *cgroup, struct cgroup *ancestor);

/* Whether anybody chooses by cgroup. */
static inline bool tsp_cgroup_is_wanted(void)
{
	return IS_ENABLED(CONFIG_CGROUPS) && READ_ONCE(tsp_cgroup_wanted);
}

#endif /* TSP_CGROUP_REF_H */
