// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/string.h>

#include "batch.h"
#include "filter.h"
#include "listener.h"
#include "queue.h"
#include "scope.h"
#include "scope_deliver.h"
#include "send.h"

/* What a listener gets of a batch. */
struct choice {
	DECLARE_BITMAP(wanted, TSP_BATCH_FRAMES);	/* the frames of the batch it is made of */
	u64		seq[TSP_BATCH_RECORDS];		/* of each record wanted */
	struct tsp_loss_range lost[TSP_BATCH_LOSSES];	/* of each loss wanted */
	u64		captured;	/* records seen, those without a slot too */
	u64		filtered;	/* those of them that the filter turned away */
	size_t		bytes;		/* of the frames */
	struct tsp_contents contents;
};

/* The frames of records come first, and are all of one size. */
static const struct tspool_record *record_at(const struct tsp_batch *batch, unsigned int index)
{
	return (const void *)(batch->frames + index * TSP_RECORD_BYTES);
}

static bool sees(const struct tsp_listener *listener, const struct tsp_batch *batch,
		 unsigned int index)
{
	return cpumask_test_cpu(batch->cpu[index], listener->cpus) &&
	       tsp_view_shows(&listener->scope->view, &batch->pids[index]);
}

static void translate(struct tspool_record *record, const struct tsp_listener *listener,
		      const struct tsp_batch *batch, unsigned int index)
{
	memcpy(record, record_at(batch, index), TSP_RECORD_BYTES);
	tsp_view_translate(&listener->scope->view, record, &batch->pids[index],
			   batch->cgroup[index]);
}

/* By what it sees of the record: users, for one, have other numbers there. */
static noinline_for_stack bool passes_filter(const struct tsp_listener *listener,
					     const struct tsp_batch *batch, unsigned int index)
{
	struct tspool_record record;

	if (!listener->filter)
		return true;
	translate(&record, listener, batch, index);
	return tsp_filter_accepts(listener->filter, &record, batch->cgroup[index]);
}

static void choose_records(struct choice *choice, const struct tsp_listener *listener,
			   const struct tsp_batch *batch)
{
	unsigned int i;

	for (i = 0; i < batch->record_count; i++) {
		if (!sees(listener, batch, i))
			continue;
		choice->captured++;
		choice->seq[i] = tsp_scope_number(listener->scope, batch->cpt, 1);
		if (!passes_filter(listener, batch, i)) {
			choice->filtered++;
			continue;
		}
		__set_bit(i, choice->wanted);
		choice->bytes += TSP_RECORD_BYTES;
		tsp_loss_add_record(&choice->contents.records, choice->seq[i]);
	}
}

/* Of the exits without a slot only its own count. */
static void choose_losses(struct choice *choice, const struct tsp_listener *listener,
			  const struct tsp_batch *batch)
{
	unsigned int i;

	for (i = 0; i < batch->loss_count; i++) {
		const struct tsp_loss *loss = &batch->loss[i];
		u64 count = tsp_scope_take_losses(listener->scope, loss->cpu);
		struct tsp_loss_range *lost = &choice->lost[i];

		if (!count)
			continue;
		lost->count = count;
		lost->first_seq = tsp_scope_number(listener->scope, batch->cpt, count);
		lost->last_seq = lost->first_seq + count - 1;
		lost->time = loss->range.time;
		__set_bit(batch->record_count + i, choice->wanted);
		choice->captured += count;
		choice->bytes += sizeof(struct tspool_lost);
		tsp_loss_add(&choice->contents.lost, lost);
	}
}

static void *put_record(void *to, const struct choice *choice, const struct tsp_listener *listener,
			const struct tsp_batch *batch, unsigned int index)
{
	struct tspool_record *record = to;

	translate(to, listener, batch, index);
	record->seq = choice->seq[index];
	return to + TSP_RECORD_BYTES;
}

static void *put_lost(void *to, const struct tsp_loss_range *range,
		      const struct tsp_encode_context *context)
{
	tsp_encode_lost(to, TSPOOL_CAUSE_NO_SLOT, range, context);
	return to + sizeof(struct tspool_lost);
}

static void put_frames(void *to, const struct choice *choice, const struct tsp_listener *listener,
		       const struct tsp_batch *batch)
{
	const struct tsp_encode_context context = {
		.boot_to_wall = tsp_boot_to_wall(),
		.cpt = batch->cpt,
	};
	unsigned int i;

	for_each_set_bit(i, choice->wanted, batch->frame_count)
		if (i < batch->record_count)
			to = put_record(to, choice, listener, batch, i);
		else
			to = put_lost(to, &choice->lost[i - batch->record_count], &context);
}

static void send_choice(struct tsp_queue *queue, struct tsp_listener *listener,
			const struct choice *choice, const struct tsp_batch *batch)
{
	struct sk_buff *skb;
	void *frames;

	skb = tsp_send_alloc(queue, choice->bytes, &frames);
	if (skb)
		put_frames(frames, choice, listener, batch);
	tsp_send(queue, listener, skb, &choice->contents);
	consume_skb(skb);
}

/**
 * tsp_scope_deliver() - give a listener in a pid namespace what it sees and wants of a batch
 * @queue: from which it was taken; it is the batch's turn
 * @listener: one with a scope
 * @batch: encoded
 *
 * Sleeps while there is no memory.
 */
void tsp_scope_deliver(struct tsp_queue *queue, struct tsp_listener *listener,
		       const struct tsp_batch *batch)
{
	struct choice choice = {};

	choose_records(&choice, listener, batch);
	choose_losses(&choice, listener, batch);
	tsp_feed_capture(&listener->feed[queue->cpt], choice.captured, choice.filtered);
	if (choice.bytes)
		send_choice(queue, listener, &choice, batch);
	else
		tsp_send_waiting(queue, listener);
}
