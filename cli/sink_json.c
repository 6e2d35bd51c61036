// SPDX-License-Identifier: GPL-2.0-only
/* JSON Lines: an object a line. */
#include "json_line.h"
#include "sink.h"

static void begin(FILE *out)
{
	(void)out;
}

static int print_record(FILE *out, const struct tspool_record *record, const char *cgroup)
{
	return tsp_print_record_line(out, tsp_json_line_record, record, cgroup);
}

static int print_lost(FILE *out, const struct tspool_lost *lost)
{
	return tsp_print_lost_line(out, tsp_json_line_lost, lost);
}

const struct tsp_sink tsp_sink_json = {
	.begin = begin,
	.record = print_record,
	.lost = print_lost,
	.record_line = tsp_json_line_record,
	.lost_line = tsp_json_line_lost,
};
