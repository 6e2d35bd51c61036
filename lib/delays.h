/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TSP_DELAYS_H
#define TSP_DELAYS_H

#include <tspool/delayacct.h>

/* Every other field, at worst. */
#define TSP_FIELD_RUNS_MAX	((TSPOOL_FIELD_COUNT + 1) / 2)

/* Fields of a record, one behind the other. */
struct tsp_field_run {
	uint64_t present[TSPOOL_PRESENT_WORDS];
	uint16_t offset;
	uint16_t bytes;
};

/* What takes delays that stand still out of records. */
struct tsp_delays {
	uint64_t fields[TSPOOL_PRESENT_WORDS];	/* those that need delay accounting */
	struct tsp_field_run runs[TSP_FIELD_RUNS_MAX]; /* the same */
	unsigned int n_runs;
	enum tspool_delayacct accounting;	/* as it was at the last look */
	uint64_t next_look_ns;			/* on the boot clock, as exits are */
	struct tspool_record copy;
};

void tsp_delays_init(struct tsp_delays *delays);

/*
 * The record, or a copy without its delays while they are not accounted, which is valid until the
 * next call. Where the record is own (or NULL), that itself is changed. The setting is looked at
 * again once a second of the records' exit times, so that it may be told up to a second late.
 */
const struct tspool_record *tsp_delays_filter(struct tsp_delays *delays,
					      const struct tspool_record *record,
					      struct tspool_record *own);

#endif /* TSP_DELAYS_H */
