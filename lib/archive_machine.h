/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TSP_ARCHIVE_MACHINE_H
#define TSP_ARCHIVE_MACHINE_H

#include <stddef.h>

/* As the byte_order of a machine block has it. */
const char *tsp_byte_order(void);

/*
 * What a machine block tells: lines "name<tab>value", about this machine, the frames that it makes,
 * and what the caller knows (NULL: nothing). To be freed, with its length; NULL without memory.
 */
char *tsp_machine_text(const char *writer, const char *cpts, size_t *length);

/* The value of the first line of this name and its length; NULL if there is none. */
const char *tsp_machine_find(const char *text, const char *name, size_t *length);

#endif /* TSP_ARCHIVE_MACHINE_H */
