// SPDX-License-Identifier: GPL-2.0-only
#include <net/netlink.h>

#include "taskstats_message.h"

/* The room that one record takes in a message. */
size_t tsp_taskstats_bytes(void)
{
	return nla_total_size(nla_total_size(sizeof(u32)) +
			      nla_total_size_64bit(sizeof(struct taskstats)));
}

/**
 * tsp_taskstats_put() - put a record without its contents into a message
 * @skb: has tsp_taskstats_bytes() of room
 * @type: TSPOOL_FRAME_TASK or TSPOOL_FRAME_PROCESS
 * @number: the pid or tgid
 *
 * The nest does not say that it is one, and nothing may ever stand between number and contents.
 *
 * Return: the contents, to be filled; NULL without room.
 */
struct taskstats *tsp_taskstats_put(struct sk_buff *skb, enum tspool_frame_type type, u32 number)
{
	bool task = type == TSPOOL_FRAME_TASK;
	struct nlattr *nest, *attr;
	int aggregate;

	aggregate = task ? TASKSTATS_TYPE_AGGR_PID : TASKSTATS_TYPE_AGGR_TGID;
	nest = nla_nest_start_noflag(skb, aggregate);
	if (!nest || nla_put_u32(skb, task ? TASKSTATS_TYPE_PID : TASKSTATS_TYPE_TGID, number))
		return NULL;
	attr = nla_reserve_64bit(skb, TASKSTATS_TYPE_STATS, sizeof(struct taskstats),
				 TASKSTATS_TYPE_NULL);
	if (!attr)
		return NULL;
	nla_nest_end(skb, nest);
	return nla_data(attr);
}
