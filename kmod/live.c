// SPDX-License-Identifier: GPL-2.0-only
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "capture.h"
#include "cgroup_ref.h"
#include "cpt.h"
#include "encode.h"
#include "live.h"
#include "pid_refs.h"
#include "view.h"

/* In the caller's pid namespace, as all pids of a request are. The caller puts the reference. */
static struct task_struct *find_task(u32 number)
{
	struct pid *pid = find_get_pid(number);
	struct task_struct *task = get_pid_task(pid, PIDTYPE_PID);

	put_pid(pid);
	return task;
}

static struct task_struct *find_leader(u32 number)
{
	struct task_struct *task = find_task(number);
	struct task_struct *leader;

	if (!task)
		return NULL;
	/* The leader is released last: while this thread is not, its pointer is good. */
	rcu_read_lock();
	leader = pid_alive(task) ? get_task_struct(task->group_leader) : NULL;
	rcu_read_unlock();
	put_task_struct(task);
	return leader;
}

static void capture(struct tsp_capture *cap, enum tspool_frame_type type, struct task_struct *task)
{
	if (type == TSPOOL_FRAME_TASK)
		tsp_capture_live(cap, task);
	else
		tsp_capture_live_group(cap, task);
}

/**
 * tsp_live_record() - make the record of a task, or of a group, that may still run
 * @record: TSP_RECORD_BYTES of it are written
 * @type: TSPOOL_FRAME_TASK: of one thread; TSPOOL_FRAME_PROCESS: of its whole group
 * @number: the thread's pid in the caller's pid namespace
 *
 * May sleep. It has no sequence number, exit time or exit code.
 *
 * Return: the thread, or the group's leader, to be put by the caller; NULL: no such task.
 */
struct task_struct *tsp_live_record(struct tspool_record *record, enum tspool_frame_type type,
				    u32 number)
{
	struct tsp_encode_context context;
	struct task_struct *task;
	struct tsp_capture cap;

	task = type == TSPOOL_FRAME_TASK ? find_task(number) : find_leader(number);
	if (!task)
		return NULL;
	capture(&cap, type, task);
	/* Released meanwhile, it may have been captured in part only. */
	if (!pid_alive(task)) {
		put_task_struct(task);
		return NULL;
	}
	context.boot_to_wall = tsp_boot_to_wall();
	context.cpt = tsp_cpt_of_cpu(cap.cpu);
	tsp_encode_record(record, &cap, TSP_NO_SEQ, &context);
	return task;
}

/**
 * tsp_live_translate() - make what the caller sees of a record, in its pid namespace
 * @record: of tsp_live_record()
 * @task: what that returned
 *
 * In the initial one that is all of it.
 *
 * Return: false if the task has ended meanwhile.
 */
bool tsp_live_translate(struct tspool_record *record, struct task_struct *task)
{
	struct tsp_pid_refs pids;
	struct cgroup *cgroup;
	struct tsp_view view;
	bool shown;

	if (!tsp_view_is_needed())
		return true;
	tsp_view_get(&view);
	tsp_pid_refs_get(&pids, task);
	cgroup = tsp_cgroup_get_live(task);
	shown = tsp_view_shows(&view, &pids);
	if (shown)
		tsp_view_translate(&view, record, &pids, cgroup);
	tsp_cgroup_put(cgroup);
	tsp_pid_refs_put(&pids);
	tsp_view_put(&view);
	return shown;
}
