/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Blocks: what archives are made of; docs/format.md tells all about them. Here are their heads, and
 * what of a block can be checked without looking into it.
 */
#ifndef TSP_ARCHIVE_BLOCK_H
#define TSP_ARCHIVE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TSP_BLOCK_MAGIC		"\x89TSPOOL\n"
#define TSP_BLOCK_MAGIC_BYTES	8
#define TSP_BLOCK_VERSION	1

/* Heads may grow at their end. */
#define TSP_BLOCK_HEAD_MAX	4096
#define TSP_BLOCK_CONTENT_MAX	(16U << 20)
/* What zstd makes at worst of that is a little more. */
#define TSP_BLOCK_STORED_MAX	(TSP_BLOCK_CONTENT_MAX + (1U << 20))
#define TSP_BLOCK_NAMES_MAX	1024

enum tsp_block_type {
	TSP_BLOCK_MACHINE = 1,
	TSP_BLOCK_FRAMES,
	TSP_BLOCK_INDEX,
	TSP_BLOCK_END,
};

/* In a file, all numbers are little-endian. */
struct tsp_block_head {
	unsigned char magic[TSP_BLOCK_MAGIC_BYTES];
	uint8_t version;
	uint8_t type;
	uint16_t head_bytes;
	uint32_t head_checksum;		/* of the head, with zero in this place */
	uint32_t stored_bytes;		/* what follows the head: one zstd frame, or nothing */
	uint32_t stored_checksum;	/* of these bytes */
	uint32_t content_bytes;		/* what zstd makes of them */
	uint32_t names_bytes;		/* the last of these: names of cgroups */
	uint64_t section;		/* when it was begun, nanoseconds since the epoch */
	uint64_t offset;		/* of this block in its section */
	uint64_t records_before;	/* in its section */
	uint32_t records;		/* TASK and PROCESS frames in the block */
	uint32_t losses;		/* LOST frames */
	uint64_t lost;			/* what they count */
	uint64_t first_time_ns;		/* of all that is in the block */
	uint64_t last_time_ns;
	uint32_t previous_bytes;	/* of the whole block before it in its section; 0: none */
	uint32_t part;			/* the number of its file, of those of one writer */
};

/* Takes a block's number of bytes, its head included. */
static inline uint64_t tsp_block_bytes(const struct tsp_block_head *head)
{
	return (uint64_t)head->head_bytes + head->stored_bytes;
}

/* Fills in what each head has, and its checksums; then the head is as it stands in a file. */
void tsp_block_seal(struct tsp_block_head *head, const void *stored);

/*
 * Makes the head that stands at these bytes usable. Returns how long it is; 0: none begins there,
 * or it is damaged; more than length: its rest lies behind these bytes, and it was not checked.
 */
size_t tsp_block_open(struct tsp_block_head *head, const unsigned char *bytes, size_t length);

/* Whether this is what was stored. */
bool tsp_block_is_intact(const struct tsp_block_head *head, const void *stored);

#endif /* TSP_ARCHIVE_BLOCK_H */
