// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the dumps tell, attribute by attribute.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/tspool.h>
#include <net/netlink.h>

#include "backlog.h"
#include "cpt.h"
#include "dump.h"
#include "exit_hook.h"
#include "listener.h"
#include "message_pages.h"
#include "params.h"
#include "relay.h"
#include "sched.h"
#include "scope.h"
#include "slot.h"
#include "stats.h"
#include "subscribe.h"

/* A list may be as long as the machine has CPUs: it is measured, then written in place. */
static int put_list(struct sk_buff *skb, int type, const unsigned long *bits, unsigned int count)
{
	char none;
	int length = snprintf(&none, sizeof(none), "%*pbl", count, bits);
	struct nlattr *attr = nla_reserve(skb, type, length + 1);

	if (!attr)
		return -EMSGSIZE;
	snprintf(nla_data(attr), length + 1, "%*pbl", count, bits);
	return 0;
}

static int put_dropped(struct sk_buff *skb, int type, int pad, const u64 *dropped)
{
	struct nlattr *nest = nla_nest_start(skb, type);
	int cause;

	if (!nest)
		return -EMSGSIZE;
	for (cause = TSPOOL_CAUSE_UNSPEC + 1; cause <= TSPOOL_CAUSE_MAX; cause++)
		if (dropped[cause] && nla_put_u64_64bit(skb, cause, dropped[cause], pad))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_distances(struct sk_buff *skb, unsigned int cpt)
{
	struct nlattr *attr;
	unsigned int other;
	u32 *distance;

	attr = nla_reserve(skb, TSPOOL_CPT_A_DISTANCES, tsp_cpts.count * sizeof(u32));
	if (!attr)
		return -EMSGSIZE;
	distance = nla_data(attr);
	for (other = 0; other < tsp_cpts.count; other++)
		distance[other] = tsp_cpt_distance(cpt, other);
	return 0;
}

int tsp_dump_put_cpt(struct sk_buff *skb, unsigned int index, struct pid_namespace *viewer)
{
	const struct tsp_cpt *cpt = &tsp_cpts.cpt[index];

	if (index >= tsp_cpts.count)
		return -ENOENT;
	if (nla_put_u32(skb, TSPOOL_CPT_A_ID, index) ||
	    put_list(skb, TSPOOL_CPT_A_CPUS, cpumask_bits(cpt->cpus), nr_cpu_ids) ||
	    put_list(skb, TSPOOL_CPT_A_NODES, cpt->nodes.bits, MAX_NUMNODES) ||
	    nla_put_u32(skb, TSPOOL_CPT_A_WEIGHT, cpt->weight) || put_distances(skb, index))
		return -EMSGSIZE;
	return 0;
}

/* By which attributes the counters of a block are told, and by which their sums. */
struct counter_attrs {
	u8	counter[TSP_COUNTERS];
	u8	dropped;
	u8	pad;
};

static const struct counter_attrs sched_attrs = {
	.counter = {
		[TSP_CAPTURED] = TSPOOL_SCHED_A_CAPTURED,
		[TSP_QUEUED] = TSPOOL_SCHED_A_QUEUED,
		[TSP_DRAINED] = TSPOOL_SCHED_A_DRAINED,
		[TSP_IN_FLIGHT] = TSPOOL_SCHED_A_IN_FLIGHT,
		[TSP_DELIVERED] = TSPOOL_SCHED_A_DELIVERED,
		[TSP_WAKEUPS] = TSPOOL_SCHED_A_WAKEUPS,
		[TSP_NOMEM_RETRIES] = TSPOOL_SCHED_A_NOMEM_RETRIES,
	},
	.dropped = TSPOOL_SCHED_A_DROPPED,
	.pad = TSPOOL_SCHED_A_PAD,
};

static const struct counter_attrs stats_attrs = {
	.counter = {
		[TSP_CAPTURED] = TSPOOL_STATS_A_CAPTURED,
		[TSP_QUEUED] = TSPOOL_STATS_A_QUEUED,
		[TSP_DRAINED] = TSPOOL_STATS_A_DRAINED,
		[TSP_IN_FLIGHT] = TSPOOL_STATS_A_IN_FLIGHT,
		[TSP_DELIVERED] = TSPOOL_STATS_A_DELIVERED,
		[TSP_WAKEUPS] = TSPOOL_STATS_A_WAKEUPS,
		[TSP_NOMEM_RETRIES] = TSPOOL_STATS_A_NOMEM_RETRIES,
	},
	.dropped = TSPOOL_STATS_A_DROPPED,
	.pad = TSPOOL_STATS_A_PAD,
};

static int put_counters(struct sk_buff *skb, const struct counter_attrs *attrs,
			const struct tsp_sched_stats *stats)
{
	unsigned int i;

	for (i = 0; i < TSP_COUNTERS; i++)
		if (nla_put_u64_64bit(skb, attrs->counter[i], stats->counter[i], attrs->pad))
			return -EMSGSIZE;
	return put_dropped(skb, attrs->dropped, attrs->pad, stats->dropped);
}

static int put_latency(struct sk_buff *skb, const struct tsp_latency *latency)
{
	struct nlattr *attr = nla_reserve(skb, TSPOOL_SCHED_A_LATENCY, sizeof(latency->count));
	unsigned int i;

	if (!attr)
		return -EMSGSIZE;
	/* Attributes are aligned to 4 bytes only. */
	for (i = 0; i < TSPOOL_LATENCY_BUCKETS; i++) {
		u64 count = READ_ONCE(latency->count[i]);

		memcpy(nla_data(attr) + i * sizeof(count), &count, sizeof(count));
	}
	return 0;
}

int tsp_dump_put_sched(struct sk_buff *skb, unsigned int index, struct pid_namespace *viewer)
{
	const struct tsp_sched *sched = &tsp_scheds[index];
	const struct tsp_queue *queue = &sched->queue;
	struct tsp_sched_stats stats;

	if (index >= tsp_cpts.count)
		return -ENOENT;
	tsp_stats_of_sched(&stats, index);
	if (nla_put_u32(skb, TSPOOL_SCHED_A_CPT, index) ||
	    nla_put_u32(skb, TSPOOL_SCHED_A_SERVED_BY, queue->served_by->cpt) ||
	    nla_put_u32(skb, TSPOOL_SCHED_A_THREADS, READ_ONCE(sched->thread_count)) ||
	    nla_put_u32(skb, TSPOOL_SCHED_A_THREADS_MAX, sched->thread_max) ||
	    nla_put_u32(skb, TSPOOL_SCHED_A_LISTENERS, tsp_listeners_of(index)) ||
	    put_counters(skb, &sched_attrs, &stats) ||
	    nla_put_u64_64bit(skb, TSPOOL_SCHED_A_QUEUED_MAX, READ_ONCE(queue->queued_max),
			      TSPOOL_SCHED_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_SCHED_A_IN_FLIGHT_MAX, READ_ONCE(queue->in_flight_max),
			      TSPOOL_SCHED_A_PAD) ||
	    put_latency(skb, &queue->latency))
		return -EMSGSIZE;
	return 0;
}

static int put_feed(struct sk_buff *skb, const struct tsp_feed *feed, unsigned int cpt)
{
	struct tsp_feed_stats stats;
	struct nlattr *nest;

	tsp_stats_of_feed(&stats, feed);
	nest = nla_nest_start(skb, TSPOOL_LISTENER_A_FEED);
	if (!nest || nla_put_u32(skb, TSPOOL_FEED_A_CPT, cpt) ||
	    nla_put_u64_64bit(skb, TSPOOL_FEED_A_CAPTURED, stats.captured, TSPOOL_FEED_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_FEED_A_DELIVERED, stats.delivered, TSPOOL_FEED_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_FEED_A_MESSAGES, stats.messages, TSPOOL_FEED_A_PAD) ||
	    put_dropped(skb, TSPOOL_FEED_A_DROPPED, TSPOOL_FEED_A_PAD, stats.dropped) ||
	    nla_put_u64_64bit(skb, TSPOOL_FEED_A_BACKLOG_RECORDS, stats.backlog_records,
			      TSPOOL_FEED_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_FEED_A_BACKLOG_BYTES, stats.backlog_bytes,
			      TSPOOL_FEED_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_FEED_A_BACKLOG_BYTES_MAX,
			      READ_ONCE(feed->backlog_bytes_max), TSPOOL_FEED_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_FEED_A_FILTERED, stats.filtered, TSPOOL_FEED_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* A listener in taskstats' dialect may want no more what it once got. */
static int put_feeds(struct sk_buff *skb, const struct tsp_listener *listener)
{
	unsigned int cpt;

	for (cpt = 0; cpt < tsp_cpts.count; cpt++) {
		const struct tsp_feed *feed = &listener->feed[cpt];

		if ((tsp_listener_wants(listener, cpt) || READ_ONCE(feed->captured)) &&
		    put_feed(skb, feed, cpt))
			return -EMSGSIZE;
	}
	return 0;
}

/* Of its process. */
static u32 pid_of(const struct tsp_listener *listener, struct pid_namespace *viewer)
{
	return viewer == &init_pid_ns ? listener->pid :
					pid_nr_ns(listener->scope->subscriber, viewer);
}

static int put_listener(struct sk_buff *skb, const struct tsp_listener *listener,
			struct pid_namespace *viewer)
{
	struct tsp_feed_stats stats;

	tsp_stats_of_listener(&stats, listener);
	if (nla_put_u32(skb, TSPOOL_LISTENER_A_PORTID, listener->portid) ||
	    nla_put_u32(skb, TSPOOL_LISTENER_A_NETNS, listener->netns) ||
	    nla_put_u32(skb, TSPOOL_LISTENER_A_PID, pid_of(listener, viewer)) ||
	    nla_put_string(skb, TSPOOL_LISTENER_A_COMM, listener->comm) ||
	    put_list(skb, TSPOOL_LISTENER_A_CPUS, cpumask_bits(listener->cpus), nr_cpu_ids) ||
	    nla_put_u64_64bit(skb, TSPOOL_LISTENER_A_DELIVERED, stats.delivered,
			      TSPOOL_LISTENER_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_LISTENER_A_MESSAGES, stats.messages,
			      TSPOOL_LISTENER_A_PAD) ||
	    put_dropped(skb, TSPOOL_LISTENER_A_DROPPED, TSPOOL_LISTENER_A_PAD, stats.dropped) ||
	    nla_put_u64_64bit(skb, TSPOOL_LISTENER_A_BACKLOG_LIMIT, listener->backlog_limit,
			      TSPOOL_LISTENER_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_LISTENER_A_FILTERED, stats.filtered,
			      TSPOOL_LISTENER_A_PAD) ||
	    put_feeds(skb, listener))
		return -EMSGSIZE;
	return 0;
}

/* How long the message of a listener may get. */
u32 tsp_dump_listener_bytes(void)
{
	size_t number = nla_total_size_64bit(sizeof(u64));
	size_t feed = nla_total_size(TSPOOL_FEED_A_MAX * number +
				     nla_total_size(TSPOOL_CAUSE_MAX * number));
	/* Each other CPU, a number of 5 digits and a comma. */
	size_t cpus = 3 * nr_cpu_ids;

	return NLMSG_GOODSIZE + cpus + tsp_cpts.count * feed;
}

static bool is_seen_from(const struct tsp_listener *listener, struct pid_namespace *viewer)
{
	return viewer == &init_pid_ns ||
	       (listener->scope && tsp_scope_is_seen_from(listener->scope, viewer));
}

int tsp_dump_put_listener(struct sk_buff *skb, unsigned int index, struct pid_namespace *viewer)
{
	struct tsp_listener *listener;

	lockdep_assert_held(&tsp_listeners_lock);
	list_for_each_entry(listener, &tsp_listeners, node)
		if (is_seen_from(listener, viewer) && !index--)
			return put_listener(skb, listener, viewer);
	return -ENOENT;
}

int tsp_dump_put_stats(struct sk_buff *skb)
{
	struct tsp_sched_stats stats;
	u64 slots = tsp_slots_count();

	tsp_stats_of_all(&stats);
	if (nla_put_string(skb, TSPOOL_STATS_A_VERSION, THIS_MODULE->version) ||
	    nla_put_string(skb, TSPOOL_STATS_A_HOOK, TSP_EXIT_HOOK_NAME) ||
	    nla_put_u32(skb, TSPOOL_STATS_A_HOOK_ARMED, tsp_exits_are_caught()) ||
	    nla_put_u32(skb, TSPOOL_STATS_A_CPTS, tsp_cpts.count) ||
	    nla_put_u32(skb, TSPOOL_STATS_A_LISTENERS, tsp_listeners_of(TSP_CPT_ANY)) ||
	    nla_put_u64_64bit(skb, TSPOOL_STATS_A_SLOTS, slots, TSPOOL_STATS_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_STATS_A_SLOT_BYTES, slots * sizeof(struct tsp_slot),
			      TSPOOL_STATS_A_PAD) ||
	    put_counters(skb, &stats_attrs, &stats) ||
	    nla_put_u64_64bit(skb, TSPOOL_STATS_A_BACKLOG_RESERVED, tsp_backlog_reserved(),
			      TSPOOL_STATS_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_STATS_A_BACKLOG_LIMIT, tsp_backlog_limit(false),
			      TSPOOL_STATS_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_STATS_A_MESSAGE_BYTES, tsp_message_bytes(),
			      TSPOOL_STATS_A_PAD))
		return -EMSGSIZE;
	return 0;
}

int tsp_dump_put_relay(struct sk_buff *skb, unsigned int index, struct pid_namespace *viewer)
{
	struct tsp_relay_status status;
	int err = tsp_relay_get_status(index, &status);

	if (err)
		return err;
	if (nla_put_u32(skb, TSPOOL_RELAY_A_CPT, index) ||
	    nla_put_u32(skb, TSPOOL_RELAY_A_MODE, status.setup.mode) ||
	    nla_put_u32(skb, TSPOOL_RELAY_A_SUBBUF_SIZE, status.setup.subbuf_size) ||
	    nla_put_u32(skb, TSPOOL_RELAY_A_N_SUBBUFS, status.setup.n_subbufs) ||
	    nla_put_u32(skb, TSPOOL_RELAY_A_READER, status.reader) ||
	    nla_put_u64_64bit(skb, TSPOOL_RELAY_A_WRITTEN, status.written, TSPOOL_RELAY_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_RELAY_A_OVERWRITTEN, status.overwritten,
			      TSPOOL_RELAY_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_RELAY_A_PRODUCED, status.produced, TSPOOL_RELAY_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_RELAY_A_CONSUMED, status.consumed, TSPOOL_RELAY_A_PAD) ||
	    put_dropped(skb, TSPOOL_RELAY_A_DROPPED, TSPOOL_RELAY_A_PAD, status.dropped))
		return -EMSGSIZE;
	return 0;
}
