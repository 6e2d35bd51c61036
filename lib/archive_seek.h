/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The indexes of a file, all together: which places to go to for a range of times. */
#ifndef TSP_ARCHIVE_SEEK_H
#define TSP_ARCHIVE_SEEK_H

#include "archive_index.h"
#include "archive_input.h"

struct tsp_seek {
	struct tsp_index_entry *entries;	/* by their offset in the file */
	size_t count;
	size_t capacity;
	size_t next;		/* of these, the first that was not passed */
};

/*
 * Reads the indexes of all sections. 0; or a negative errno, -ENODATA where there are not all: then
 * the file is to be read block by block. What was begun is to be freed in any case.
 */
int tsp_seek_load(struct tsp_seek *seek, struct tsp_input *input);
void tsp_seek_free(struct tsp_seek *seek);

/*
 * The first block from this place on that may hold what is in a range of times, or tells of a
 * machine; NULL if there is none. Places only rise from call to call.
 */
const struct tsp_index_entry *tsp_seek_next(struct tsp_seek *seek, uint64_t place,
					    uint64_t since_ns, uint64_t until_ns);

#endif /* TSP_ARCHIVE_SEEK_H */
