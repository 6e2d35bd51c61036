/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scheduler blocks: one pool of threads a CPT, which drains the queues that it serves: its own
 * CPT's, and those of CPTs for which no thread could be started.
 *
 *	tsp_sched_kick(), tsp_sched_hurry()	the hook, preemption off; anybody else as well
 */
#ifndef TSP_SCHED_H
#define TSP_SCHED_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

#include "queue.h"

struct tsp_sched {
	struct tsp_queue	queue;		/* of its CPT */

	/* Who sleeps, who looks. Raw: the hook takes it with preemption off, also on RT. */
	raw_spinlock_t		lock ____cacheline_aligned_in_smp;
	int			awake;		/* threads that will look at the queues again */
	struct list_head	idle;		/* the others, the latest to sleep first */
	struct task_struct	*gatherer;	/* awake, but lets records gather */
	bool			retrying;	/* a sleeper will look for room in sockets */
	u64			wakeups;

	struct mutex		threads_lock;	/* load, growth, hotplug, unload */
	struct list_head	threads;
	unsigned int		thread_count;
	unsigned int		thread_max;

	struct list_head	queues;		/* the queues it serves; constant after init */
	unsigned int		cpt;
};

struct tsp_sched_thread {
	struct list_head	node;	/* in sched->threads */
	struct list_head	idle;	/* in sched->idle while it sleeps, else empty */
	struct task_struct	*task;
	struct tsp_sched	*sched;
	struct tsp_batch	*batch;	/* its scratch */
	bool			started;
};

extern struct tsp_sched *tsp_scheds;	/* one a CPT */

int tsp_sched_run_thread(void *arg);
void tsp_sched_wake(struct tsp_sched *sched);
void tsp_sched_hurry(struct tsp_sched *sched);

/**
 * tsp_sched_kick() - make sure that somebody looks at the queues
 * @sched: that serves them; the caller has put something there, with a full barrier after it
 */
static inline void tsp_sched_kick(struct tsp_sched *sched)
{
	/* Pairs with fall_asleep(): we see it asleep, or it sees what the caller has put there. */
	if (!READ_ONCE(sched->awake))
		tsp_sched_wake(sched);
}

#endif /* TSP_SCHED_H */
