// SPDX-License-Identifier: GPL-2.0-only
#include "held_text.h"

#include <stdlib.h>
#include <string.h>

struct tsp_held_text *tsp_held_text(const char *bytes, size_t length)
{
	struct tsp_held_text *text = malloc(sizeof(*text) + length);

	if (!text)
		return NULL;
	text->holders = 1;
	memcpy(text->bytes, bytes, length);
	return text;
}

void tsp_hold_text(struct tsp_held_text *text)
{
	text->holders++;
}

void tsp_let_go_text(struct tsp_held_text *text)
{
	if (!--text->holders)
		free(text);
}
