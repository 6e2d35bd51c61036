/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long records take from their exit to the end of their delivery, counted in buckets of which
 * four share a power of two.
 *
 *	tsp_latency_count()	the thread whose turn it is for that CPT
 *	anybody			reads the counts, racily
 */
#ifndef TSP_LATENCY_H
#define TSP_LATENCY_H

#include <linux/tspool.h>
#include <linux/types.h>

struct tsp_batch;

struct tsp_latency {
	u64	count[TSPOOL_LATENCY_BUCKETS];	/* by TSPOOL_SCHED_A_LATENCY's definition */
};

void tsp_latency_count(struct tsp_latency *latency, const struct tsp_batch *batch);

#endif /* TSP_LATENCY_H */
