/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CAPTURE_H
#define TSP_CAPTURE_H

#include <linux/sched.h>
#include <linux/types.h>
#include <linux/uidgid.h>

/* The counters that are added up over the threads of a group. */
struct tsp_usage {
	u64	run_time;
	u64	user_time;
	u64	system_time;
	u64	run_delay;
	u64	voluntary_switches;
	u64	involuntary_switches;
	u64	minor_faults;
	u64	major_faults;
	struct task_io_accounting io;
	bool	io_of_children;		/* io counts waited-for children as well */
};

/*
 * What is copied out of a task, raw: nothing is converted and nothing is looked up here that the
 * scheduler thread can do as well.
 */
struct tsp_capture {
	struct tsp_usage usage;
	u64	exit_time;		/* boot clock; 0: it lives */
	u64	start_time;		/* boot clock */
	u64	hiwater_rss;		/* pages; only with has_mm */
	u64	hiwater_vm;		/* pages; only with has_mm */
	u64	cgroup_id;
	struct task_struct *unsummed;	/* a reference to the leader: usage is still to be summed */
	u32	cpu;
	u32	pid;
	u32	tgid;
	u32	ppid;
	kuid_t	uid;
	kgid_t	gid;
	int	exit_code;
	u32	task_flags;		/* PF_* */
	u8	type;			/* enum tspool_frame_type */
	bool	has_mm;
	bool	last_thread;
	char	comm[TASK_COMM_LEN];
};

void tsp_capture_exit(struct tsp_capture *cap, struct task_struct *task, bool last_thread);
void tsp_capture_group_exit(struct tsp_capture *cap, struct task_struct *task,
			    const struct tsp_capture *last);
void tsp_capture_finish(struct tsp_capture *cap);
void tsp_capture_live(struct tsp_capture *cap, struct task_struct *task);
void tsp_capture_live_group(struct tsp_capture *cap, struct task_struct *leader);

#endif /* TSP_CAPTURE_H */
