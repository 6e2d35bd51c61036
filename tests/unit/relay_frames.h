/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames of one or more CPTs under construction, for one source file of a test program. */
#ifndef TSP_RELAY_FRAMES_H
#define TSP_RELAY_FRAMES_H

#include <check.h>
#include <stdint.h>
#include <string.h>
#include <tspool/record.h>

static union {
	uint64_t aligned;
	unsigned char bytes[16384];
} frames;

static size_t frames_length;

static void append(const void *bytes, size_t size)
{
	ck_assert_uint_le(frames_length + size, sizeof(frames.bytes));
	memcpy(frames.bytes + frames_length, bytes, size);
	frames_length += size;
}

static void append_record(uint32_t cpt, uint64_t seq)
{
	struct tspool_record record = {
		.frame = {
			.size = sizeof(record),
			.type = TSPOOL_FRAME_TASK,
			.version = TSPOOL_FRAME_VERSION,
			.cpt = cpt,
		},
		.present[TSPOOL_FIELD_seq / 64] = UINT64_C(1) << TSPOOL_FIELD_seq % 64,
		.seq = seq,
	};

	append(&record, sizeof(record));
}

static void append_lost(uint32_t cpt, uint32_t cause, uint64_t count, uint64_t first, uint64_t last)
{
	struct tspool_lost lost = {
		.frame = {
			.size = sizeof(lost),
			.type = TSPOOL_FRAME_LOST,
			.version = TSPOOL_FRAME_VERSION,
			.cpt = cpt,
		},
		.count = count,
		.first_seq = first,
		.last_seq = last,
		.cause = cause,
	};

	append(&lost, sizeof(lost));
}

#endif /* TSP_RELAY_FRAMES_H */
