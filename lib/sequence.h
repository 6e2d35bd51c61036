/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TSP_SEQUENCE_H
#define TSP_SEQUENCE_H

#include <tspool/record.h>

/*
 * The sequence numbers of one CPT's frames, where none may be missing: each is in one record, or
 * among those of a LOST frame. Several such frames in a row, for several causes, may tell of
 * numbers that lie between each other's. All zero: nothing was seen yet.
 */
struct tsp_sequence {
	bool begun;
	bool is_base_known;	/* or only the lowest number seen so far, of losses */
	uint64_t base;	/* the numbers before this one are told of by records */
	uint64_t lost;	/* so many from there on by LOST frames */
};

/* The number that comes next. */
static inline uint64_t tsp_sequence_next(const struct tsp_sequence *sequence)
{
	return sequence->base + sequence->lost;
}

/* Has it begin with this number, which is known from elsewhere. */
static inline void tsp_sequence_begin(struct tsp_sequence *sequence, uint64_t first)
{
	*sequence = (struct tsp_sequence){ .begun = true, .is_base_known = true, .base = first };
}

/* Goes on with a record of this number. False: as below. */
static inline bool tsp_sequence_take_record(struct tsp_sequence *sequence, uint64_t seq)
{
	if (sequence->begun && seq != tsp_sequence_next(sequence))
		return false;
	tsp_sequence_begin(sequence, seq + 1);
	return true;
}

/* Goes on with the frame. False: it does not follow what came before, and nothing is changed. */
bool tsp_sequence_take(struct tsp_sequence *sequence, const struct tspool_frame *frame);

#endif /* TSP_SEQUENCE_H */
