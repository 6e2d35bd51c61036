// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) "tspool: " fmt

#include <linux/log2.h>
#include <linux/printk.h>
#include <linux/rculist.h>
#include <linux/sched.h>

#include "batch.h"
#include "deliver.h"
#include "encode.h"
#include "listener.h"
#include "netlink.h"
#include "params.h"
#include "queue.h"

/* The part of a batch that some listeners want: built once, shared by all with the same CPUs. */
struct message {
	u32		group;		/* of those listeners; 0: not built yet */
	size_t		bytes;		/* of the frames */
	struct tsp_loss_range records;	/* the TASK and PROCESS frames */
	struct tsp_loss_range lost;	/* what the LOST frames tell of */
	struct sk_buff	*skb;		/* NULL: nothing wanted, or no memory */
};

/*
 * Without memory a batch stays where it is, in order, until there is some again: the thread waits
 * in its turn, and those behind it wait for theirs. Only unloading the module ends that.
 */
static bool wait_for_memory(struct tsp_queue *queue)
{
	u64 retries = queue->nomem_retries + 1;

	WRITE_ONCE(queue->nomem_retries, retries);
	if (is_power_of_2(retries))
		pr_warn("no memory to deliver the records of CPT %u, put off %llu time%s\n",
			queue->cpt, retries, retries == 1 ? "" : "s");
	if (READ_ONCE(queue->stopping))
		return false;
	schedule_timeout_idle(msecs_to_jiffies(tsp_params.nomem_retry_ms));
	return true;
}

static struct sk_buff *alloc_event(struct tsp_queue *queue, size_t bytes, void **frames)
{
	struct sk_buff *skb;

	do {
		skb = tsp_netlink_alloc_event(bytes, frames);
	} while (!skb && wait_for_memory(queue));
	return skb;
}

static int queue_to(struct tsp_queue *queue, struct tsp_listener *listener, struct sk_buff *skb)
{
	int err;

	do {
		err = tsp_listener_queue(listener, skb);
	} while (err == -ENOMEM && wait_for_memory(queue));
	return err;
}

static bool wants_frame(const struct tsp_listener *listener, const struct tsp_batch *batch,
			unsigned int index)
{
	return listener->feed[batch->cpt].interest == TSP_WANTS_ALL ||
	       cpumask_test_cpu(batch->cpu[index], listener->cpus);
}

static void tally(struct message *message, const struct tspool_frame *frame)
{
	const struct tspool_record *record = (const void *)frame;
	const struct tspool_lost *lost = (const void *)frame;

	message->bytes += frame->size;
	if (frame->type == TSPOOL_FRAME_LOST)
		tsp_loss_add(&message->lost, lost->count, lost->first_seq, lost->last_seq);
	else
		tsp_loss_add(&message->records, 1, record->seq, record->seq);
}

static void select_frames(struct message *message, const struct tsp_listener *listener,
			  const struct tsp_batch *batch)
{
	const struct tspool_frame *frame = (const void *)batch->frames;
	unsigned int i;

	for (i = 0; i < batch->frame_count; i++) {
		if (wants_frame(listener, batch, i))
			tally(message, frame);
		frame = (const void *)frame + frame->size;
	}
}

static void copy_frames(void *to, const struct tsp_listener *listener,
			const struct tsp_batch *batch)
{
	const struct tspool_frame *frame = (const void *)batch->frames;
	unsigned int i;

	for (i = 0; i < batch->frame_count; i++) {
		if (wants_frame(listener, batch, i)) {
			memcpy(to, frame, frame->size);
			to += frame->size;
		}
		frame = (const void *)frame + frame->size;
	}
}

static void build_message(struct message *message, const struct tsp_listener *listener,
			  struct tsp_queue *queue, const struct tsp_batch *batch)
{
	void *frames;

	consume_skb(message->skb);
	*message = (struct message){ .group = listener->group };
	select_frames(message, listener, batch);
	if (!message->bytes)
		return;

	message->skb = alloc_event(queue, message->bytes, &frames);
	if (!message->skb)
		return;
	if (message->bytes == batch->bytes)
		memcpy(frames, batch->frames, batch->bytes);
	else
		copy_frames(frames, listener, batch);
}

/* Tell of earlier losses first. 0: it knows all; else as tsp_listener_queue(). */
static int settle(struct tsp_queue *queue, struct tsp_listener *listener)
{
	struct tsp_feed *feed = &listener->feed[queue->cpt];
	struct sk_buff *skb;
	void *frames;
	int err;

	if (!feed->unsettled)
		return 0;

	skb = alloc_event(queue, tsp_feed_pending_bytes(feed), &frames);
	if (!skb)
		return -ENOMEM;
	tsp_feed_put_pending(feed, queue->cpt, frames);
	err = queue_to(queue, listener, skb);
	consume_skb(skb);
	if (!err)
		tsp_feed_settle(feed);
	return err;
}

static void drop(struct tsp_feed *feed, const struct message *message, enum tspool_cause cause)
{
	tsp_feed_drop(feed, cause, &message->records);
	tsp_feed_drop(feed, TSPOOL_CAUSE_NO_SLOT, &message->lost);
}

static void deliver_to(struct tsp_listener *listener, struct message *message,
		       struct tsp_queue *queue, const struct tsp_batch *batch)
{
	struct tsp_feed *feed = &listener->feed[queue->cpt];
	int err;

	if (message->group != listener->group)
		build_message(message, listener, queue, batch);
	if (!message->bytes) {
		settle(queue, listener);
		return;
	}
	if (!message->skb) {
		drop(feed, message, TSPOOL_CAUSE_NO_MEMORY);
		return;
	}
	err = settle(queue, listener);
	if (!err)
		err = queue_to(queue, listener, message->skb);
	if (err) {
		drop(feed, message,
		     err == -ENOMEM ? TSPOOL_CAUSE_NO_MEMORY : TSPOOL_CAUSE_SOCKET_FULL);
		return;
	}
	tsp_feed_deliver(feed, message->records.count, message->lost.count);
}

/**
 * tsp_deliver() - give a batch to every listener that wants some of it
 * @queue: from which it was taken; it is the batch's turn
 * @batch: encoded
 *
 * Sleeps while there is no memory.
 */
void tsp_deliver(struct tsp_queue *queue, const struct tsp_batch *batch)
{
	struct message message = {};
	struct tsp_listener *listener;
	bool unsettled = false;
	int idx;

	idx = srcu_read_lock(&tsp_listeners_srcu);
	list_for_each_entry_srcu(listener, &tsp_listeners, node,
				 srcu_read_lock_held(&tsp_listeners_srcu)) {
		if (listener->feed[queue->cpt].interest == TSP_WANTS_NOTHING)
			continue;
		deliver_to(listener, &message, queue, batch);
		unsettled |= listener->feed[queue->cpt].unsettled;
	}
	srcu_read_unlock(&tsp_listeners_srcu, idx);

	consume_skb(message.skb);
	WRITE_ONCE(queue->unsettled, unsettled);
}
