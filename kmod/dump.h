/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_DUMP_H
#define TSP_DUMP_H

#include <linux/skbuff.h>

/* Each puts one object's attributes: 0, -ENOENT past the last object, -EMSGSIZE. */
int tsp_dump_put_cpt(struct sk_buff *skb, unsigned int index);
int tsp_dump_put_sched(struct sk_buff *skb, unsigned int index);
int tsp_dump_put_listener(struct sk_buff *skb, unsigned int index);
int tsp_dump_put_stats(struct sk_buff *skb);

#endif /* TSP_DUMP_H */
