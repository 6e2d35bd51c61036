// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) "tspool: " fmt

#include <linux/cpumask.h>
#include <linux/log2.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>

#include "cpt.h"
#include "params.h"
#include "queue.h"

/* Several batches: a wake-up, and the way through the socket's reader, cost as much as one. */
#define PLENTY_MAX	(4 * TSP_BATCH_RECORDS)

int tsp_queue_plenty __read_mostly;

/* @depth: slots of a CPU. Most of them are to be free when the thread that was woken comes. */
void tsp_queue_init_plenty(unsigned int depth)
{
	tsp_queue_plenty = clamp_t(unsigned int, depth / 4, TSP_BATCH_RECORDS, PLENTY_MAX);
}

void tsp_queue_init(struct tsp_queue *queue, unsigned int cpt)
{
	init_llist_head(&queue->incoming);
	spin_lock_init(&queue->lock);
	init_waitqueue_head(&queue->turn_wait);
	queue->cpt = cpt;
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

/* Only a taker makes the queue shorter, so it is never longer than when the next one comes. */
static void note_marks(struct tsp_queue *queue, unsigned int taken)
{
	int queued = atomic_read(&queue->queued);
	u64 in_flight = queue->drained + taken - READ_ONCE(queue->delivered);

	/* Records are linked in before they are counted. */
	WRITE_ONCE(queue->queued_max, max3(queue->queued_max, (u64)max(queued, 0), (u64)taken));
	WRITE_ONCE(queue->in_flight_max, max(queue->in_flight_max, in_flight));
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
	note_marks(queue, count);
	atomic_sub(count, &queue->queued);
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
			.range = {
				.count = count,
				.first_seq = queue->next_seq,
				.last_seq = queue->next_seq + count - 1,
				.time = ktime_get_boottime_ns(),
			},
		};
		queue->next_seq += count;
		pool->dropped_told += count;
	}
}

/**
 * tsp_queue_take() - take the next batch off the queue
 * @queue: to take from
 * @batch: the calling thread's own; its records and losses are filled in
 * @settle: also take an empty batch if something waits for room in a listener's socket
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
	return taken;
}

/* Batches taken earlier are delivered earlier. */
void tsp_queue_await_turn(struct tsp_queue *queue, const struct tsp_batch *batch)
{
	wait_event_idle(queue->turn_wait, tsp_queue_has_turn(queue, batch));
}

/**
 * tsp_queue_await_memory() - wait a while before a delivery is tried again
 * @queue: whose turn the caller has
 *
 * Without memory a batch stays where it is, in order, until there is some again: the thread waits
 * in its turn, and those behind it wait for theirs. Only unloading the module ends that.
 *
 * Return: false if there is no waiting any more.
 */
bool tsp_queue_await_memory(struct tsp_queue *queue)
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

void tsp_queue_end_turn(struct tsp_queue *queue, const struct tsp_batch *batch)
{
	WRITE_ONCE(queue->delivered, queue->delivered + batch->record_count);
	WRITE_ONCE(queue->delivered_seq, batch->next_seq);
	/* Release: the next turn sees what ours did. Pairs with tsp_queue_has_turn(). */
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
