/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_STATS_H
#define TSP_STATS_H

#include <linux/tspool.h>
#include <linux/types.h>

struct tsp_feed;
struct tsp_listener;

/* Of a scheduler block, or of all of them together. */
enum tsp_counter {
	TSP_CAPTURED,
	TSP_QUEUED,		/* now */
	TSP_DRAINED,
	TSP_IN_FLIGHT,		/* now */
	TSP_DELIVERED,
	TSP_WAKEUPS,
	TSP_NOMEM_RETRIES,
	TSP_COUNTERS
};

/* Counted since the module was loaded; by cause: index enum tspool_cause. */
struct tsp_sched_stats {
	u64	counter[TSP_COUNTERS];
	u64	dropped[TSPOOL_CAUSE_MAX + 1];
};

/* Of one CPT's records on the way to a listener, or of all of them. */
struct tsp_feed_stats {
	u64	captured;
	u64	delivered;
	u64	filtered;
	u64	messages;
	u64	backlog_records;	/* now */
	u64	backlog_bytes;		/* now */
	u64	dropped[TSPOOL_CAUSE_MAX + 1];
};

void tsp_stats_of_sched(struct tsp_sched_stats *stats, unsigned int cpt);
void tsp_stats_of_all(struct tsp_sched_stats *sum);
void tsp_stats_of_feed(struct tsp_feed_stats *stats, const struct tsp_feed *feed);
void tsp_stats_of_listener(struct tsp_feed_stats *sum, const struct tsp_listener *listener);

#endif /* TSP_STATS_H */
