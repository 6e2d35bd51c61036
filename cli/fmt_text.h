/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_FMT_TEXT_H
#define TSP_CLI_FMT_TEXT_H

#include <stdio.h>
#include <tspool/record.h>

#define TSP_STATUS_SIZE		16

/* A wait status in short: "0", "3", "SIGKILL", "SIGSEGV+core". Returns text. */
char *tsp_text_status(uint64_t status, char *text);

/* All that is present in a record, a line a field, in groups; raw: numbers in the field's unit. */
void tsp_text_record(FILE *out, const struct tspool_record *record, bool raw);

#endif
