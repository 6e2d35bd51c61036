/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The backlog of a feed: messages for which the listener's socket had no room, in order. What was
 * dropped is kept where it is missing: before a message, or, in feed->pending, after the last one.
 *
 *	tsp_backlog_default() to tsp_backlog_reserved()	anybody
 *	all others	the thread whose turn it is for the feed's CPT; anybody once the listener
 *			has left the list and its SRCU readers are gone
 */
#ifndef TSP_BACKLOG_H
#define TSP_BACKLOG_H

#include <linux/list.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#include "loss.h"

struct tsp_feed;
struct tsp_listener;

/* What a message holds. */
struct tsp_contents {
	struct tsp_loss_range records;	/* the TASK and PROCESS frames */
	struct tsp_loss_range lost;	/* what the LOST frames tell of: all for want of a slot */
};

struct tsp_backlog_entry {
	struct list_head	node;		/* in feed->backlog */
	struct tsp_losses	before;		/* to be told of before the message */
	struct tsp_contents	contents;
	struct sk_buff		*skb;
	size_t			bytes;		/* that it counts */
};

u64 tsp_backlog_default(bool scoped);
u64 tsp_backlog_limit(bool scoped);
bool tsp_backlog_reserve(u64 bytes, bool scoped);
void tsp_backlog_release(u64 bytes, bool scoped);
u64 tsp_backlog_reserved(void);

struct tsp_backlog_entry *tsp_backlog_first(struct tsp_feed *feed);
bool tsp_backlog_make_room(struct tsp_listener *listener, struct tsp_feed *feed,
			   const struct sk_buff *skb);
void tsp_backlog_append(struct tsp_feed *feed, struct tsp_backlog_entry *entry, struct sk_buff *skb,
			const struct tsp_contents *contents);
void tsp_backlog_take_off(struct tsp_feed *feed, struct tsp_backlog_entry *entry);
void tsp_backlog_free(struct tsp_feed *feed);

#endif /* TSP_BACKLOG_H */
