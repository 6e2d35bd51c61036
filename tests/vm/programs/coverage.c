// SPDX-License-Identifier: GPL-2.0-only
#include "coverage.h"

/* LOST frames of different causes may tell of ranges that overlap, so they are judged together. */
bool coverage_close(struct coverage *coverage)
{
	uint64_t span = coverage->lost_end - coverage->next;
	uint64_t lost = coverage->lost;

	if (!lost)
		return true;
	coverage->begun = true;
	coverage->next = coverage->lost_end;
	coverage->lost = 0;
	return coverage->whole ? lost == span : lost <= span;
}

bool coverage_record(struct coverage *coverage, uint64_t seq)
{
	bool begun;
	uint64_t next;

	if (!coverage_close(coverage))
		return false;
	begun = coverage->begun;
	next = coverage->next;
	coverage->begun = true;
	coverage->next = seq + 1;
	return !begun || (coverage->whole ? seq == next : seq >= next);
}

bool coverage_lost(struct coverage *coverage, const struct tspool_lost *lost)
{
	if (!lost->count || lost->last_seq - lost->first_seq + 1 < lost->count)
		return false;
	if (!coverage->begun && (!coverage->lost || lost->first_seq < coverage->next))
		coverage->next = lost->first_seq;
	if (!coverage->lost || lost->last_seq >= coverage->lost_end)
		coverage->lost_end = lost->last_seq + 1;
	coverage->lost += lost->count;
	return lost->first_seq >= coverage->next;
}
