/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_FMT_TEXT_H
#define TSP_CLI_FMT_TEXT_H

#include <stdio.h>
#include <tspool/record.h>

/*
 * All that is present in a record, in sections, a line a field; the delays as a table. Raw: a line
 * a field for these too, and plain numbers in the field's unit. The path of its cgroup is shown
 * unless it is NULL.
 */
void tsp_text_record(FILE *out, const struct tspool_record *record, const char *cgroup, bool raw);

#endif
