/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_WINDOW_H
#define TSP_CLI_WINDOW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "held_text.h"

/*
 * Lines that wait, so that those with an earlier time can come before them. Of one time, they stay
 * in the order in which they came. Belongs to one thread at a time.
 */
struct tsp_window {
	uint64_t width_ns;	/* how long lines wait, from their time on */
	size_t bytes_max;	/* of text that waits; beyond it, lines leave before their time */

	struct tsp_window_line *heap; /* the earliest first */
	size_t count;
	size_t room;
	size_t bytes;
	uint64_t added;		/* lines so far */
	uint64_t written_ns;	/* the latest time of a line that has left */
	uint64_t late;		/* lines that came after one of a later time had left */
};

void tsp_window_init(struct tsp_window *window, uint64_t width_ns, size_t bytes_max);

/* What still waits is gone. */
void tsp_window_free(struct tsp_window *window);

/* Adds the line at bytes of the text, which it holds. Returns 0 or -ENOMEM. */
int tsp_window_add(struct tsp_window *window, uint64_t time_ns, struct tsp_held_text *text,
		   const char *bytes, size_t length);

/* Writes the lines whose time is over at now_ns, and what is too much. -1: the stream's error. */
int tsp_window_write(struct tsp_window *window, uint64_t now_ns, FILE *out);

/* Writes all. */
int tsp_window_flush(struct tsp_window *window, FILE *out);

#endif
