/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CAPTURE_H
#define TSP_CAPTURE_H

#include <linux/sched.h>
#include <linux/types.h>
#include <linux/uidgid.h>

#include "pid_refs.h"
#include "usage.h"

struct cgroup;

/* What its memory map tells of a task. */
struct tsp_memory {
	u64	hiwater_rss;		/* pages */
	u64	hiwater_vm;		/* pages */
	u64	exe_inode;
	dev_t	exe_dev;
	bool	has_mm;
	bool	has_exe;
};

/* Inode numbers; 0: unknown, or it has left it. */
struct tsp_namespaces {
	u32	pid;
	u32	mnt;
	u32	net;
};

struct tsp_credentials {
	kuid_t	uid;
	kuid_t	euid;
	kgid_t	gid;
	kgid_t	egid;
	kuid_t	login_uid;
	u32	audit_session;
};

/*
 * What is copied out of a task, raw: nothing is converted and nothing is looked up here that the
 * scheduler thread can do as well.
 */
struct tsp_capture {
	struct tsp_usage usage;
	struct tsp_memory memory;
	u64	time;			/* of the capture, monotonic clock */
	u64	boot_time;		/* the same on the boot clock */
	u64	start_time;		/* monotonic clock */
	u64	start_boot_time;
	u64	group_start_time;	/* monotonic clock */
	u64	max_rss;		/* pages, of what the process executed before */
	u64	cgroup_id;
	struct task_struct *unsummed;	/* a reference to the leader: usage is still to be summed */
	struct cgroup *cgroup;		/* held; NULL where nobody asks for it */
	struct tsp_pid_refs pids;	/* held, if at all */
	/* From here to comm as they follow each other in a record. */
	u32	cpu;
	u32	pid;
	u32	tgid;
	u32	ppid;
	u32	pgid;
	u32	sid;
	u32	ns_pid;
	u32	ns_tgid;
	struct tsp_namespaces ns;
	struct tsp_credentials cred;
	int	exit_code;
	u32	task_flags;		/* PF_* */
	u32	policy;
	u32	threads;		/* not yet released */
	u32	threads_ever;		/* 0: not known */
	int	nice;
	int	oom_score_adj;
	char	comm[TASK_COMM_LEN];
	u8	type;			/* enum tspool_frame_type */
	bool	exited;
	bool	last_thread;
	bool	threaded;		/* its process had another thread beside it */
};

void tsp_capture_exit(struct tsp_capture *cap, struct task_struct *task, bool last_thread);
void tsp_capture_group_exit(struct tsp_capture *cap, struct task_struct *task,
			    const struct tsp_capture *last);
void tsp_capture_hold(struct tsp_capture *cap, struct task_struct *task, bool scoped);
void tsp_capture_sum(struct tsp_capture *cap);
u64 tsp_boot_to_wall(void);
void tsp_capture_live(struct tsp_capture *cap, struct task_struct *task);
void tsp_capture_live_group(struct tsp_capture *cap, struct task_struct *leader);

#endif /* TSP_CAPTURE_H */
