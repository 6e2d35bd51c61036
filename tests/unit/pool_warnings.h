/* SPDX-License-Identifier: GPL-2.0-only */
/* What a pool warns of, a line each. One program includes this once. */
#ifndef TSP_TEST_POOL_WARNINGS_H
#define TSP_TEST_POOL_WARNINGS_H

#include <stdio.h>
#include <string.h>

static char warnings[4000];

static inline void take_warning(void *context, const char *sentence)
{
	size_t length = strlen(warnings);

	(void)context;
	snprintf(warnings + length, sizeof(warnings) - length, "%s\n", sentence);
}

#endif /* TSP_TEST_POOL_WARNINGS_H */
