// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <string.h>
#include <tspool/decode.h>

#include "heads.h"

#define RECORD_MIN_BYTES \
	(offsetof(struct tspool_record, present) + sizeof(((struct tspool_record *)0)->present))
/* The first version's size: no writer has less to say about a loss. */
#define LOST_MIN_BYTES		40

void tspool_decoder_init(struct tspool_decoder *decoder, const void *bytes, size_t length)
{
	decoder->known_size = 0;
	tspool_decoder_continue(decoder, bytes, length);
}

void tspool_decoder_continue(struct tspool_decoder *decoder, const void *bytes, size_t length)
{
	decoder->bytes = bytes;
	decoder->length = length;
	decoder->offset = 0;
}

static size_t minimum_size(unsigned int type)
{
	switch (type) {
	case TSPOOL_FRAME_TASK:
	case TSPOOL_FRAME_PROCESS:
		return RECORD_MIN_BYTES;
	case TSPOOL_FRAME_LOST:
		return LOST_MIN_BYTES;
	default:
		return sizeof(struct tspool_frame);
	}
}

/* Sets *head to the next frame's; 0 means that the whole frame lies within the bytes. */
static int check_frame(const struct tspool_decoder *decoder, struct tspool_frame *head)
{
	size_t left = decoder->length - decoder->offset;

	if (left < sizeof(*head))
		return -ENODATA;
	memcpy(head, decoder->bytes + decoder->offset, sizeof(*head));
	if (head->size % TSP_FRAME_ALIGNMENT || head->size < minimum_size(head->type))
		return -EBADMSG;
	return head->size > left ? -ENODATA : 0;
}

/*
 * What frames of a size shorter than the struct can bring: the fields that lie in it whole. What
 * the bits beyond the last known field say is out of sight either way. The rest of the copy is zero
 * for as long as frames have this size.
 */
static void learn_size(struct tspool_decoder *decoder, size_t size)
{
	const struct tspool_field_info *fields;
	size_t count, i;

	memset(&decoder->copy.record, 0, sizeof(decoder->copy.record));
	memset(decoder->brought, 0xff, sizeof(decoder->brought));
	decoder->brought_bytes = RECORD_MIN_BYTES;
	decoder->known_size = size;
	fields = tspool_record_fields(&count);
	for (i = 0; i < count; i++) {
		size_t end = (size_t)fields[i].offset + fields[i].size;

		if (end <= size)
			decoder->brought_bytes = end;
		else
			decoder->brought[i / 64] &= ~(UINT64_C(1) << i % 64);
	}
}

/* A shorter frame may claim what it did not bring, or bring a part of a field. */
static const struct tspool_frame *claim_what_was_brought(struct tspool_decoder *decoder)
{
	struct tspool_record *copy = &decoder->copy.record;
	size_t i;

	for (i = 0; i < TSPOOL_PRESENT_WORDS; i++)
		copy->present[i] &= decoder->brought[i];
	return &copy->frame;
}

static const struct tspool_frame *copy_record(struct tspool_decoder *decoder, const void *bytes,
					      size_t size)
{
	if (size != decoder->known_size)
		learn_size(decoder, size);
	memcpy(&decoder->copy, bytes, decoder->brought_bytes);
	return claim_what_was_brought(decoder);
}

static const struct tspool_frame *copy_lost(struct tspool_decoder *decoder, const void *bytes,
					    size_t size)
{
	struct tspool_lost *copy = &decoder->copy.lost;

	memset(copy, 0, sizeof(*copy));
	memcpy(copy, bytes, size < sizeof(*copy) ? size : sizeof(*copy));
	return &copy->frame;
}

/* The usual frame, aligned and not shorter than the struct, is used where it lies. */
static const struct tspool_frame *use_frame(struct tspool_decoder *decoder,
					    const struct tspool_frame *head,
					    const unsigned char *bytes)
{
	bool is_lost = head->type == TSPOOL_FRAME_LOST;
	size_t whole = is_lost ? sizeof(struct tspool_lost) : sizeof(struct tspool_record);

	if (head->size >= whole && (uintptr_t)bytes % TSP_FRAME_ALIGNMENT == 0)
		return (const struct tspool_frame *)bytes;
	if (is_lost)
		return copy_lost(decoder, bytes, head->size);
	return copy_record(decoder, bytes, head->size);
}

static bool is_known(unsigned int type)
{
	return type != TSPOOL_FRAME_UNSPEC && type <= TSPOOL_FRAME_TYPE_MAX;
}

/* As tspool_decode(), but the frame is still where and what it was. */
static int next_frame(struct tspool_decoder *decoder, struct tspool_frame *head,
		      const unsigned char **bytes)
{
	int ret;

	while (decoder->offset < decoder->length) {
		ret = check_frame(decoder, head);
		if (ret)
			return ret;

		*bytes = decoder->bytes + decoder->offset;
		decoder->offset += head->size;
		if (is_known(head->type))
			return 1;
	}
	return 0;
}

int tspool_decode(struct tspool_decoder *decoder, const struct tspool_frame **frame)
{
	const unsigned char *bytes;
	struct tspool_frame head;
	int ret = next_frame(decoder, &head, &bytes);

	if (ret > 0)
		*frame = use_frame(decoder, &head, bytes);
	return ret;
}

int tspool_decode_head(struct tspool_decoder *decoder, const struct tspool_frame **frame)
{
	const struct tspool_frame *head = tsp_take_head(decoder);

	if (!head)
		return tspool_decode(decoder, frame);
	*frame = head;
	return 1;
}
