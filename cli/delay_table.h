/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_DELAY_TABLE_H
#define TSP_CLI_DELAY_TABLE_H

#include <stdio.h>
#include <tspool/record.h>

/*
 * The delays of a record as a table: a line for each kind that is present, under the heading; a
 * column for each figure that any of them has. What one of them has not is a dash.
 */
void tsp_delay_table(FILE *out, const char *heading, const struct tspool_record *record);

/* The length of the kind's name if a field of this name is the total of a kind of delay, else 0. */
int tsp_delay_kind_length(const char *field);

#endif
