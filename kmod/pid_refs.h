/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * References to the pids of a task. By the time of delivery the task is gone, and its numbers in
 * other pid namespaces than the initial one with it. What exits where somebody listens in a
 * namespace therefore travels with its pids.
 *
 *	tsp_pid_refs_get()	any context
 *	tsp_pid_refs_put()	may sleep
 */
#ifndef TSP_PID_REFS_H
#define TSP_PID_REFS_H

struct pid;
struct task_struct;

struct tsp_pid_refs {
	struct pid *thread;	/* NULL: none is held, and the others are not set */
	struct pid *process;
	struct pid *parent;	/* its process; NULL as it exits itself */
	struct pid *group;
	struct pid *session;
};

void tsp_pid_refs_get(struct tsp_pid_refs *pids, struct task_struct *task);
void tsp_pid_refs_put(struct tsp_pid_refs *pids);

#endif /* TSP_PID_REFS_H */
