// SPDX-License-Identifier: GPL-2.0-only
/* JSON Lines: an object a line. */
#include <errno.h>

#include "fmt_json.h"
#include "sink.h"

static void begin(FILE *out)
{
	(void)out;
}

static int print_line(FILE *out, json_t *object)
{
	int err;

	if (!object) {
		errno = ENOMEM;
		return -1;
	}
	err = json_dumpf(object, out, JSON_COMPACT);
	json_decref(object);
	return err || fputc('\n', out) == EOF ? -1 : 0;
}

static int print_record(FILE *out, const struct tspool_record *record)
{
	return print_line(out, tsp_json_record(record));
}

static int print_lost(FILE *out, const struct tspool_lost *lost)
{
	return print_line(out, tsp_json_lost(lost));
}

const struct tsp_sink tsp_sink_json = {
	.begin = begin,
	.record = print_record,
	.lost = print_lost,
};
