/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_SINK_H
#define TSP_CLI_SINK_H

#include <stdio.h>
#include <tspool/record.h>

#include "line.h"

/*
 * Where records go, each with the path of its cgroup or NULL. Errors are those of the
 * stream, or ENOMEM in errno with -1. The lines are what is printed, for who has memory and
 * writes them later.
 */
struct tsp_sink {
	void (*begin)(FILE *out);
	int (*record)(FILE *out, const struct tspool_record *record, const char *cgroup);
	int (*lost)(FILE *out, const struct tspool_lost *lost);
	tsp_record_line record_line;
	tsp_lost_line lost_line;
};

extern const struct tsp_sink tsp_sink_text;
extern const struct tsp_sink tsp_sink_json;
extern const struct tsp_sink tsp_sink_csv;
extern const struct tsp_sink tsp_sink_none;

enum tsp_sink_index {
	TSP_SINK_TEXT,
	TSP_SINK_JSON,
	TSP_SINK_CSV,
	TSP_SINK_NONE,
};

/* The names of the sinks, for tsp_arg_choice(), and the sinks. */
extern const char *const tsp_sink_names[];
extern const struct tsp_sink *const tsp_sinks[];

#endif
