/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_TASKSTATS_DELIVER_H
#define TSP_TASKSTATS_DELIVER_H

struct tsp_batch;
struct tsp_queue;

bool tsp_taskstats_deliver(struct tsp_queue *queue, const struct tsp_batch *batch);

#endif /* TSP_TASKSTATS_DELIVER_H */
