/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_SUBSCRIBE_REQUEST_H
#define TSP_SUBSCRIBE_REQUEST_H

#include <linux/tspool.h>
#include <net/genetlink.h>

extern const struct nla_policy tsp_subscribe_policy[TSPOOL_A_FILTER + 1];

int tsp_subscribe_doit(struct sk_buff *skb, struct genl_info *info);

#endif /* TSP_SUBSCRIBE_REQUEST_H */
