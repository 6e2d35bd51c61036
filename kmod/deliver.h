/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_DELIVER_H
#define TSP_DELIVER_H

struct tsp_batch;
struct tsp_queue;

void tsp_deliver_prepare(struct tsp_batch *batch);
bool tsp_deliver(struct tsp_queue *queue, const struct tsp_batch *batch);

#endif /* TSP_DELIVER_H */
