/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_JSON_H
#define TSP_CLI_JSON_H

#include <jansson.h>
#include <tspool/tspool.h>

/* Pieces of JSON objects. The functions that add one return 0, or -1 without memory. */

/* A number, as exactly as JSON's integers allow. */
int tsp_json_add_number(json_t *object, const char *name, uint64_t number);

/* A text that ends at a NUL or after length bytes, escaped as tsp_escape() does. */
int tsp_json_add_text(json_t *object, const char *name, const char *text, size_t length);

/* The counts of dropped records, as "dropped": {"no_slot": 0, ...}. */
int tsp_json_add_dropped(json_t *object, const uint64_t dropped[TSPOOL_CAUSES]);

/* Returns value; or, if err tells that its making failed, releases it and returns NULL. */
json_t *tsp_json_checked(json_t *value, int err);

/*
 * Prints a value, indented, with a newline at its end. Returns 0, -EIO, or -ENOMEM for the NULL
 * that a value without memory is.
 */
int tsp_json_print(const json_t *value);

/* The same on one line, to out. */
int tsp_json_print_line(const json_t *value, FILE *out);

#endif
