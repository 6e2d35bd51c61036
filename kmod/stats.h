/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_STATS_H
#define TSP_STATS_H

#include <linux/tspool.h>
#include <linux/types.h>

struct tsp_listener;

/* Counted since the module was loaded; by cause: index enum tspool_cause. */
struct tsp_sched_stats {
	u64	queued;
	u64	captured;
	u64	drained;
	u64	wakeups;
	u64	nomem_retries;
	u64	dropped[TSPOOL_CAUSE_MAX + 1];
};

struct tsp_listener_stats {
	u64	delivered;
	u64	messages;
	u64	dropped[TSPOOL_CAUSE_MAX + 1];
};

void tsp_stats_of_sched(struct tsp_sched_stats *stats, unsigned int cpt);
void tsp_stats_of_all(struct tsp_sched_stats *sum);
void tsp_stats_of_listener(struct tsp_listener_stats *sum, const struct tsp_listener *listener);

#endif /* TSP_STATS_H */
