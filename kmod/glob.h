/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * Patterns for the names of tasks, as fnmatch(3) knows them without flags: * any bytes, ? one byte,
 * [a-z0-9] one of these, [!a-z] one of all others ([^a-z] too), a backslash before a byte: that
 * byte. Bytes are compared as they are. The same source serves the module and userspace; nothing
 * here allocates, waits or keeps state.
 */
#ifndef TSP_GLOB_H
#define TSP_GLOB_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#endif

/*
 * Whether it is a pattern: not empty, no [ left open, no backslash at the end, and no class by name
 * ([:alpha:]), which is not known here.
 */
bool tsp_glob_is_valid(const char *pattern);

/* @pattern: valid. Takes no more than the product of the two lengths. */
bool tsp_glob_match(const char *pattern, const char *text);

#endif /* TSP_GLOB_H */
