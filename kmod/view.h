/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the machine looks to those in a pid namespace other than the initial one: they see its tasks,
 * and those of the namespaces below it, by its numbers, and nothing else.
 *
 *	tsp_view_get()		a process, of itself
 *	all others		any context
 */
#ifndef TSP_VIEW_H
#define TSP_VIEW_H

#include <linux/tspool.h>
#include <linux/types.h>

struct cgroup;
struct pid_namespace;
struct tsp_pid_refs;

struct tsp_view {
	struct pid_namespace *pid_ns;	/* held; its user namespace is that of the view */
	struct cgroup *cgroup;		/* held: the root of the cgroup namespace */
};

bool tsp_view_is_needed(void);
void tsp_view_get(struct tsp_view *view);
void tsp_view_put(struct tsp_view *view);
bool tsp_view_shows(const struct tsp_view *view, const struct tsp_pid_refs *pids);
void tsp_view_translate(const struct tsp_view *view, struct tspool_record *record,
			const struct tsp_pid_refs *pids, struct cgroup *cgroup);

#endif /* TSP_VIEW_H */
