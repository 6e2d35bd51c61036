/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Indexes: where the blocks with frames are, and which times are in them. */
#ifndef TSP_ARCHIVE_INDEX_H
#define TSP_ARCHIVE_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "archive_block.h"

/* An index block has no more, so that a writer never keeps many. */
#define TSP_INDEX_ENTRIES	4096
/* Of an index block: there is none before it in its section. */
#define TSP_INDEX_FIRST		UINT64_MAX

struct tsp_index_entry {
	uint64_t offset;	/* in the section; a reader's: in the file */
	uint64_t first_time_ns;
	uint64_t last_time_ns;
	uint64_t records_before;
};

/* What a writer will put into the next index block, as it stands there, little-endian. */
struct tsp_index {
	uint64_t previous;	/* offset of the index block before it, or TSP_INDEX_FIRST */
	struct tsp_index_entry entries[TSP_INDEX_ENTRIES];
	size_t count;		/* of entries; not in the file */
};

void tsp_index_init(struct tsp_index *index);

/* The bytes that the block is to have. */
size_t tsp_index_bytes(const struct tsp_index *index);

/* Adds a block, of which there is room for one more. */
void tsp_index_add(struct tsp_index *index, const struct tsp_block_head *head);

/* Empties it once it is written, to this place. */
void tsp_index_next(struct tsp_index *index, uint64_t offset);

/* What was read: the number of entries, and the place of the index before; false: no index. */
bool tsp_index_read(const unsigned char *content, size_t bytes, size_t *count, uint64_t *previous);
struct tsp_index_entry tsp_index_entry_at(const unsigned char *content, size_t number);

#endif /* TSP_ARCHIVE_INDEX_H */
