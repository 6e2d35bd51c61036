// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <string.h>
#include <tspool/decode.h>

#define FRAME_ALIGNMENT		8
#define RECORD_MIN_BYTES \
	(offsetof(struct tspool_record, present) + sizeof(((struct tspool_record *)0)->present))
/* The first version's size: no writer has less to say about a loss. */
#define LOST_MIN_BYTES		40

void tspool_decoder_init(struct tspool_decoder *decoder, const void *bytes, size_t length)
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
	if (head->size % FRAME_ALIGNMENT || head->size < minimum_size(head->type))
		return -EBADMSG;
	return head->size > left ? -ENODATA : 0;
}

/* A shorter frame may claim what it did not bring, or bring a part of a field. */
static void clear_beyond(struct tspool_record *record, size_t size)
{
	const struct tspool_field_info *fields;
	size_t count, i;

	fields = tspool_record_fields(&count);
	for (i = 0; i < count; i++) {
		if ((size_t)fields[i].offset + fields[i].size <= size)
			continue;
		record->present[i / 64] &= ~(UINT64_C(1) << i % 64);
		memset((char *)record + fields[i].offset, 0, fields[i].size);
	}
}

static const struct tspool_frame *copy_record(struct tspool_decoder *decoder, const void *bytes,
					      size_t size)
{
	struct tspool_record *copy = &decoder->copy.record;

	memset(copy, 0, sizeof(*copy));
	memcpy(copy, bytes, size < sizeof(*copy) ? size : sizeof(*copy));
	clear_beyond(copy, size);
	return &copy->frame;
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

	if (head->size >= whole && (uintptr_t)bytes % FRAME_ALIGNMENT == 0)
		return (const struct tspool_frame *)bytes;
	if (is_lost)
		return copy_lost(decoder, bytes, head->size);
	return copy_record(decoder, bytes, head->size);
}

static bool is_known(unsigned int type)
{
	return type != TSPOOL_FRAME_UNSPEC && type <= TSPOOL_FRAME_TYPE_MAX;
}

int tspool_decode(struct tspool_decoder *decoder, const struct tspool_frame **frame)
{
	const unsigned char *bytes;
	struct tspool_frame head;
	int ret;

	while (decoder->offset < decoder->length) {
		ret = check_frame(decoder, &head);
		if (ret)
			return ret;

		bytes = decoder->bytes + decoder->offset;
		decoder->offset += head.size;
		if (is_known(head.type)) {
			*frame = use_frame(decoder, &head, bytes);
			return 1;
		}
	}
	return 0;
}
