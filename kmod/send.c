// SPDX-License-Identifier: GPL-2.0-only
#include <linux/skbuff.h>
#include <linux/slab.h>

#include "backlog.h"
#include "cpt.h"
#include "listener.h"
#include "netlink.h"
#include "queue.h"
#include "send.h"

/* As tsp_queue_await_memory(). What the readers have yet to read may be the memory. */
bool tsp_send_await_memory(struct tsp_queue *queue)
{
	tsp_listeners_announce();
	return tsp_queue_await_memory(queue);
}

/**
 * tsp_send_alloc() - make an event message, waiting for memory as long as that makes sense
 * @queue: whose turn it is
 * @bytes: of its frames
 * @frames: set to where they go
 */
struct sk_buff *tsp_send_alloc(struct tsp_queue *queue, size_t bytes, void **frames)
{
	struct sk_buff *skb;

	do {
		skb = tsp_netlink_alloc_event(bytes, frames);
	} while (!skb && tsp_send_await_memory(queue));
	return skb;
}

static struct sk_buff *clone(struct tsp_queue *queue, struct sk_buff *skb)
{
	struct sk_buff *copy;

	do {
		copy = skb_clone(skb, TSP_GFP_DELIVERY);
	} while (!copy && tsp_send_await_memory(queue));
	return copy;
}

/* To one of those who share the message. */
static int send_shared(struct tsp_queue *queue, struct tsp_listener *listener, struct sk_buff *skb)
{
	struct sk_buff *copy;
	int err;

	if (!tsp_listener_has_room(listener, skb)) {
		tsp_listener_announce(listener);
		return -EAGAIN;
	}
	copy = clone(queue, skb);
	if (!copy)
		return -ENOMEM;
	err = tsp_listener_queue(listener, copy);
	if (err)
		kfree_skb(copy);
	return err;
}

/* Tell of losses, if there are any, and forget them. */
static int send_losses(struct tsp_queue *queue, struct tsp_listener *listener,
		       struct tsp_losses *losses)
{
	struct tsp_feed *feed = &listener->feed[queue->cpt];
	size_t bytes = tsp_losses_bytes(losses);
	struct sk_buff *skb;
	void *frames;
	int err;

	if (!bytes)
		return 0;
	skb = tsp_send_alloc(queue, bytes, &frames);
	if (!skb)
		return -ENOMEM;
	tsp_losses_encode(losses, queue->cpt, frames);
	err = tsp_listener_queue(listener, skb);
	if (err) {
		kfree_skb(skb);
		return err;
	}
	memset(losses, 0, sizeof(*losses));
	tsp_feed_count_message(feed);
	return 0;
}

static int send_first(struct tsp_queue *queue, struct tsp_listener *listener,
		      struct tsp_backlog_entry *entry)
{
	struct tsp_feed *feed = &listener->feed[queue->cpt];
	int err;

	err = send_losses(queue, listener, &entry->before);
	if (!err)
		err = tsp_listener_queue(listener, entry->skb);
	if (err)
		return err;
	tsp_backlog_take_off(feed, entry);
	tsp_feed_deliver(feed, &entry->contents);
	kfree(entry);
	return 0;
}

/**
 * tsp_send_waiting() - give a listener what waits for it
 * @queue: whose turn the caller has
 * @listener: for whom it waits
 *
 * Return: 0 if nothing waits any more; else as tsp_listener_queue().
 */
int tsp_send_waiting(struct tsp_queue *queue, struct tsp_listener *listener)
{
	struct tsp_feed *feed = &listener->feed[queue->cpt];
	struct tsp_backlog_entry *entry;
	int err;

	if (!feed->unsettled)
		return 0;
	while ((entry = tsp_backlog_first(feed))) {
		err = send_first(queue, listener, entry);
		if (err)
			return err;
	}
	err = send_losses(queue, listener, &feed->pending);
	if (!err)
		feed->unsettled = false;
	return err;
}

static void drop(struct tsp_listener *listener, struct tsp_feed *feed, enum tspool_cause cause,
		 const struct tsp_contents *contents)
{
	if (listener->dialect == TSP_DIALECT_TASKSTATS) {
		tsp_feed_count_drop(feed, cause, contents->records.count);
		tsp_listener_overrun(listener);
		return;
	}
	tsp_feed_drop(feed, &feed->pending, cause, contents);
	feed->unsettled = true;
}

static struct tsp_backlog_entry *alloc_entry(struct tsp_queue *queue)
{
	struct tsp_backlog_entry *entry;

	do {
		entry = kmalloc(sizeof(*entry), TSP_GFP_DELIVERY);
	} while (!entry && tsp_send_await_memory(queue));
	return entry;
}

/* Put it into the backlog. -EAGAIN: that is full; -ENOMEM. */
static int keep(struct tsp_queue *queue, struct tsp_listener *listener, struct sk_buff *skb,
		const struct tsp_contents *contents)
{
	struct tsp_feed *feed = &listener->feed[queue->cpt];
	struct tsp_backlog_entry *entry;
	struct sk_buff *copy;

	if (!tsp_backlog_make_room(listener, feed, skb))
		return -EAGAIN;
	entry = alloc_entry(queue);
	if (!entry)
		return -ENOMEM;
	copy = clone(queue, skb);
	if (!copy)
		goto err_free_entry;
	tsp_backlog_append(feed, entry, copy, contents);
	feed->unsettled = true;
	return 0;

err_free_entry:
	kfree(entry);
	return -ENOMEM;
}

/**
 * tsp_send() - give a message to a listener, behind what waits for it already
 * @queue: whose turn the caller has
 * @listener: one that wants it
 * @skb: the message, which stays the caller's; NULL: there was no memory for it
 * @contents: of the message
 */
void tsp_send(struct tsp_queue *queue, struct tsp_listener *listener, struct sk_buff *skb,
	      const struct tsp_contents *contents)
{
	struct tsp_feed *feed = &listener->feed[queue->cpt];
	int err = -ENOMEM;

	tsp_feed_count_drop(feed, TSPOOL_CAUSE_NO_SLOT, contents->lost.count);
	if (skb)
		err = tsp_send_waiting(queue, listener);
	if (skb && !err)
		err = send_shared(queue, listener, skb);
	if (!err) {
		tsp_feed_deliver(feed, contents);
		return;
	}
	if (err == -EAGAIN)
		err = keep(queue, listener, skb, contents);
	if (err)
		drop(listener, feed,
		     err == -ENOMEM ? TSPOOL_CAUSE_NO_MEMORY : TSPOOL_CAUSE_BACKLOG_FULL, contents);
}

/* Without memory for it the losses are told of last. */
static void send_losses_at_last(struct tsp_listener *listener, unsigned int cpt,
				struct tsp_losses *losses, struct tsp_losses *told_last)
{
	size_t bytes = tsp_losses_bytes(losses);
	struct sk_buff *skb;
	void *frames;

	if (!bytes)
		return;
	skb = tsp_netlink_alloc_event(bytes, &frames);
	if (!skb) {
		tsp_losses_add(told_last, losses);
		return;
	}
	tsp_losses_encode(losses, cpt, frames);
	tsp_listener_force(listener, skb);
	tsp_feed_count_message(&listener->feed[cpt]);
}

/* Beyond the socket's limit; but not for one in a pid namespace, who could go on so for ever. */
static int send_at_last(struct tsp_listener *listener, struct sk_buff *skb)
{
	if (!listener->scope) {
		tsp_listener_force(listener, skb);
		return 0;
	}
	if (tsp_listener_queue(listener, skb))
		return -EAGAIN;
	tsp_listener_announce(listener);
	return 0;
}

static void drop_rest_of(struct tsp_feed *feed, struct tsp_losses *told_last)
{
	struct tsp_backlog_entry *entry;

	while ((entry = tsp_backlog_first(feed))) {
		tsp_losses_add(told_last, &entry->before);
		tsp_backlog_take_off(feed, entry);
		tsp_feed_drop(feed, told_last, TSPOOL_CAUSE_BACKLOG_FULL, &entry->contents);
		kfree_skb(entry->skb);
		kfree(entry);
	}
}

static void send_rest_of(struct tsp_listener *listener, unsigned int cpt)
{
	struct tsp_feed *feed = &listener->feed[cpt];
	struct tsp_losses told_last = {};
	struct tsp_backlog_entry *entry;

	while ((entry = tsp_backlog_first(feed))) {
		send_losses_at_last(listener, cpt, &entry->before, &told_last);
		memset(&entry->before, 0, sizeof(entry->before));
		if (send_at_last(listener, entry->skb))
			break;
		tsp_backlog_take_off(feed, entry);
		tsp_feed_deliver(feed, &entry->contents);
		kfree(entry);
	}
	drop_rest_of(feed, &told_last);
	tsp_losses_add(&told_last, &feed->pending);
	feed->pending = told_last;
}

/**
 * tsp_send_rest() - empty the backlog of a listener that ends into its socket, beyond its limit
 * @listener: nobody delivers to it any more
 *
 * So that it gets all there is, it need not read while it unsubscribes: what was the module's
 * memory becomes the socket's. For one in a pid namespace the limit stays, and what has no room is
 * left in its feeds as lost.
 */
void tsp_send_rest(struct tsp_listener *listener)
{
	unsigned int cpt;

	for (cpt = 0; cpt < tsp_cpts.count; cpt++)
		send_rest_of(listener, cpt);
}
