/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_TASKSTATS_FILL_H
#define TSP_TASKSTATS_FILL_H

#include <linux/taskstats.h>
#include <linux/time64.h>
#include <linux/tspool.h>

void tsp_taskstats_fill(struct taskstats *stats, const struct tspool_record *record, time64_t now);

#endif /* TSP_TASKSTATS_FILL_H */
