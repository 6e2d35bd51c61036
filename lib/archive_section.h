/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sections, as they are written: a block about the machine, blocks of frames, an index, an end. A
 * file has one, or one for each writer that appended to it. Functions return 0 or a negative errno.
 */
#ifndef TSP_ARCHIVE_SECTION_H
#define TSP_ARCHIVE_SECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zstd.h>

#include "archive_index.h"
#include "archive_output.h"

struct tsp_section {
	struct tsp_output output;
	bool sync_blocks;
	uint64_t id;
	uint32_t part;
	uint32_t previous_bytes;	/* of the last block */
	uint64_t records;
	ZSTD_CCtx *zstd;
	unsigned char *stored;		/* a whole block, its head in front */
	size_t stored_capacity;
	struct tsp_index index;
};

/* -EINVAL: zstd has no such level. What was begun is to be freed in any case. */
int tsp_section_init(struct tsp_section *section, int level);
void tsp_section_free(struct tsp_section *section);

/* Begins one in the output, which was just opened. part: the number of the file. */
int tsp_section_begin(struct tsp_section *section, uint32_t part, const char *machine,
		      size_t length);

/*
 * Writes a block of frames. The head tells of it what the caller knows: numbers of names, records
 * and losses, and times.
 */
int tsp_section_put(struct tsp_section *section, struct tsp_block_head head, const void *content,
		    size_t bytes);

/* Writes index and end. */
int tsp_section_end(struct tsp_section *section);

#endif /* TSP_ARCHIVE_SECTION_H */
