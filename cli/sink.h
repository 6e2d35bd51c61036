/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_SINK_H
#define TSP_CLI_SINK_H

#include <stdio.h>
#include <tspool/record.h>

/* Where tslisten's records go. Errors are those of the stream, or ENOMEM in errno with -1. */
struct tsp_sink {
	void (*begin)(FILE *out);
	int (*record)(FILE *out, const struct tspool_record *record);
	int (*lost)(FILE *out, const struct tspool_lost *lost);
};

extern const struct tsp_sink tsp_sink_text;
extern const struct tsp_sink tsp_sink_json;
extern const struct tsp_sink tsp_sink_none;

/* The names of the sinks, for tsp_arg_choice(), and the sinks in the same order. */
extern const char *const tsp_sink_names[];
extern const struct tsp_sink *const tsp_sinks[];

#endif
