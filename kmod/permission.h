/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who may ask for what. Whoever is in a pid namespace may ask for its tasks, with CAP_NET_ADMIN
 * over the user namespace that it belongs to; for the machine, only who is in the initial one.
 *
 *	all of them: a request, in its sender's context
 */
#ifndef TSP_PERMISSION_H
#define TSP_PERMISSION_H

#include <linux/netlink.h>
#include <linux/skbuff.h>

int tsp_permit_own(const struct sk_buff *skb, struct netlink_ext_ack *extack);
int tsp_permit_machine(const struct sk_buff *skb, struct netlink_ext_ack *extack);

#endif /* TSP_PERMISSION_H */
