// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the dumps tell, attribute by attribute.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/tspool.h>
#include <net/netlink.h>

#include "cpt.h"
#include "dump.h"
#include "exit_hook.h"
#include "listener.h"
#include "params.h"
#include "sched.h"
#include "slot.h"
#include "stats.h"

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

int tsp_dump_put_cpt(struct sk_buff *skb, unsigned int index)
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

int tsp_dump_put_sched(struct sk_buff *skb, unsigned int index)
{
	const struct tsp_sched *sched = &tsp_scheds[index];
	struct tsp_sched_stats stats;

	if (index >= tsp_cpts.count)
		return -ENOENT;
	tsp_stats_of_sched(&stats, index);
	if (nla_put_u32(skb, TSPOOL_SCHED_A_CPT, index) ||
	    nla_put_u32(skb, TSPOOL_SCHED_A_SERVED_BY, sched->queue.served_by->cpt) ||
	    nla_put_u32(skb, TSPOOL_SCHED_A_THREADS, READ_ONCE(sched->thread_count)) ||
	    nla_put_u32(skb, TSPOOL_SCHED_A_THREADS_MAX, sched->thread_max) ||
	    nla_put_u32(skb, TSPOOL_SCHED_A_LISTENERS, tsp_listeners_of(index)) ||
	    nla_put_u64_64bit(skb, TSPOOL_SCHED_A_QUEUED, stats.queued, TSPOOL_SCHED_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_SCHED_A_CAPTURED, stats.captured, TSPOOL_SCHED_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_SCHED_A_DRAINED, stats.drained, TSPOOL_SCHED_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_SCHED_A_WAKEUPS, stats.wakeups, TSPOOL_SCHED_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_SCHED_A_NOMEM_RETRIES, stats.nomem_retries,
			      TSPOOL_SCHED_A_PAD) ||
	    put_dropped(skb, TSPOOL_SCHED_A_DROPPED, TSPOOL_SCHED_A_PAD, stats.dropped))
		return -EMSGSIZE;
	return 0;
}

static int put_listener(struct sk_buff *skb, const struct tsp_listener *listener)
{
	struct tsp_listener_stats stats;

	tsp_stats_of_listener(&stats, listener);
	if (nla_put_u32(skb, TSPOOL_LISTENER_A_PORTID, listener->portid) ||
	    nla_put_u32(skb, TSPOOL_LISTENER_A_NETNS, listener->netns) ||
	    nla_put_u32(skb, TSPOOL_LISTENER_A_PID, listener->pid) ||
	    nla_put_string(skb, TSPOOL_LISTENER_A_COMM, listener->comm) ||
	    put_list(skb, TSPOOL_LISTENER_A_CPUS, cpumask_bits(listener->cpus), nr_cpu_ids) ||
	    nla_put_u64_64bit(skb, TSPOOL_LISTENER_A_DELIVERED, stats.delivered,
			      TSPOOL_LISTENER_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_LISTENER_A_MESSAGES, stats.messages,
			      TSPOOL_LISTENER_A_PAD) ||
	    put_dropped(skb, TSPOOL_LISTENER_A_DROPPED, TSPOOL_LISTENER_A_PAD, stats.dropped))
		return -EMSGSIZE;
	return 0;
}

int tsp_dump_put_listener(struct sk_buff *skb, unsigned int index)
{
	struct tsp_listener *listener;

	lockdep_assert_held(&tsp_listeners_lock);
	list_for_each_entry(listener, &tsp_listeners, node)
		if (!index--)
			return put_listener(skb, listener);
	return -ENOENT;
}

int tsp_dump_put_stats(struct sk_buff *skb)
{
	struct tsp_sched_stats stats;
	u64 slots = tsp_slots_count();

	tsp_stats_of_all(&stats);
	if (nla_put_string(skb, TSPOOL_STATS_A_VERSION, THIS_MODULE->version) ||
	    nla_put_string(skb, TSPOOL_STATS_A_HOOK, TSP_EXIT_HOOK_SYMBOL) ||
	    nla_put_u32(skb, TSPOOL_STATS_A_HOOK_ARMED, tsp_exit_hook_is_armed()) ||
	    nla_put_u32(skb, TSPOOL_STATS_A_CPTS, tsp_cpts.count) ||
	    nla_put_u32(skb, TSPOOL_STATS_A_LISTENERS, tsp_listeners_of(TSP_CPT_ANY)) ||
	    nla_put_u64_64bit(skb, TSPOOL_STATS_A_SLOTS, slots, TSPOOL_STATS_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_STATS_A_SLOT_BYTES, slots * sizeof(struct tsp_slot),
			      TSPOOL_STATS_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_STATS_A_CAPTURED, stats.captured, TSPOOL_STATS_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_STATS_A_QUEUED, stats.queued, TSPOOL_STATS_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_STATS_A_DRAINED, stats.drained, TSPOOL_STATS_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_STATS_A_WAKEUPS, stats.wakeups, TSPOOL_STATS_A_PAD) ||
	    nla_put_u64_64bit(skb, TSPOOL_STATS_A_NOMEM_RETRIES, stats.nomem_retries,
			      TSPOOL_STATS_A_PAD) ||
	    put_dropped(skb, TSPOOL_STATS_A_DROPPED, TSPOOL_STATS_A_PAD, stats.dropped))
		return -EMSGSIZE;
	return 0;
}
