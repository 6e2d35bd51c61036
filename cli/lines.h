/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_LINES_H
#define TSP_CLI_LINES_H

#include <limits.h>

#include "cgroups.h"
#include "frames.h"
#include "sink.h"

/*
 * What a sink makes of a buffer's frames. Belongs to one thread, and begins all zero. The text has
 * memory of that thread's, which is kept for the next buffer.
 */
struct tsp_lines {
	struct tsp_lines *next;	/* for whoever ends them */
	char *text;		/* NULL: they are not open yet */
	size_t size;		/* of its memory */
	size_t used;
	size_t count;
	size_t ends[TSP_FRAMES_MAX]; /* of each frame's text */
	char cgroup[PATH_MAX];	/* of the record in hand */
};

/* Returns 0 or -ENOMEM. They are ended with tsp_lines_close(). */
int tsp_lines_open(struct tsp_lines *lines);
void tsp_lines_close(struct tsp_lines *lines);

/* Returns 0 or -ENOMEM. */
int tsp_lines_make(struct tsp_lines *lines, const struct tsp_frames *frames,
		   const struct tsp_sink *sink, struct tsp_shared_cgroups *cgroups);

#endif
