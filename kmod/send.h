/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One message to one listener: into its socket, or into its backlog, or counted as dropped.
 *
 *	tsp_send(), tsp_send_waiting()	the thread whose turn it is; they sleep while there is no
 *					memory
 *	tsp_send_rest()			anybody, once the listener has left the list and its SRCU
 *					readers are gone; may sleep
 */
#ifndef TSP_SEND_H
#define TSP_SEND_H

struct sk_buff;
struct tsp_contents;
struct tsp_listener;
struct tsp_queue;

void tsp_send(struct tsp_queue *queue, struct tsp_listener *listener, struct sk_buff *skb,
	      const struct tsp_contents *contents);
int tsp_send_waiting(struct tsp_queue *queue, struct tsp_listener *listener);
void tsp_send_rest(struct tsp_listener *listener);
bool tsp_send_await_memory(struct tsp_queue *queue);
struct sk_buff *tsp_send_alloc(struct tsp_queue *queue, size_t bytes, void **frames);

#endif /* TSP_SEND_H */
