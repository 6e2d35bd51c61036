// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters, read without a lock while they move: exact at any quiet moment.
 */
#include <linux/string.h>

#include "cpt.h"
#include "exit_hook.h"
#include "listener.h"
#include "sched.h"
#include "stats.h"

void tsp_stats_of_sched(struct tsp_sched_stats *stats, unsigned int cpt)
{
	const struct tsp_sched *sched = &tsp_scheds[cpt];
	const struct tsp_queue *queue = &sched->queue;
	int queued = atomic_read(&queue->queued);
	u64 *counter = stats->counter;

	memset(stats, 0, sizeof(*stats));
	tsp_queue_counts(queue, &counter[TSP_CAPTURED], &stats->dropped[TSPOOL_CAUSE_NO_SLOT]);
	/* A record is counted after it is linked in, and may be taken off in between. */
	counter[TSP_QUEUED] = max(queued, 0);
	counter[TSP_DELIVERED] = READ_ONCE(queue->delivered);
	counter[TSP_DRAINED] = READ_ONCE(queue->drained);
	/* They move while they are read. */
	counter[TSP_IN_FLIGHT] = max(counter[TSP_DRAINED], counter[TSP_DELIVERED]) -
				 counter[TSP_DELIVERED];
	counter[TSP_WAKEUPS] = READ_ONCE(sched->wakeups);
	counter[TSP_NOMEM_RETRIES] = READ_ONCE(queue->nomem_retries);
}

/* What happened before any listener was looked at. */
void tsp_stats_of_all(struct tsp_sched_stats *sum)
{
	struct tsp_sched_stats stats;
	unsigned int cpt, i;

	memset(sum, 0, sizeof(*sum));
	for (cpt = 0; cpt < tsp_cpts.count; cpt++) {
		tsp_stats_of_sched(&stats, cpt);
		for (i = 0; i < TSP_COUNTERS; i++)
			sum->counter[i] += stats.counter[i];
		sum->dropped[TSPOOL_CAUSE_NO_SLOT] += stats.dropped[TSPOOL_CAUSE_NO_SLOT];
	}
	sum->dropped[TSPOOL_CAUSE_HOOK_MISSED] = tsp_exit_hook_missed();
}

void tsp_stats_of_feed(struct tsp_feed_stats *stats, const struct tsp_feed *feed)
{
	unsigned int cause;

	stats->captured = READ_ONCE(feed->captured);
	stats->delivered = READ_ONCE(feed->delivered);
	stats->filtered = READ_ONCE(feed->filtered);
	stats->messages = READ_ONCE(feed->messages);
	stats->backlog_records = READ_ONCE(feed->backlog_records);
	stats->backlog_bytes = READ_ONCE(feed->backlog_bytes);
	for (cause = 0; cause <= TSPOOL_CAUSE_MAX; cause++)
		stats->dropped[cause] = READ_ONCE(feed->dropped[cause]);
}

void tsp_stats_of_listener(struct tsp_feed_stats *sum, const struct tsp_listener *listener)
{
	struct tsp_feed_stats stats;
	unsigned int cpt, cause;

	memset(sum, 0, sizeof(*sum));
	for (cpt = 0; cpt < tsp_cpts.count; cpt++) {
		tsp_stats_of_feed(&stats, &listener->feed[cpt]);
		sum->captured += stats.captured;
		sum->delivered += stats.delivered;
		sum->filtered += stats.filtered;
		sum->messages += stats.messages;
		sum->backlog_records += stats.backlog_records;
		sum->backlog_bytes += stats.backlog_bytes;
		for (cause = 0; cause <= TSPOOL_CAUSE_MAX; cause++)
			sum->dropped[cause] += stats.dropped[cause];
	}
}
