/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_FIELD_LIST_H
#define TSP_CLI_FIELD_LIST_H

#include <jansson.h>

#include "table.h"

/*
 * All names that may stand in a record as a JSON object, in their order: an array of objects with
 * name, in (the types of record that have it), unit, description; a field of the module's frames
 * also has type, offset and since (the version of frames that brought it); one of a task or process
 * record process (what a PROCESS record has in it) and source, and stock and stock_since where
 * struct taskstats has it too. It belongs to the caller; NULL without memory.
 */
json_t *tsp_field_list(void);

/* For tsp_table_print(). */
extern const struct tsp_column tsp_field_list_columns[];

#endif
