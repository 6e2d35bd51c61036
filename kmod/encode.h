/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_ENCODE_H
#define TSP_ENCODE_H

#include <linux/tspool.h>

#include "batch.h"
#include "capture.h"

struct tsp_encode_context {
	u64	boot_to_wall;	/* boot clock + this = time since the epoch */
	u32	cpt;
};

void tsp_encode_record(struct tspool_record *record, const struct tsp_capture *cap,
		       const struct tsp_encode_context *context);
void tsp_encode_seq(struct tspool_record *record, u64 seq);
void tsp_encode_lost(struct tspool_lost *lost, u32 cpt, u32 cause, u64 count, u64 first_seq,
		     u64 last_seq);

#endif /* TSP_ENCODE_H */
