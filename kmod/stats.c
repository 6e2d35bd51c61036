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

	memset(stats, 0, sizeof(*stats));
	tsp_queue_counts(queue, &stats->captured, &stats->dropped[TSPOOL_CAUSE_NO_SLOT]);
	/* A record is counted after it is linked in, and may be taken off in between. */
	stats->queued = max(queued, 0);
	stats->drained = READ_ONCE(queue->drained);
	stats->wakeups = READ_ONCE(sched->wakeups);
	stats->nomem_retries = READ_ONCE(queue->nomem_retries);
}

/* What happened before any listener was looked at. */
void tsp_stats_of_all(struct tsp_sched_stats *sum)
{
	struct tsp_sched_stats stats;
	unsigned int cpt;

	memset(sum, 0, sizeof(*sum));
	for (cpt = 0; cpt < tsp_cpts.count; cpt++) {
		tsp_stats_of_sched(&stats, cpt);
		sum->queued += stats.queued;
		sum->captured += stats.captured;
		sum->drained += stats.drained;
		sum->wakeups += stats.wakeups;
		sum->nomem_retries += stats.nomem_retries;
		sum->dropped[TSPOOL_CAUSE_NO_SLOT] += stats.dropped[TSPOOL_CAUSE_NO_SLOT];
	}
	sum->dropped[TSPOOL_CAUSE_HOOK_MISSED] = tsp_exit_hook_missed();
}

void tsp_stats_of_listener(struct tsp_listener_stats *sum, const struct tsp_listener *listener)
{
	unsigned int cpt, cause;

	memset(sum, 0, sizeof(*sum));
	for (cpt = 0; cpt < tsp_cpts.count; cpt++) {
		const struct tsp_feed *feed = &listener->feed[cpt];

		sum->delivered += READ_ONCE(feed->delivered);
		sum->messages += READ_ONCE(feed->messages);
		for (cause = 0; cause <= TSPOOL_CAUSE_MAX; cause++)
			sum->dropped[cause] += READ_ONCE(feed->dropped[cause]);
	}
}
