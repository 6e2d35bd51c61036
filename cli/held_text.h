/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_HELD_TEXT_H
#define TSP_CLI_HELD_TEXT_H

#include <stddef.h>

/* Text that several hold, and that is freed when nobody does. Belongs to one thread at a time. */
struct tsp_held_text {
	size_t holders;
	char bytes[];
};

/* A copy, held by the caller. NULL: there is no memory. */
struct tsp_held_text *tsp_held_text(const char *bytes, size_t length);

void tsp_hold_text(struct tsp_held_text *text);
void tsp_let_go_text(struct tsp_held_text *text);

#endif
