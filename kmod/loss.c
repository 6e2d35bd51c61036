// SPDX-License-Identifier: GPL-2.0-only
#include "capture.h"
#include "encode.h"
#include "loss.h"

/* @more: later than what @range holds */
void tsp_loss_add(struct tsp_loss_range *range, const struct tsp_loss_range *more)
{
	if (!more->count)
		return;
	if (!range->count) {
		*range = *more;
		return;
	}
	range->last_seq = more->last_seq;
	range->count += more->count;
}

/* One that is later than what @range holds; when it is dropped is not known yet. */
void tsp_loss_add_record(struct tsp_loss_range *range, u64 seq)
{
	const struct tsp_loss_range one = { .count = 1, .first_seq = seq, .last_seq = seq };

	tsp_loss_add(range, &one);
}

/* What a LOST frame tells of, later than what @range holds. */
void tsp_loss_add_frame(struct tsp_loss_range *range, const struct tspool_lost *lost)
{
	const struct tsp_loss_range told = {
		.count = lost->count,
		.first_seq = lost->first_seq,
		.last_seq = lost->last_seq,
		.time = lost->time_ns,
	};

	tsp_loss_add(range, &told);
}

/* @more: later than what @losses hold */
void tsp_losses_add(struct tsp_losses *losses, const struct tsp_losses *more)
{
	int cause;

	for (cause = 0; cause <= TSPOOL_CAUSE_MAX; cause++)
		tsp_loss_add(&losses->range[cause], &more->range[cause]);
}

/* Of the LOST frames that tell of them; 0: there are none. */
size_t tsp_losses_bytes(const struct tsp_losses *losses)
{
	size_t bytes = 0;
	int cause;

	for (cause = 0; cause <= TSPOOL_CAUSE_MAX; cause++)
		if (losses->range[cause].count)
			bytes += sizeof(struct tspool_lost);
	return bytes;
}

/* Writes tsp_losses_bytes(). */
void tsp_losses_encode(const struct tsp_losses *losses, u32 cpt, struct tspool_lost *to)
{
	const struct tsp_encode_context context = {
		.boot_to_wall = tsp_boot_to_wall(),
		.cpt = cpt,
	};
	int cause;

	for (cause = 0; cause <= TSPOOL_CAUSE_MAX; cause++)
		if (losses->range[cause].count)
			tsp_encode_lost(to++, cause, &losses->range[cause], &context);
}
