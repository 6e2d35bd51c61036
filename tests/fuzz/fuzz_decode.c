// SPDX-License-Identifier: GPL-2.0-only
/*
 * The frame decoder, on any bytes. What it gives is held against what the bytes say:
 *  - the frames are those at the places that their sizes name, the known types and no others, up to
 *    the first that can't be one; then it stays where that is, and says whether the bytes ended;
 *  - a field is what the bytes hold where the frame has it, else absent and zero;
 *  - at a place in memory that is not aligned they are the same;
 *  - of fewer bytes come the same first frames.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <tspool/decode.h>

#include "fuzz.h"

#define RECORD_LEAST	(sizeof(struct tspool_frame) + sizeof(__u64) * TSPOOL_PRESENT_WORDS)

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
	return frame->type == TSPOOL_FRAME_LOST ? sizeof(struct tspool_lost) : sizeof(*frame);
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

static void check_field(const struct tspool_record *record, const uint8_t *bytes,
			const struct tspool_field_info *field, bool claimed, bool has, bool whole)
{
	static const uint8_t zeros[sizeof(struct tspool_record)];
	const void *value = (const uint8_t *)record + field->offset;

	MUST(has == (claimed && whole));
	MUST(!memcmp(value, whole ? bytes + field->offset : zeros, field->size));
}

static void check_record(const struct tspool_frame *frame, const uint8_t *bytes)
{
	const struct tspool_record *record = tspool_frame_record(frame);
	const struct tspool_field_info *fields;
	uint64_t present[TSPOOL_PRESENT_WORDS];
	size_t count;

	MUST(record && !tspool_frame_lost(frame));
	memcpy(present, bytes + offsetof(struct tspool_record, present), sizeof(present));
	fields = tspool_record_fields(&count);
	for (size_t i = 0; i < count; i++) {
		bool whole = (size_t)fields[i].offset + fields[i].size <= record->frame.size;

		check_field(record, bytes, &fields[i], present[i / 64] >> i % 64 & 1,
			    tspool_record_has(record, (unsigned int)i), whole);
	}
}

static void check_frame(const struct tspool_frame *frame, const uint8_t *bytes)
{
	MUST(!memcmp(frame, bytes, sizeof(*frame)));
	if (is_record(frame)) {
		check_record(frame, bytes);
		return;
	}
	MUST(tspool_frame_lost(frame) && !tspool_frame_record(frame));
	MUST(!memcmp(frame, bytes, sizeof(struct tspool_lost)));
}

/* Decodes all of it; returns how many frames there were. */
static unsigned int decode_all(const uint8_t *bytes, size_t size, const uint8_t *memory)
{
	const struct tspool_frame *frame;
	struct tspool_decoder decoder;
	struct tspool_frame head;
	unsigned int count = 0;
	size_t offset = 0;
	int wanted = 0;

	tspool_decoder_init(&decoder, memory, size);
	while (offset < size) {
		wanted = expected_at(bytes + offset, size - offset, &head);
		if (wanted)
			break;
		if (is_known(&head)) {
			MUST(tspool_decode(&decoder, &frame) == 1);
			check_frame(frame, bytes + offset);
			count++;
		}
		offset += head.size;
	}
	/* Also when it is asked again. */
	MUST(tspool_decode(&decoder, &frame) == wanted);
	MUST(tspool_decode(&decoder, &frame) == wanted);
	MUST(decoder.offset == offset);
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
