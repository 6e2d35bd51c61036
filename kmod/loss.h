/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Losses: which records somebody did not get, by cause, until he is told in LOST frames. Plain
 * values: whoever owns one guards it.
 */
#ifndef TSP_LOSS_H
#define TSP_LOSS_H

#include <linux/tspool.h>
#include <linux/types.h>

/* Some records of one CPT, not all between the first and the last of them. */
struct tsp_loss_range {
	u64	count;
	u64	first_seq;
	u64	last_seq;
	u64	time;		/* boot clock: when the first of them was dropped */
};

/* By cause: index enum tspool_cause. */
struct tsp_losses {
	struct tsp_loss_range range[TSPOOL_CAUSE_MAX + 1];
};

void tsp_loss_add(struct tsp_loss_range *range, const struct tsp_loss_range *more);
void tsp_loss_add_record(struct tsp_loss_range *range, u64 seq);
void tsp_loss_add_frame(struct tsp_loss_range *range, const struct tspool_lost *lost);
void tsp_losses_add(struct tsp_losses *losses, const struct tsp_losses *more);
size_t tsp_losses_bytes(const struct tsp_losses *losses);
void tsp_losses_encode(const struct tsp_losses *losses, u32 cpt, struct tspool_lost *to);

#endif /* TSP_LOSS_H */
