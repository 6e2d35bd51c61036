/* SPDX-License-Identifier: GPL-2.0-only */
/* Relay on request: by netlink, and at load. */
#ifndef TSP_RELAY_REQUEST_H
#define TSP_RELAY_REQUEST_H

#include <linux/tspool.h>
#include <net/genetlink.h>

extern const struct nla_policy tsp_relay_policy[TSPOOL_RELAY_A_N_SUBBUFS + 1];

int tsp_relay_prepare_at_load(void);
int tsp_relay_set(struct genl_info *info);

#endif /* TSP_RELAY_REQUEST_H */
