/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_TABLE_H
#define TSP_CLI_TABLE_H

#include <jansson.h>
#include <stdbool.h>

enum tsp_format {
	TSP_FORMAT_TEXT,
	TSP_FORMAT_JSON,
};

/* The names of enum tsp_format, for tsp_arg_choice(). */
extern const char *const tsp_format_names[];

/* A column of a text table: what stands in the rows' JSON objects under key. */
struct tsp_column {
	const char *heading;
	const char *key;
	const char *limit_key;	/* shown as "value/limit" */
	bool right;
};

/*
 * Prints rows, an array of objects, as JSON or as a table of these columns, the last of which has
 * no heading. Takes the reference to rows; NULL: they got no memory. Returns 0 or a negative errno.
 */
int tsp_table_print(enum tsp_format format, json_t *rows, const struct tsp_column *columns);

#endif
