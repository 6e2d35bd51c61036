/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes to records: the one decoder of frames, wherever the bytes come from. */
#ifndef TSPOOL_DECODE_H
#define TSPOOL_DECODE_H

#include <tspool/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where a decoder stands. The caller provides it; it needs no release. */
struct tspool_decoder {
	const unsigned char *bytes;
	size_t length;
	size_t offset;			/* of the frame that comes next, or of the bad one */
	struct {
		struct tspool_record record;
		struct tspool_lost lost;
	} copy;				/* of a frame that can't be used in place */
	size_t known_size;		/* of records, about which the rest tells */
	size_t brought_bytes;		/* up to the end of the last field that lies in it whole */
	uint64_t brought[TSPOOL_PRESENT_WORDS]; /* those fields */
};

/* Starts at the first of the length bytes, which stay the caller's and are only read. */
void tspool_decoder_init(struct tspool_decoder *decoder, const void *bytes, size_t length);

/* The same for a decoder that was in use, or is all zero: cheaper, as it knows frames of a size. */
void tspool_decoder_continue(struct tspool_decoder *decoder, const void *bytes, size_t length);

/*
 * The next frame of a known type; unknown types are passed over.
 *
 * Returns 1 and sets *frame, which is a whole struct tspool_record or struct tspool_lost as its
 * type says: fields that a shorter frame did not bring are absent and zero, those of a longer one
 * that this library does not know are out of sight. It is valid until the next call, and as long
 * as the bytes are.
 * Returns 0 at the end of the bytes.
 * -ENODATA: the bytes end inside the frame at decoder->offset. -EBADMSG: the frame at
 * decoder->offset has a size that no frame of its type can have. Frames given before are good; the
 * decoder stays where it is.
 */
int tspool_decode(struct tspool_decoder *decoder, const struct tspool_frame **frame);

/*
 * The same for who counts: of a record only the struct tspool_frame, seq, and whether there is one
 * are good. A loss is whole.
 */
int tspool_decode_head(struct tspool_decoder *decoder, const struct tspool_frame **frame);

/* The frame as a TASK or PROCESS record, NULL if it is neither. */
static inline const struct tspool_record *tspool_frame_record(const struct tspool_frame *frame)
{
	if (frame->type != TSPOOL_FRAME_TASK && frame->type != TSPOOL_FRAME_PROCESS)
		return NULL;
	return (const struct tspool_record *)frame;
}

/* The frame as a LOST record, NULL if it is not one. */
static inline const struct tspool_lost *tspool_frame_lost(const struct tspool_frame *frame)
{
	return frame->type == TSPOOL_FRAME_LOST ? (const struct tspool_lost *)frame : NULL;
}

#ifdef __cplusplus
}
#endif

#endif /* TSPOOL_DECODE_H */
