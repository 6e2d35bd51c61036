/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of full messages, kept by the thread that makes them and used again once all sockets have
 * let go of it: to allocate and to clear it costs more than to fill it.
 */
#ifndef TSP_MESSAGE_PAGES_H
#define TSP_MESSAGE_PAGES_H

#include <linux/skbuff.h>

/* All of a message, struct skb_shared_info included. */
#define TSP_MESSAGE_SIZE	16384

/* So many messages are under way when a reader comes every 10 ms, at 100,000 exits a second. */
#define TSP_MESSAGE_PAGES	32

/* While a thread has nothing to do. */
#define TSP_MESSAGE_PAGES_IDLE	4

struct page;

/* Only its thread touches it. */
struct tsp_message_pages {
	struct page *kept[TSP_MESSAGE_PAGES];	/* compound ones, a reference to each */
	unsigned int count;
	unsigned int oldest;	/* that is given up when all are in use */
};

struct sk_buff *tsp_message_alloc(struct tsp_message_pages *pages);
void tsp_message_pages_trim(struct tsp_message_pages *pages);
void tsp_message_pages_free(struct tsp_message_pages *pages);
u64 tsp_message_bytes(void);

#endif /* TSP_MESSAGE_PAGES_H */
