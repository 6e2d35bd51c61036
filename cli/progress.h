/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_PROGRESS_H
#define TSP_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* How far a long work is, on stderr; only where that is a terminal and stdout is none. */
struct tsp_progress {
	bool shown;		/* at all */
	bool on_line;		/* something stands there now */
	uint64_t next_ns;	/* when it is to be shown again */
};

void tsp_progress_start(struct tsp_progress *progress);

/* Shows a name and how much is done of all, some times a second. */
void tsp_progress_show(struct tsp_progress *progress, const char *name, uint64_t done,
		       uint64_t all);

/* Clears its line, before something else is said. */
void tsp_progress_clear(struct tsp_progress *progress);

#endif
