/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_VALUE_H
#define TSP_CLI_VALUE_H

#include <tspool/record.h>

/*
 * What stands in a field, for people to read. The functions write to a text of TSP_VALUE_SIZE
 * bytes, and return it.
 */
#define TSP_VALUE_SIZE	128

/* A number with its unit, scaled; raw: in the field's unit. */
char *tsp_value_of_number(uint64_t number, const struct tspool_field_info *field, bool raw,
			  char *text);

/*
 * The field of the record, whether it is present or not; beside what the above does, a date, a name
 * or a pair of numbers where the field is for one.
 */
char *tsp_value_of_field(const struct tspool_record *record, enum tspool_field number, bool raw,
			 char *text);

/* A wait status in short: "0", "3", "SIGKILL", "SIGSEGV+core". */
char *tsp_value_of_status(uint64_t status, char *text);

/* The length of a field's name; without its unit, which a scaled value brings along, if not raw. */
int tsp_label_length(const struct tspool_field_info *field, bool raw);

#endif
