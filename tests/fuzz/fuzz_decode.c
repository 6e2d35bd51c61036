// SPDX-License-Identifier: GPL-2.0-only
/*
 * The frame decoder, on any bytes. What it gives is held against what the bytes say:
 *  - the frames are those at the places that their sizes name, the known types and no others, up to
 *    the first that can't be one; then it stays where that is, and says whether the bytes ended;
 *  - a field is what the bytes hold where the frame has it, else absent and zero;
 *  - at a place in memory that is not aligned they are the same;
 *  - of fewer bytes come the same first frames;
 *  - what the decoder had before, in part with other frames, makes no difference;
 *  - who asks for heads gets those of the same frames, and losses whole.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <tspool/decode.h>

#include "fuzz.h"

#define RECORD_LEAST	(sizeof(struct tspool_frame) + sizeof(__u64) * TSPOOL_PRESENT_WORDS)
/* The first version's. */
#define LOST_LEAST	40

static bool is_record(const struct tspool_frame *frame)
{
	return frame->type == TSPOOL_FRAME_TASK || frame->type == TSPOOL_FRAME_PROCESS;
}

static bool is_known(const struct tspool_frame *frame)
{
	return is_record(frame) || frame->type == TSPOOL_FRAME_LOST;
}

static size_t least_size(const struct tspool_frame *frame)
{
	if (is_record(frame))
		return RECORD_LEAST;
	return frame->type == TSPOOL_FRAME_LOST ? LOST_LEAST : sizeof(*frame);
}

/* What the decoder must say at a place: 0 for a whole frame. */
static int expected_at(const uint8_t *bytes, size_t left, struct tspool_frame *head)
{
	if (left < sizeof(*head))
		return -ENODATA;
	memcpy(head, bytes, sizeof(*head));
	if (head->size % 8 || head->size < least_size(head))
		return -EBADMSG;
	return head->size > left ? -ENODATA : 0;
}

static void check_field(const struct tspool_record *record, const uint8_t *bytes, size_t number)
{
	static const uint8_t zeros[sizeof(struct tspool_record)];
	const struct tspool_field_info *field;
	uint64_t present[TSPOOL_PRESENT_WORDS];
	bool claimed, whole;
	const void *value;
	size_t count;

	memcpy(present, bytes + offsetof(struct tspool_record, present), sizeof(present));
	claimed = present[number / 64] >> number % 64 & 1;
	field = &tspool_record_fields(&count)[number];
	whole = (size_t)field->offset + field->size <= record->frame.size;
	value = (const uint8_t *)record + field->offset;
	MUST(tspool_record_has(record, (unsigned int)number) == (claimed && whole));
	MUST(!memcmp(value, whole ? bytes + field->offset : zeros, field->size));
}

static void check_record(const struct tspool_frame *frame, const uint8_t *bytes)
{
	const struct tspool_record *record = tspool_frame_record(frame);

	MUST(record && !tspool_frame_lost(frame));
	for (size_t i = 0; i < TSPOOL_FIELD_COUNT; i++)
		check_field(record, bytes, i);
}

/* What a shorter frame did not bring is zero. */
static void check_lost(const struct tspool_frame *frame, const uint8_t *bytes)
{
	static const uint8_t zeros[sizeof(struct tspool_lost)];
	size_t size = frame->size < sizeof(zeros) ? frame->size : sizeof(zeros);

	MUST(tspool_frame_lost(frame) && !tspool_frame_record(frame));
	MUST(!memcmp(frame, bytes, size));
	MUST(!memcmp((const uint8_t *)frame + size, zeros, sizeof(zeros) - size));
}

static void check_frame(const struct tspool_frame *frame, const uint8_t *bytes)
{
	MUST(!memcmp(frame, bytes, sizeof(*frame)));
	if (is_record(frame))
		check_record(frame, bytes);
	else
		check_lost(frame, bytes);
}

static void check_head(const struct tspool_frame *frame, const uint8_t *bytes)
{
	MUST(!memcmp(frame, bytes, sizeof(*frame)));
	if (is_record(frame))
		check_field(tspool_frame_record(frame), bytes, TSPOOL_FIELD_seq);
	else
		check_lost(frame, bytes);
}

typedef int (*decode_fn)(struct tspool_decoder *decoder, const struct tspool_frame **frame);
typedef void (*check_fn)(const struct tspool_frame *frame, const uint8_t *bytes);

/* Decodes all of it; returns how many frames there were. */
static unsigned int decode_by(decode_fn decode, check_fn check, struct tspool_decoder *decoder,
			      const uint8_t *bytes, size_t size)
{
	const struct tspool_frame *frame;
	struct tspool_frame head;
	unsigned int count = 0;
	size_t offset = 0;
	int wanted = 0;

	while (offset < size) {
		wanted = expected_at(bytes + offset, size - offset, &head);
		if (wanted)
			break;
		if (is_known(&head)) {
			MUST(decode(decoder, &frame) == 1);
			check(frame, bytes + offset);
			count++;
		}
		offset += head.size;
	}
	/* Also when it is asked again. */
	MUST(decode(decoder, &frame) == wanted);
	MUST(decode(decoder, &frame) == wanted);
	MUST(decoder->offset == offset);
	return count;
}

static unsigned int decode_all(const uint8_t *bytes, size_t size, const uint8_t *memory)
{
	struct tspool_decoder decoder;
	unsigned int count;

	tspool_decoder_init(&decoder, memory, size);
	count = decode_by(tspool_decode, check_frame, &decoder, bytes, size);
	tspool_decoder_continue(&decoder, memory, size);
	MUST(decode_by(tspool_decode, check_frame, &decoder, bytes, size) == count);
	tspool_decoder_continue(&decoder, memory, size);
	MUST(decode_by(tspool_decode_head, check_head, &decoder, bytes, size) == count);
	tspool_decoder_continue(&decoder, memory, size);
	MUST(decode_by(tspool_decode, check_frame, &decoder, bytes, size) == count);
	return count;
}

/* As a message of the kernel's has it: 4 bytes behind where a frame may be used in place. */
static unsigned int decode_unaligned(const uint8_t *bytes, size_t size, size_t shift)
{
	uint8_t *memory = malloc(size + shift);
	unsigned int count;

	MUST(memory);
	memcpy(memory + shift, bytes, size);
	count = decode_all(bytes, size, memory + shift);
	free(memory);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	unsigned int count = decode_unaligned(bytes, size, 8);

	MUST(decode_unaligned(bytes, size, 4) == count);
	MUST(decode_unaligned(bytes, size, 1) == count);
	MUST(decode_unaligned(bytes, size / 2, 8) <= count);
	return 0;
}
