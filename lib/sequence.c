// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sequence.h"

#include <tspool/decode.h>

static bool take_lost(struct tsp_sequence *sequence, const struct tspool_lost *lost)
{
	bool is_earliest = !sequence->begun || lost->first_seq < sequence->base;

	if (!lost->count || lost->last_seq < lost->first_seq ||
	    lost->count - 1 > lost->last_seq - lost->first_seq)
		return false;
	/* Where they come first, nobody knows which of them is the earliest. */
	if (is_earliest && sequence->is_base_known)
		return false;
	if (is_earliest)
		sequence->base = lost->first_seq;
	sequence->begun = true;
	sequence->lost += lost->count;
	return true;
}

bool tsp_sequence_take(struct tsp_sequence *sequence, const struct tspool_frame *frame)
{
	const struct tspool_record *record = tspool_frame_record(frame);

	if (record)
		return tspool_record_has(record, TSPOOL_FIELD_seq) &&
		       tsp_sequence_take_record(sequence, record->seq);
	return take_lost(sequence, tspool_frame_lost(frame));
}
