/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_ENCODE_H
#define TSP_ENCODE_H

#include <linux/limits.h>
#include <linux/stddef.h>
#include <linux/tspool.h>

#include "capture.h"
#include "loss.h"

/* The frames end with the last field that kernels before taskstats' version 15 can tell. */
#define TSP_RECORD_BYTES	offsetofend(struct tspool_record, comm)

struct tsp_encode_context {
	u64	boot_to_wall;	/* boot clock + this = time since the epoch */
	u32	cpt;
};

/* The sequence number of a record that went through no queue. */
#define TSP_NO_SEQ	U64_MAX

void tsp_encode_record(struct tspool_record *record, const struct tsp_capture *cap, u64 seq,
		       const struct tsp_encode_context *context);
void tsp_encode_lost(struct tspool_lost *lost, u32 cause, const struct tsp_loss_range *range,
		     const struct tsp_encode_context *context);

#endif /* TSP_ENCODE_H */
