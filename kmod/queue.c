// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>

#include "cpt.h"
#include "queue.h"

void tsp_queue_init(struct tsp_queue *queue, unsigned int cpt)
{
	init_llist_head(&queue->incoming);
	spin_lock_init(&queue->lock);
	init_waitqueue_head(&queue->turn_wait);
	queue->cpt = cpt;
}

/**
 * tsp_queue_push() - put records at the end
 * @queue: of the CPT on which they exited
 * @first: the latest of them
 * @last: the earliest of them, linked to by @first
 * @count: how many
 *
 * A full barrier: whoever looks at the queue after having been seen asleep by the caller finds the
 * records.
 *
 * Return: true if with these the records waiting fill a batch.
 */
bool tsp_queue_push(struct tsp_queue *queue, struct llist_node *first, struct llist_node *last,
		    unsigned int count)
{
	int queued;

	llist_add_batch(first, last, &queue->incoming);
	queued = atomic_add_return(count, &queue->queued);
	return queued >= (int)TSP_BATCH_RECORDS && queued < (int)(TSP_BATCH_RECORDS + count);
}

/**
 * tsp_queue_lose() - say that a CPU's count of exits without a slot has grown
 * @queue: of that CPU's CPT
 *
 * Return: true for the first one since a thread looked.
 */
bool tsp_queue_lose(struct tsp_queue *queue)
{
	/* A thread that clears ->losing after we found it set sees the count. */
	smp_mb(); /* pairs with take_losses() */
	if (READ_ONCE(queue->losing))
		return false;
	WRITE_ONCE(queue->losing, 1);
	smp_mb(); /* the caller looks at who is awake after this */
	return true;
}

/* Racy without the lock: whoever must not miss anything has a full barrier before it. */
bool tsp_queue_has_work(const struct tsp_queue *queue)
{
	return READ_ONCE(queue->pending) || !llist_empty(&queue->incoming) ||
	       READ_ONCE(queue->losing);
}

static void take_records(struct tsp_queue *queue, struct tsp_batch *batch)
{
	struct llist_node *node = queue->pending;
	unsigned int count = 0;

	if (!node)
		node = llist_reverse_order(llist_del_all(&queue->incoming));

	while (node && count < TSP_BATCH_RECORDS) {
		struct tsp_slot *slot = llist_entry(node, struct tsp_slot, node);

		slot->seq = queue->next_seq++;
		batch->slot[count++] = slot;
		node = node->next;
	}
	WRITE_ONCE(queue->pending, node);
	batch->record_count = count;
	WRITE_ONCE(queue->drained, queue->drained + count);
}

/* Records that were dropped take sequence numbers too: the gap is where the loss was noticed. */
static void take_losses(struct tsp_queue *queue, struct tsp_batch *batch)
{
	unsigned int cpu;

	batch->loss_count = 0;
	if (queue->pending || !READ_ONCE(queue->losing))
		return;

	WRITE_ONCE(queue->losing, 0);
	smp_mb(); /* the counts are read after this; pairs with tsp_queue_lose() */

	for_each_cpu(cpu, tsp_cpts.cpt[queue->cpt].served) {
		struct tsp_slot_pool *pool = per_cpu_ptr(&tsp_slot_pools, cpu);
		u64 count = READ_ONCE(pool->dropped) - pool->dropped_told;

		if (!count)
			continue;
		if (batch->loss_count == TSP_BATCH_LOSSES) {
			WRITE_ONCE(queue->losing, 1);
			return;
		}
		batch->loss[batch->loss_count++] = (struct tsp_loss){
			.cpu = cpu,
			.count = count,
			.first_seq = queue->next_seq,
		};
		queue->next_seq += count;
		pool->dropped_told += count;
	}
}

/**
 * tsp_queue_take() - take the next batch off the queue
 * @queue: to take from
 * @batch: the calling thread's own; its records and losses are filled in
 * @settle: also take an empty batch if some listener is still to be told of a loss
 *
 * Return: true if there was one. It has a turn, which the caller must await and end.
 */
bool tsp_queue_take(struct tsp_queue *queue, struct tsp_batch *batch, bool settle)
{
	bool taken;

	spin_lock(&queue->lock);
	take_records(queue, batch);
	take_losses(queue, batch);
	taken = batch->record_count || batch->loss_count || (settle && READ_ONCE(queue->unsettled));
	if (taken) {
		batch->cpt = queue->cpt;
		batch->next_seq = queue->next_seq;
		batch->ticket = queue->next_ticket++;
	}
	spin_unlock(&queue->lock);

	atomic_sub(batch->record_count, &queue->queued);
	return taken;
}

/* Batches taken earlier are delivered earlier. */
void tsp_queue_await_turn(struct tsp_queue *queue, const struct tsp_batch *batch)
{
	/* Acquire: the turn before ours is over, with all it did. Pairs with the release below. */
	wait_event_idle(queue->turn_wait, smp_load_acquire(&queue->turn) == batch->ticket);
}

void tsp_queue_end_turn(struct tsp_queue *queue, const struct tsp_batch *batch)
{
	WRITE_ONCE(queue->delivered_seq, batch->next_seq);
	/* Release: the next turn sees what ours did. Pairs with the acquire above. */
	smp_store_release(&queue->turn, batch->ticket + 1);
	/* Its barrier orders the stores above against the look at who waits. */
	if (wq_has_sleeper(&queue->turn_wait))
		wake_up_all(&queue->turn_wait);
}

/**
 * tsp_queue_counts() - what the hook has counted so far, whatever the threads have done since
 * @queue: of a CPT
 * @captured: set to the number of records queued
 * @dropped: set to the number of records that found no slot
 */
void tsp_queue_counts(const struct tsp_queue *queue, u64 *captured, u64 *dropped)
{
	unsigned int cpu;

	*captured = 0;
	*dropped = 0;
	for_each_cpu(cpu, tsp_cpts.cpt[queue->cpt].served) {
		const struct tsp_slot_pool *pool = per_cpu_ptr(&tsp_slot_pools, cpu);

		*captured += READ_ONCE(pool->captured);
		*dropped += READ_ONCE(pool->dropped);
	}
}

/**
 * tsp_queue_await_delivery() - wait until what exited so far is delivered, or told of as lost
 * @queue: of a CPT
 *
 * Each record captured and each one dropped has one sequence number.
 *
 * Return: 0, or -ERESTARTSYS when the caller is killed.
 */
int tsp_queue_await_delivery(struct tsp_queue *queue)
{
	u64 captured, dropped;

	tsp_queue_counts(queue, &captured, &dropped);
	return wait_event_killable(queue->turn_wait,
				   READ_ONCE(queue->delivered_seq) >= captured + dropped);
}
