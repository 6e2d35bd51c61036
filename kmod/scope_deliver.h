/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Delivery to a listener in a pid namespace: a message of its own, in which all is told as its view
 * shows it.
 */
#ifndef TSP_SCOPE_DELIVER_H
#define TSP_SCOPE_DELIVER_H

struct tsp_batch;
struct tsp_listener;
struct tsp_queue;

void tsp_scope_deliver(struct tsp_queue *queue, struct tsp_listener *listener,
		       const struct tsp_batch *batch);

#endif /* TSP_SCOPE_DELIVER_H */
