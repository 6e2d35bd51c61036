/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records of tasks that may still run, for those who ask for one.
 */
#ifndef TSP_LIVE_H
#define TSP_LIVE_H

#include <linux/tspool.h>
#include <linux/types.h>

struct task_struct;

struct task_struct *tsp_live_record(struct tspool_record *record, enum tspool_frame_type type,
				    u32 number);
bool tsp_live_translate(struct tspool_record *record, struct task_struct *task);

#endif /* TSP_LIVE_H */
