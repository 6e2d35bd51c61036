// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exits in taskstats' dialect: a message each, which all listeners of its CPU share. The record of
 * a process goes into the message of its last thread, and only if it had another thread beside it.
 */
#include <linux/math64.h>
#include <linux/percpu.h>
#include <linux/rculist.h>
#include <linux/time64.h>

#include "batch.h"
#include "listener.h"
#include "netlink.h"
#include "queue.h"
#include "send.h"
#include "taskstats_deliver.h"
#include "taskstats_fill.h"
#include "taskstats_message.h"

struct message {
	const struct tspool_record *task;	/* NULL: the batch before this one ended with it */
	const struct tspool_record *process;	/* NULL: others live, or there were none */
	u32		cpu;
	struct sk_buff	*skb;			/* NULL: nobody has wanted it yet, or no memory */
};

/* Of each CPU's messages; whoever has the turn of its CPT counts on. */
static DEFINE_PER_CPU(u32, next_seq);

static void put_record(struct sk_buff *skb, const struct tspool_record *record)
{
	bool process = record->frame.type == TSPOOL_FRAME_PROCESS;
	struct taskstats *stats = tsp_taskstats_put(skb, record->frame.type,
						    process ? record->tgid : record->pid);

	tsp_taskstats_fill(stats, record, div_u64(record->exit_wall_time_ns, NSEC_PER_SEC));
}

static unsigned int record_count(const struct message *message)
{
	return !!message->task + !!message->process;
}

static struct sk_buff *alloc_message(struct tsp_queue *queue, const struct message *message)
{
	size_t bytes = record_count(message) * tsp_taskstats_bytes();
	struct sk_buff *skb;

	do {
		skb = genlmsg_new(bytes, TSP_GFP_DELIVERY);
	} while (!skb && tsp_send_await_memory(queue));
	return skb;
}

/* It names no receiver, so that all can share it. */
static void build_message(struct message *message, struct tsp_queue *queue)
{
	struct sk_buff *skb = alloc_message(queue, message);
	u32 *seq = per_cpu_ptr(&next_seq, message->cpu);
	void *header;

	if (!skb)
		return;
	header = genlmsg_put(skb, 0, (*seq)++, &tsp_family, 0, TASKSTATS_CMD_NEW);
	if (message->task)
		put_record(skb, message->task);
	if (message->process)
		put_record(skb, message->process);
	genlmsg_end(skb, header);
	message->skb = skb;
}

static void deliver_to(struct tsp_listener *listener, struct message *message,
		       struct tsp_queue *queue)
{
	const struct tsp_contents contents = { .records.count = record_count(message) };

	tsp_feed_capture(&listener->feed[queue->cpt], record_count(message), 0);
	if (!message->skb)
		build_message(message, queue);
	tsp_send(queue, listener, message->skb, &contents);
}

static bool wants_exits_of(const struct tsp_listener *listener, u32 cpu)
{
	return listener->dialect == TSP_DIALECT_TASKSTATS && cpumask_test_cpu(cpu, listener->cpus);
}

/* The message is empty afterwards. */
static void deliver_message(struct message *message, struct tsp_queue *queue)
{
	struct tsp_listener *listener;

	if (!record_count(message))
		return;
	list_for_each_entry_srcu(listener, &tsp_listeners, node,
				 srcu_read_lock_held(&tsp_listeners_srcu))
		if (wants_exits_of(listener, message->cpu))
			deliver_to(listener, message, queue);
	consume_skb(message->skb);
	*message = (struct message){};
}

/* It has no other way to be told of what found no slot. */
static void deliver_loss(const struct tspool_lost *lost, u32 cpu, struct tsp_queue *queue)
{
	struct tsp_listener *listener;

	list_for_each_entry_srcu(listener, &tsp_listeners, node,
				 srcu_read_lock_held(&tsp_listeners_srcu)) {
		struct tsp_feed *feed = &listener->feed[queue->cpt];

		if (!wants_exits_of(listener, cpu))
			continue;
		tsp_feed_capture(feed, lost->count, 0);
		tsp_feed_count_drop(feed, lost->cause, lost->count);
		tsp_listener_overrun(listener);
	}
}

static bool is_last_of(const struct tspool_record *task, const struct tspool_record *process)
{
	return task && (task->flags & TSPOOL_FLAG_LAST_THREAD) && task->tgid == process->tgid;
}

static void deliver_frames(struct tsp_queue *queue, const struct tsp_batch *batch)
{
	const struct tspool_frame *frame = (const void *)batch->frames;
	struct message message = {};
	unsigned int i;

	for (i = 0; i < batch->frame_count; i++) {
		const struct tspool_record *record = (const void *)frame;
		bool process = frame->type == TSPOOL_FRAME_PROCESS;

		if (!process || !is_last_of(message.task, record))
			deliver_message(&message, queue);
		message.cpu = batch->cpu[i];
		if (frame->type == TSPOOL_FRAME_TASK)
			message.task = record;
		else if (process && (record->flags & TSPOOL_FLAG_THREADED))
			message.process = record;
		else if (frame->type == TSPOOL_FRAME_LOST)
			deliver_loss((const void *)frame, batch->cpu[i], queue);
		frame = (const void *)frame + frame->size;
	}
	deliver_message(&message, queue);
}

static bool somebody_listens(unsigned int cpt)
{
	struct tsp_listener *listener;

	list_for_each_entry_srcu(listener, &tsp_listeners, node,
				 srcu_read_lock_held(&tsp_listeners_srcu))
		if (listener->dialect == TSP_DIALECT_TASKSTATS && tsp_listener_wants(listener, cpt))
			return true;
	return false;
}

/* Also to those who want nothing of the CPT any more. Return: whether something still waits. */
static bool deliver_waiting(struct tsp_queue *queue)
{
	struct tsp_listener *listener;
	bool unsettled = false;

	list_for_each_entry_srcu(listener, &tsp_listeners, node,
				 srcu_read_lock_held(&tsp_listeners_srcu)) {
		if (listener->dialect != TSP_DIALECT_TASKSTATS)
			continue;
		tsp_send_waiting(queue, listener);
		unsettled |= listener->feed[queue->cpt].unsettled;
	}
	return unsettled;
}

/**
 * tsp_taskstats_deliver() - give a batch to the listeners in taskstats' dialect
 * @queue: from which it was taken; it is the batch's turn
 * @batch: encoded
 *
 * Sleeps while there is no memory.
 *
 * Return: whether something waits for room in a socket.
 */
bool tsp_taskstats_deliver(struct tsp_queue *queue, const struct tsp_batch *batch)
{
	int idx = srcu_read_lock(&tsp_listeners_srcu);
	bool unsettled;

	if (somebody_listens(queue->cpt))
		deliver_frames(queue, batch);
	unsettled = deliver_waiting(queue);
	srcu_read_unlock(&tsp_listeners_srcu, idx);
	return unsettled;
}
