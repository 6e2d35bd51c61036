/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_SUBSCRIBE_H
#define TSP_SUBSCRIBE_H

#include <linux/cpumask.h>
#include <linux/netlink.h>
#include <net/sock.h>

struct tsp_listener;
struct tsp_listener_wish;

int tsp_subscribe(struct sock *sk, u32 portid, const struct tsp_listener_wish *wish,
		  struct netlink_ext_ack *extack);
int tsp_register(struct sock *sk, u32 portid, const struct cpumask *cpus,
		 struct netlink_ext_ack *extack);
int tsp_deregister(const struct sock *sk, const struct cpumask *cpus);
struct tsp_listener *tsp_unsubscribe(const struct sock *sk, struct netlink_ext_ack *extack);
int tsp_capture_for_relay(struct netlink_ext_ack *extack);
int tsp_capture_for_relay_end(void);
bool tsp_exits_are_caught(void);
void tsp_subscriber_closed(const struct net *net, u32 portid);
void tsp_subscribe_exit(void);

#endif /* TSP_SUBSCRIBE_H */
