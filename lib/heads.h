/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records of which only the head is looked at, where they lie. */
#ifndef TSP_HEADS_H
#define TSP_HEADS_H

#include <tspool/decode.h>

#define TSP_FRAME_ALIGNMENT	8
/* Up to the sequence number, of which all versions have it. */
#define TSP_HEAD_BYTES		offsetof(struct tspool_record, exit_time_ns)

/* The head of the whole record that comes next; NULL if something else does, or no whole one. */
static inline const struct tspool_frame *tsp_head_at(const struct tspool_decoder *decoder)
{
	size_t left = decoder->length - decoder->offset;
	const struct tspool_frame *head;
	const unsigned char *bytes;

	if (left < TSP_HEAD_BYTES)
		return NULL;
	bytes = decoder->bytes + decoder->offset;
	head = (const struct tspool_frame *)bytes;
	if ((uintptr_t)bytes % TSP_FRAME_ALIGNMENT)
		return NULL;
	if (!tspool_frame_record(head) || head->size < TSP_HEAD_BYTES || head->size > left ||
	    head->size % TSP_FRAME_ALIGNMENT)
		return NULL;
	return head;
}

/* The same, and the decoder goes on behind it. */
static inline const struct tspool_frame *tsp_take_head(struct tspool_decoder *decoder)
{
	const struct tspool_frame *head = tsp_head_at(decoder);

	if (head)
		decoder->offset += head->size;
	return head;
}

#endif /* TSP_HEADS_H */
