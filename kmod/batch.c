// SPDX-License-Identifier: GPL-2.0-only
#include "batch.h"
#include "capture.h"
#include "cgroup_ref.h"
#include "listener.h"
#include "slot.h"

/* The bytes of the frames that will be made of a batch. */
size_t tsp_batch_room(const struct tsp_batch *batch)
{
	return batch->record_count * TSP_RECORD_BYTES +
	       batch->loss_count * sizeof(struct tspool_lost);
}

static void finish_records(struct tsp_batch *batch)
{
	unsigned int i;

	batch->holds = false;
	for (i = 0; i < batch->record_count; i++) {
		struct tsp_capture *cap = &batch->slot[i]->capture;

		if (unlikely(cap->unsummed)) {
			/* It may have to wait; what is delivered is to be read meanwhile. */
			tsp_listeners_announce();
			tsp_capture_sum(cap);
		}
		batch->exit_time[i] = cap->boot_time;
		batch->cpu[i] = cap->cpu;
		if (unlikely(cap->cgroup || cap->pids.thread))
			batch->holds = true;
	}
}

static void tally(struct tsp_batch *batch)
{
	struct tsp_loss_range *records = &batch->contents.records;
	unsigned int i;

	batch->contents = (struct tsp_contents){};
	for (i = 0; i < batch->loss_count; i++)
		tsp_loss_add(&batch->contents.lost, &batch->loss[i].range);
	if (!batch->record_count)
		return;
	/* They were taken at once, so nothing is missing between them. */
	records->count = batch->record_count;
	records->first_seq = batch->slot[0]->seq;
	records->last_seq = batch->slot[batch->record_count - 1]->seq;
}

/* What the records hold is the batch's from here on. */
static void take_over(struct tsp_batch *batch)
{
	unsigned int i;

	for (i = 0; i < batch->record_count; i++) {
		const struct tsp_capture *cap = &batch->slot[i]->capture;

		batch->cgroup[i] = cap->cgroup;
		batch->pids[i] = cap->pids;
	}
}

/* Has all there of which its frames are made. May sleep. */
static void begin(struct tsp_batch *batch)
{
	batch->context = (struct tsp_encode_context){
		.boot_to_wall = tsp_boot_to_wall(),
		.cpt = batch->cpt,
	};
	finish_records(batch);
	if (batch->holds)
		take_over(batch);
	tally(batch);
}

static void encode_records(const struct tsp_batch *batch, unsigned int first, unsigned int count,
			   struct tspool_record *to)
{
	unsigned int i;

	for (i = first; i < first + count; i++) {
		const struct tsp_slot *slot = batch->slot[i];

		tsp_encode_record(to, &slot->capture, slot->seq, &batch->context);
		to = (void *)to + TSP_RECORD_BYTES;
	}
}

/**
 * tsp_batch_put_loss() - write the frame of a loss somewhere
 * @batch: encoded or kept
 * @index: of the loss
 * @to: written whole
 */
void tsp_batch_put_loss(const struct tsp_batch *batch, unsigned int index, struct tspool_lost *to)
{
	tsp_encode_lost(to, TSPOOL_CAUSE_NO_SLOT, &batch->loss[index].range, &batch->context);
}

static void encode_losses(struct tsp_batch *batch)
{
	unsigned int i;

	for (i = 0; i < batch->loss_count; i++) {
		struct tspool_lost *lost = (void *)(batch->frames + batch->bytes);

		tsp_batch_put_loss(batch, i, lost);
		batch->cpu[batch->frame_count++] = batch->loss[i].cpu;
		batch->bytes += sizeof(*lost);
	}
}

/**
 * tsp_batch_encode() - make the frames of all records and losses of a batch
 * @batch: just taken off its queue; ->message is set, and ->frames where there is one
 *
 * The slots go home, so that exits find them again however long delivery takes; what they held is
 * the batch's until tsp_batch_release(). May sleep.
 */
void tsp_batch_encode(struct tsp_batch *batch)
{
	begin(batch);
	if (!batch->message)
		batch->frames = batch->scratch;
	batch->frame_count = batch->record_count;
	batch->bytes = batch->record_count * TSP_RECORD_BYTES;
	encode_records(batch, 0, batch->record_count, (void *)batch->frames);
	encode_losses(batch);
	tsp_slots_put(batch->slot, batch->record_count);
}

/**
 * tsp_batch_keep() - leave the frames to be made where they are to be
 * @batch: just taken off its queue, without a message
 *
 * The slots are the batch's until tsp_batch_release(), so its turn must have come. May sleep;
 * tsp_batch_put_records() will not.
 */
void tsp_batch_keep(struct tsp_batch *batch)
{
	begin(batch);
	batch->frames = NULL;
}

/**
 * tsp_batch_put_records() - write frames of records somewhere else
 * @batch: encoded or kept
 * @first: index of the first record
 * @count: of records
 * @to: @count times TSP_RECORD_BYTES of room
 */
void tsp_batch_put_records(const struct tsp_batch *batch, unsigned int first, unsigned int count,
			   void *to)
{
	if (batch->frames)
		memcpy(to, batch->frames + first * TSP_RECORD_BYTES, count * TSP_RECORD_BYTES);
	else
		encode_records(batch, first, count, to);
}

static void put_held(struct tsp_batch *batch)
{
	unsigned int i;

	for (i = 0; i < batch->record_count; i++) {
		tsp_pid_refs_put(&batch->pids[i]);
		batch->pids[i].thread = NULL;
		tsp_cgroup_put(batch->cgroup[i]);
		batch->cgroup[i] = NULL;
	}
}

/* It is delivered to all, or given up. */
void tsp_batch_release(struct tsp_batch *batch)
{
	consume_skb(batch->message);
	batch->message = NULL;
	if (batch->holds)
		put_held(batch);
	if (!batch->frames)
		tsp_slots_put(batch->slot, batch->record_count);
}
