/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_DUMP_H
#define TSP_DUMP_H

#include <linux/skbuff.h>

struct pid_namespace;

/*
 * Each puts one object's attributes, as they look from a pid namespace: 0, -ENOENT past the last
 * object, -EMSGSIZE.
 */
int tsp_dump_put_cpt(struct sk_buff *skb, unsigned int index, struct pid_namespace *viewer);
int tsp_dump_put_sched(struct sk_buff *skb, unsigned int index, struct pid_namespace *viewer);
int tsp_dump_put_listener(struct sk_buff *skb, unsigned int index, struct pid_namespace *viewer);
u32 tsp_dump_listener_bytes(void);
int tsp_dump_put_relay(struct sk_buff *skb, unsigned int index, struct pid_namespace *viewer);
int tsp_dump_put_stats(struct sk_buff *skb);

#endif /* TSP_DUMP_H */
