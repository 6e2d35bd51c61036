/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TSP_SUBBUF_H
#define TSP_SUBBUF_H

#include <tspool/decode.h>

#include "heads.h"
#include "sequence.h"

/* The sub-buffers of one CPT's relay buffer, one after the other. */
struct tsp_subbufs {
	uint32_t cpt;
	struct tsp_sequence sequence;
	struct tspool_decoder decoder;	/* in the one that is open; at its end without one */
	uint64_t next_seq;		/* where that one must end */
	const char *fault;		/* why the last call failed */
};

/*
 * Opens a sub-buffer: length bytes of memory, whose content may be anything. Returns 0, or -EBADMSG
 * and a fault: then none is open.
 */
int tsp_subbufs_open(struct tsp_subbufs *subbufs, const void *bytes, size_t length,
		     uint64_t number);

/*
 * The head of the next frame, where it lies, if that is a record which follows what came before,
 * and not the last frame: nearly all are. NULL: it takes a closer look, and nothing is changed.
 */
static inline const struct tspool_frame *tsp_subbufs_usual_head(struct tsp_subbufs *subbufs)
{
	struct tspool_decoder *decoder = &subbufs->decoder;
	const struct tspool_frame *head = tsp_head_at(decoder);
	const struct tspool_record *record = (const void *)head;
	size_t size;

	if (!head || head->cpt != subbufs->cpt || !tspool_record_has(record, TSPOOL_FIELD_seq))
		return NULL;
	size = head->size;
	if (decoder->length - decoder->offset == size ||
	    !tsp_sequence_take_record(&subbufs->sequence, record->seq))
		return NULL;
	decoder->offset += size;
	return head;
}

/* For tsp_subbufs_next(): the same, with a closer look. */
int tsp_subbufs_look(struct tsp_subbufs *subbufs, bool heads, const struct tspool_frame **frame);

/*
 * The next frame of the one that is open, or with heads its head, as tspool_decode_head() has it:
 * 1, or 0 at its end, or -EBADMSG and a fault at the offset of the decoder. After that the rest
 * can't be read, and the sequence begins anew.
 */
static inline int tsp_subbufs_next(struct tsp_subbufs *subbufs, bool heads,
				   const struct tspool_frame **frame)
{
	const struct tspool_frame *head = heads ? tsp_subbufs_usual_head(subbufs) : NULL;

	if (!head)
		return tsp_subbufs_look(subbufs, heads, frame);
	*frame = head;
	return 1;
}

/* Whether there is none open, or nothing left in it. */
static inline bool tsp_subbufs_at_end(const struct tsp_subbufs *subbufs)
{
	return subbufs->decoder.offset == subbufs->decoder.length;
}

#endif /* TSP_SUBBUF_H */
