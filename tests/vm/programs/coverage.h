/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether what a listener got of a CPT is whole: each sequence number once, in a record or a LOST
 * frame. Each function returns false at the first thing that can't be.
 */
#ifndef TSPOOL_COVERAGE_H
#define TSPOOL_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <tspool/record.h>

struct coverage {
	bool whole;		/* every number must come; else they only rise */
	bool begun;
	uint64_t next;		/* all before it came */
	uint64_t lost;		/* by LOST frames since the last record: how many, */
	uint64_t lost_end;	/* and the number after the last of them */
};

bool coverage_record(struct coverage *coverage, uint64_t seq);
bool coverage_lost(struct coverage *coverage, const struct tspool_lost *lost);

/* Nothing more belongs to the losses that were told last. */
bool coverage_close(struct coverage *coverage);

#endif /* TSPOOL_COVERAGE_H */
