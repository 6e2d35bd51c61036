/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_FIND_COMM_H
#define TSP_CLI_FIND_COMM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers of tasks; zeroed at first, released with free(ids). */
struct tsp_ids {
	uint32_t *ids;
	size_t count;
};

/* Returns 0 or -ENOMEM. */
int tsp_ids_add(struct tsp_ids *ids, uint32_t id);

/*
 * Adds the processes whose names match the pattern, as the shell's patterns do; or all threads that
 * do, whatever their process is called. Returns 0 or a negative errno.
 */
int tsp_find_comm(const char *pattern, bool threads, struct tsp_ids *ids);

#endif
