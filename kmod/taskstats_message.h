/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The layout of taskstats' messages, on which its clients rely to the byte.
 */
#ifndef TSP_TASKSTATS_MESSAGE_H
#define TSP_TASKSTATS_MESSAGE_H

#include <linux/skbuff.h>
#include <linux/taskstats.h>
#include <linux/tspool.h>

size_t tsp_taskstats_bytes(void);
struct taskstats *tsp_taskstats_put(struct sk_buff *skb, enum tspool_frame_type type, u32 number);

#endif /* TSP_TASKSTATS_MESSAGE_H */
