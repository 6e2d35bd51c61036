// SPDX-License-Identifier: GPL-2.0-only
#include "sink.h"

const char *const tsp_sink_names[] = { "text", "json", "none", NULL };

const struct tsp_sink *const tsp_sinks[] = { &tsp_sink_text, &tsp_sink_json, &tsp_sink_none };

static void begin_none(FILE *out)
{
	(void)out;
}

static int ignore_record(FILE *out, const struct tspool_record *record)
{
	(void)out;
	(void)record;
	return 0;
}

static int ignore_lost(FILE *out, const struct tspool_lost *lost)
{
	(void)out;
	(void)lost;
	return 0;
}

const struct tsp_sink tsp_sink_none = {
	.begin = begin_none,
	.record = ignore_record,
	.lost = ignore_lost,
};
