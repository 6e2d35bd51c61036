// SPDX-License-Identifier: GPL-2.0-only
#include "sink.h"

/* One a line. */
/* clang-format off */
const char *const tsp_sink_names[] = {
	[TSP_SINK_TEXT] = "text",
	[TSP_SINK_JSON] = "json",
	[TSP_SINK_CSV] = "csv",
	[TSP_SINK_NONE] = "none",
	NULL
};

const struct tsp_sink *const tsp_sinks[] = {
	[TSP_SINK_TEXT] = &tsp_sink_text,
	[TSP_SINK_JSON] = &tsp_sink_json,
	[TSP_SINK_CSV] = &tsp_sink_csv,
	[TSP_SINK_NONE] = &tsp_sink_none,
};

/* clang-format on */

static void begin_none(FILE *out)
{
	(void)out;
}

static int ignore_record(FILE *out, const struct tspool_record *record, const char *cgroup)
{
	(void)out;
	(void)record;
	(void)cgroup;
	return 0;
}

static int ignore_lost(FILE *out, const struct tspool_lost *lost)
{
	(void)out;
	(void)lost;
	return 0;
}

static size_t no_record_line(char *line, const struct tspool_record *record, const char *cgroup)
{
	(void)line;
	(void)record;
	(void)cgroup;
	return 0;
}

static size_t no_lost_line(char *line, const struct tspool_lost *lost)
{
	(void)line;
	(void)lost;
	return 0;
}

const struct tsp_sink tsp_sink_none = {
	.begin = begin_none,
	.record = ignore_record,
	.lost = ignore_lost,
	.record_line = no_record_line,
	.lost_line = no_lost_line,
};
