/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The file that a reader reads: blocks at places, and the search for the next one after a damage.
 */
#ifndef TSP_ARCHIVE_INPUT_H
#define TSP_ARCHIVE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zstd.h>

#include "archive_block.h"

struct tsp_input {
	int fd;
	uint64_t size;		/* when it was last looked at */
	ZSTD_DCtx *zstd;
	unsigned char *stored;
	size_t stored_capacity;
	unsigned char *content;
	size_t content_capacity;
};

/* What can be found at a place. */
enum tsp_found {
	TSP_FOUND_BLOCK,
	TSP_FOUND_END,		/* of the file */
	TSP_FOUND_CUT,		/* a block whose rest is behind the end of the file, or may be */
	TSP_FOUND_DAMAGE,
};

/* 0 or a negative errno, as tspool_archive_open(). What was begun is to be closed in any case. */
int tsp_input_open(struct tsp_input *input, const char *path);
void tsp_input_close(struct tsp_input *input);

/* Looks at the file's size once more: 0 or a negative errno. */
int tsp_input_look(struct tsp_input *input);

/* Whether a writer has it open. For the moment of asking, a writer that comes has to wait. */
bool tsp_input_is_written(const struct tsp_input *input);

/* Reads the head at a place: enum tsp_found, or a negative errno. */
int tsp_input_head(struct tsp_input *input, uint64_t place, struct tsp_block_head *head);

/* Reads the content of the block at a place whose head this is: as above, it is not unpacked. */
int tsp_input_stored(struct tsp_input *input, uint64_t place, const struct tsp_block_head *head);

/* Unpacks what was read, to input->content: as above. */
int tsp_input_unpack(struct tsp_input *input, const struct tsp_block_head *head);

/*
 * The first place from this one on where a block begins: TSP_FOUND_BLOCK; or TSP_FOUND_END, with
 * the place up to which there is none; or a negative errno.
 */
int tsp_input_search(struct tsp_input *input, uint64_t *place);

#endif /* TSP_ARCHIVE_INPUT_H */
