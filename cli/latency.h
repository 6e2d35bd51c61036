/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_LATENCY_H
#define TSP_CLI_LATENCY_H

#include <jansson.h>
#include <stdio.h>
#include <tspool/dump.h>

/*
 * How long records took from their exit to the end of their delivery: counts as in
 * tspool_sched_info.latency.
 */

/*
 * The time below which this part of the records took, as far as the counts tell: the end of the
 * bucket in which the last of them lies, in microseconds. 0: there are no records; UINT64_MAX: it
 * lies in the last bucket, which has no end.
 */
uint64_t tsp_latency_below_us(const uint64_t counts[TSPOOL_LATENCY_BUCKETS], double part);

/* A line with the number of records and the times for some parts of them. */
void tsp_latency_line(FILE *out, uint32_t cpt, const uint64_t counts[TSPOOL_LATENCY_BUCKETS]);

/* The same, and a bar for each power of two from the first that has records to the last one. */
void tsp_latency_bars(FILE *out, uint32_t cpt, const uint64_t counts[TSPOOL_LATENCY_BUCKETS]);

/*
 * An object: counts, below_us (where each bucket ends, null for the last one), and quantiles_us
 * (tsp_latency_below_us() for some parts, by percent; null where that has no number). NULL without
 * memory.
 */
json_t *tsp_latency_json(const uint64_t counts[TSPOOL_LATENCY_BUCKETS]);

#endif
