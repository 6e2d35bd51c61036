// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bitmap.h>
#include <linux/rculist.h>

#include "batch.h"
#include "deliver.h"
#include "filter.h"
#include "listener.h"
#include "netlink.h"
#include "queue.h"
#include "scope_deliver.h"
#include "send.h"

/* The part of a batch that some listeners want: built once, shared by all that want the same. */
struct message {
	u32		group;		/* of those listeners; 0: not built yet */
	DECLARE_BITMAP(wanted, TSP_BATCH_FRAMES);	/* the frames of the batch that are in it */
	u64		captured;	/* records of the CPUs wanted, those without a slot too */
	u64		filtered;	/* those of them that are not in it */
	size_t		bytes;		/* of the frames */
	struct tsp_contents contents;
	struct sk_buff	*skb;		/* NULL: nothing wanted, or no memory */
};

/* Whether a listener gets each batch of a CPT as it is. */
static bool wants_all(const struct tsp_listener *listener, unsigned int cpt)
{
	return READ_ONCE(listener->feed[cpt].interest) == TSP_WANTS_ALL && !listener->filter;
}

static bool wants_cpu_of(const struct tsp_listener *listener, const struct tsp_batch *batch,
			 unsigned int index)
{
	return listener->feed[batch->cpt].interest == TSP_WANTS_ALL ||
	       cpumask_test_cpu(batch->cpu[index], listener->cpus);
}

static u64 records_in(const struct tspool_frame *frame)
{
	const struct tspool_lost *lost = (const void *)frame;

	return frame->type == TSPOOL_FRAME_LOST ? lost->count : 1;
}

/* What was lost is told of as it is: nobody knows what it would have been. */
static bool passes_filter(const struct tsp_listener *listener, const struct tsp_batch *batch,
			  unsigned int index, const struct tspool_frame *frame)
{
	return frame->type == TSPOOL_FRAME_LOST ||
	       tsp_filter_accepts(listener->filter, (const void *)frame, batch->cgroup[index]);
}

static void tally(struct message *message, const struct tspool_frame *frame)
{
	const struct tspool_record *record = (const void *)frame;

	message->bytes += frame->size;
	if (frame->type == TSPOOL_FRAME_LOST)
		tsp_loss_add_frame(&message->contents.lost, (const void *)frame);
	else
		tsp_loss_add_record(&message->contents.records, record->seq);
}

static void select_frames(struct message *message, const struct tsp_listener *listener,
			  const struct tsp_batch *batch)
{
	const struct tspool_frame *frame = (const void *)batch->frames;
	unsigned int i;

	for (i = 0; i < batch->frame_count; i++, frame = (const void *)frame + frame->size) {
		if (!wants_cpu_of(listener, batch, i))
			continue;
		message->captured += records_in(frame);
		if (!passes_filter(listener, batch, i, frame)) {
			message->filtered++;
			continue;
		}
		__set_bit(i, message->wanted);
		tally(message, frame);
	}
}

static void copy_frames(void *to, const struct message *message, const struct tsp_batch *batch)
{
	const struct tspool_frame *frame = (const void *)batch->frames;
	unsigned int i;

	for (i = 0; i < batch->frame_count; i++) {
		if (test_bit(i, message->wanted)) {
			memcpy(to, frame, frame->size);
			to += frame->size;
		}
		frame = (const void *)frame + frame->size;
	}
}

/* The frames are in a message already, if there was memory for it. */
static void build_whole(struct message *message, struct tsp_queue *queue,
			const struct tsp_batch *batch)
{
	void *frames;

	message->captured = batch->contents.records.count + batch->contents.lost.count;
	message->bytes = batch->bytes;
	message->contents = batch->contents;
	if (batch->message) {
		message->skb = skb_get(batch->message);
		return;
	}
	if (!message->bytes)
		return;
	message->skb = tsp_send_alloc(queue, message->bytes, &frames);
	if (message->skb)
		memcpy(frames, batch->frames, batch->bytes);
}

static void build_part(struct message *message, const struct tsp_listener *listener,
		       struct tsp_queue *queue, const struct tsp_batch *batch)
{
	void *frames;

	select_frames(message, listener, batch);
	if (!message->bytes)
		return;
	message->skb = tsp_send_alloc(queue, message->bytes, &frames);
	if (message->skb)
		copy_frames(frames, message, batch);
}

static void build_message(struct message *message, const struct tsp_listener *listener,
			  struct tsp_queue *queue, const struct tsp_batch *batch)
{
	consume_skb(message->skb);
	*message = (struct message){ .group = listener->group };
	if (wants_all(listener, batch->cpt))
		build_whole(message, queue, batch);
	else
		build_part(message, listener, queue, batch);
}

static void deliver_to(struct tsp_listener *listener, struct message *message,
		       struct tsp_queue *queue, const struct tsp_batch *batch)
{
	if (message->group != listener->group)
		build_message(message, listener, queue, batch);
	tsp_feed_capture(&listener->feed[queue->cpt], message->captured, message->filtered);
	if (message->bytes)
		tsp_send(queue, listener, message->skb, &message->contents);
	else
		tsp_send_waiting(queue, listener);
}

static bool takes_part(const struct tsp_listener *listener, unsigned int cpt)
{
	return listener->dialect == TSP_DIALECT_NATIVE && tsp_listener_wants(listener, cpt);
}

static bool anybody_wants_all(unsigned int cpt)
{
	struct tsp_listener *listener;

	list_for_each_entry_srcu(listener, &tsp_listeners, node,
				 srcu_read_lock_held(&tsp_listeners_srcu))
		if (takes_part(listener, cpt) && !listener->scope && wants_all(listener, cpt))
			return true;
	return false;
}

/* What would not fill memory of its own size is not worth that of a full message. */
static struct sk_buff *alloc_message(struct tsp_batch *batch, size_t bytes, void **frames)
{
	if (bytes > TSP_BATCH_BYTES / 2)
		return tsp_netlink_reuse_event(&batch->pages, bytes, frames);
	return tsp_netlink_alloc_event(bytes, frames);
}

/**
 * tsp_deliver_prepare() - give a batch the message in which its frames are to be
 * @batch: taken, not encoded yet
 *
 * So that they need not be copied into it. Where nobody wants all of them, or there is no memory
 * right now, the batch gets none.
 */
void tsp_deliver_prepare(struct tsp_batch *batch)
{
	size_t bytes = tsp_batch_room(batch);
	void *frames;
	int idx;

	if (!bytes)
		return;
	idx = srcu_read_lock(&tsp_listeners_srcu);
	if (anybody_wants_all(batch->cpt)) {
		batch->message = alloc_message(batch, bytes, &frames);
		if (batch->message)
			batch->frames = frames;
	}
	srcu_read_unlock(&tsp_listeners_srcu, idx);
}

/**
 * tsp_deliver() - give a batch to every native listener that wants some of it
 * @queue: from which it was taken; it is the batch's turn
 * @batch: encoded
 *
 * Sleeps while there is no memory.
 *
 * Return: whether something waits for room in a socket.
 */
bool tsp_deliver(struct tsp_queue *queue, const struct tsp_batch *batch)
{
	struct message message = {};
	struct tsp_listener *listener;
	bool unsettled = false;
	int idx;

	idx = srcu_read_lock(&tsp_listeners_srcu);
	list_for_each_entry_srcu(listener, &tsp_listeners, node,
				 srcu_read_lock_held(&tsp_listeners_srcu)) {
		if (!takes_part(listener, queue->cpt))
			continue;
		if (listener->scope)
			tsp_scope_deliver(queue, listener, batch);
		else
			deliver_to(listener, &message, queue, batch);
		unsettled |= listener->feed[queue->cpt].unsettled;
	}
	srcu_read_unlock(&tsp_listeners_srcu, idx);

	consume_skb(message.skb);
	return unsettled;
}
