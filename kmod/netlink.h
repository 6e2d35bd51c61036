/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_NETLINK_H
#define TSP_NETLINK_H

#include <linux/skbuff.h>
#include <net/genetlink.h>

struct tsp_listener;
struct tsp_message_pages;

extern struct genl_family tsp_family;

int tsp_netlink_init(void);
void tsp_netlink_exit(void);
void tsp_netlink_forget_sockets(void);
struct sk_buff *tsp_netlink_alloc_event(size_t bytes, void **frames);
struct sk_buff *tsp_netlink_reuse_event(struct tsp_message_pages *pages, size_t bytes,
					void **frames);
struct sk_buff *tsp_netlink_alloc_farewell(const struct tsp_listener *listener);

#endif /* TSP_NETLINK_H */
