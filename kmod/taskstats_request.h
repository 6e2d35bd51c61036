/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_TASKSTATS_REQUEST_H
#define TSP_TASKSTATS_REQUEST_H

#include <linux/taskstats.h>
#include <net/genetlink.h>

extern const struct nla_policy tsp_taskstats_policy[TASKSTATS_CMD_ATTR_MAX + 1];

int tsp_taskstats_get_doit(struct sk_buff *skb, struct genl_info *info);

#endif /* TSP_TASKSTATS_REQUEST_H */
