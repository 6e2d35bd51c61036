/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The names that a block of frames has behind them: the paths of its records' cgroups, by their
 * ids.
 */
#ifndef TSP_ARCHIVE_NAMES_H
#define TSP_ARCHIVE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive_block.h"

#define TSP_NAMES_SLOTS		(2 * TSP_BLOCK_NAMES_MAX)

struct tsp_name_slot {
	uint64_t id;
	const char *path;	/* NULL: the slot is free */
};

/* Which paths are known; all zero: none. */
struct tsp_names {
	size_t count;
	struct tsp_name_slot slots[TSP_NAMES_SLOTS];
};

void tsp_names_clear(struct tsp_names *names);

/* The path, which stays where it was when it was added; NULL: it is not known. */
const char *tsp_names_find(const struct tsp_names *names, uint64_t id);

/* Adds what is not known yet; false if there is no room. */
bool tsp_names_add(struct tsp_names *names, uint64_t id, const char *path);

/* How many bytes a name takes in a block, and how it is put there. */
size_t tsp_name_bytes(const char *path);
void tsp_name_put(unsigned char *place, uint64_t id, const char *path);

/* Adds all that is in so many bytes of a block. What makes no sense ends it. */
void tsp_names_read(struct tsp_names *names, const unsigned char *bytes, size_t length);

#endif /* TSP_ARCHIVE_NAMES_H */
