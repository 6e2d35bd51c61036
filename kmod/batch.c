// SPDX-License-Identifier: GPL-2.0-only
#include <linux/ktime.h>

#include "batch.h"
#include "encode.h"
#include "slot.h"

static void encode_records(struct tsp_batch *batch)
{
	const struct tsp_encode_context context = {
		.boot_to_wall = ktime_get_real_ns() - ktime_get_boottime_ns(),
		.cpt = batch->cpt,
	};
	unsigned int i;

	for (i = 0; i < batch->record_count; i++) {
		struct tsp_slot *slot = batch->slot[i];
		struct tspool_record *record = (void *)(batch->frames + batch->bytes);

		tsp_capture_finish(&slot->capture);
		tsp_encode_record(record, &slot->capture, &context);
		tsp_encode_seq(record, slot->seq);
		batch->cpu[batch->frame_count++] = slot->capture.cpu;
		batch->bytes += sizeof(*record);
		tsp_slot_put(slot);
	}
}

static void encode_losses(struct tsp_batch *batch)
{
	unsigned int i;

	for (i = 0; i < batch->loss_count; i++) {
		const struct tsp_loss *loss = &batch->loss[i];
		struct tspool_lost *lost = (void *)(batch->frames + batch->bytes);

		tsp_encode_lost(lost, batch->cpt, TSPOOL_CAUSE_NO_SLOT, loss->count,
				loss->first_seq, loss->first_seq + loss->count - 1);
		batch->cpu[batch->frame_count++] = loss->cpu;
		batch->bytes += sizeof(*lost);
	}
}

/**
 * tsp_batch_encode() - make the frames of all records and losses of a batch
 * @batch: just taken off its queue
 *
 * The slots go home, so that exits find them again however long delivery takes. May sleep.
 */
void tsp_batch_encode(struct tsp_batch *batch)
{
	batch->frame_count = 0;
	batch->bytes = 0;
	encode_records(batch);
	encode_losses(batch);
}
