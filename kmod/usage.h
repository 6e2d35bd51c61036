/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a task, or a whole group of tasks, has used: the counters that are added up over threads.
 *
 *	tsp_thread_was_released()	any context
 *	tsp_thread_has_exited()		any context
 *	tsp_usage_of_task()		any context
 *	tsp_usage_try_group()		any context; gives up rather than wait
 *	tsp_usage_of_group()		may sleep
 */
#ifndef TSP_USAGE_H
#define TSP_USAGE_H

#include <linux/sched.h>
#include <linux/time64.h>
#include <linux/types.h>

#include "delay_kinds.h"

#define TSP_DELAY_KIND(name)	TSP_DELAY_##name
enum tsp_delay_kind { TSP_EACH_DELAY(TSP_DELAY_KIND), TSP_DELAYS };

struct tsp_delay {
	u64	time;
	u64	count;
};

/* What the kernel itself adds up in signal_struct, for threads released. */
struct tsp_counters {
	u64	run_time;
	u64	user_time;
	u64	system_time;
	u64	voluntary_switches;
	u64	involuntary_switches;
	u64	minor_faults;
	u64	major_faults;
	struct task_io_accounting io;
	bool	io_of_children;		/* io counts waited-for children as well */
};

/* What it adds up in signal_struct's taskstats, for threads that are past taskstats_exit(). */
struct tsp_waits {
	struct tsp_delay run;		/* for a CPU */
	struct tsp_delay delay[TSP_DELAYS];
	bool	known;			/* run */
	bool	delays_known;		/* delay: accounted from the task's start on */
};

/* What it forgets with each thread. */
struct tsp_integrals {
	u64	rss;			/* pages times nanoseconds / 1024 */
	u64	vm;
	bool	known;
};

/*
 * How long, after an exit, its record may wait for other threads of the group that are on their way
 * through theirs. They may be somebody's who makes them stay there.
 */
#define TSP_EXIT_WAIT_NSECS	(200 * NSEC_PER_MSEC)

struct tsp_usage {
	struct tsp_counters counters;
	struct tsp_waits waits;
	struct tsp_integrals integrals;
};

bool tsp_thread_was_released(const struct signal_struct *signal);
bool tsp_thread_has_exited(const struct signal_struct *signal);
void tsp_usage_of_task(struct tsp_usage *usage, const struct task_struct *task);
bool tsp_usage_try_group(struct tsp_usage *sum, struct task_struct *leader);
void tsp_usage_of_group(struct tsp_usage *sum, struct task_struct *leader, u64 deadline);

#endif /* TSP_USAGE_H */
