// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a record costs its reader: reception, decoding, filter, and each format, beside what
 * libraries for JSON take for the same line. What the kernel does to hand it over is not in it.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tspool/tspool.h>
#include <yajl/yajl_gen.h>

#include "escape.h"
#include "fmt_json.h"
#include "measure.h"
#include "replay.h"
#include "sink.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define OUTPUT_BYTES	(64 << 10)
#define LINE_BYTES	8192
#define NAME_BYTES	512

static struct tspool_listener *listener, *listener_without_delays;
static FILE *output;

struct reception {
	use_fn use;
	size_t records;
	size_t bytes;
};

static bool on_record(const struct tspool_record *record, void *arg)
{
	struct reception *reception = arg;

	reception->bytes += reception->use(record, measure_cgroup(reception->records++));
	return true;
}

static bool on_lost(const struct tspool_lost *lost, void *arg)
{
	(void)lost;
	(void)arg;
	return true;
}

static bool on_head(const struct tspool_frame *head, void *arg)
{
	struct reception *reception = arg;

	reception->bytes += head->size;
	reception->records++;
	return true;
}

/* Without anything to be made of it, by its head. */
static size_t receive_by(struct tspool_listener **by, use_fn use)
{
	const struct tspool_handler handler = {
		.record = on_record,
		.lost = on_lost,
		.head = use ? NULL : on_head,
	};
	struct reception reception = { .use = use };

	if (!*by) {
		size_t frame_bytes;
		const void *frames = measure_frames(&frame_bytes);

		*by = replay_open(frames, frame_bytes, MEASURE_RECORDS);
	}
	if (!*by || tspool_receive(*by, &handler, &reception) != MEASURE_RECORDS)
		abort();
	return reception.bytes;
}

static size_t receive(use_fn use)
{
	replay_delays = TSPOOL_DELAYACCT_ON;
	return receive_by(&listener, use);
}

/* As Debian's kernels are, unless told otherwise. */
static size_t receive_without_delays(use_fn use)
{
	replay_delays = TSPOOL_DELAYACCT_OFF;
	return receive_by(&listener_without_delays, use);
}

/* Nearly every record passes all that is asked. */
static size_t filter(const struct tspool_record *record, const char *cgroup)
{
	static const struct tspool_uid_range uids[] = { { 0, 100 }, { 1000, 60000 } };
	static const struct tspool_filter wanted = {
		.uids = uids,
		.n_uids = 2,
		.min_run_time_ns = 1000,
		.comm = "work*",
	};

	return tspool_filter_accepts(&wanted, record, cgroup);
}

static size_t print(const struct tsp_sink *sink, const struct tspool_record *record,
		    const char *cgroup)
{
	static char line[LINE_BYTES + TSP_LINE_BYTES];
	size_t length;

	if (!filter(record, cgroup))
		return 0;
	length = sink->record_line(line, record, cgroup);
	return fwrite_unlocked(line, 1, length, output);
}

static size_t text(const struct tspool_record *record, const char *cgroup)
{
	return print(&tsp_sink_text, record, cgroup);
}

static size_t csv(const struct tspool_record *record, const char *cgroup)
{
	return print(&tsp_sink_csv, record, cgroup);
}

static size_t json(const struct tspool_record *record, const char *cgroup)
{
	return print(&tsp_sink_json, record, cgroup);
}

static size_t json_alone(const struct tspool_record *record, const char *cgroup)
{
	static char line[LINE_BYTES + TSP_LINE_BYTES];

	return tsp_sink_json.record_line(line, record, cgroup);
}

static size_t json_by_jansson(const struct tspool_record *record, const char *cgroup)
{
	static char line[LINE_BYTES];
	json_t *object = tsp_json_record(record, cgroup);
	size_t length = json_dumpb(object, line, sizeof(line), JSON_COMPACT);

	json_decref(object);
	return length;
}

static void yajl_text(yajl_gen generator, const char *string, size_t length)
{
	yajl_gen_string(generator, (const unsigned char *)string, length);
}

static void yajl_escaped(yajl_gen generator, const char *string, size_t length)
{
	char escaped[NAME_BYTES];

	tsp_escape(string, length, escaped);
	yajl_text(generator, escaped, strlen(escaped));
}

static void yajl_field(yajl_gen generator, const struct tspool_record *record,
		       const struct tspool_field_info *field)
{
	size_t length;
	const char *string = tspool_field_text(record, field, &length);

	yajl_text(generator, field->name, strlen(field->name));
	if (string)
		yajl_escaped(generator, string, length);
	else
		yajl_gen_integer(generator, (long long)tspool_field_number(record, field));
}

static void yajl_record(yajl_gen generator, const struct tspool_record *record, const char *cgroup)
{
	const char *type = tspool_frame_type_name(record->frame.type);
	const struct tspool_field_info *fields;
	size_t count;

	yajl_text(generator, "type", strlen("type"));
	yajl_text(generator, type, strlen(type));
	yajl_text(generator, "cpt", strlen("cpt"));
	yajl_gen_integer(generator, record->frame.cpt);
	fields = tspool_record_fields(&count);
	for (unsigned int i = 0; i < count; i++) {
		if (!tspool_record_has(record, i))
			continue;
		yajl_field(generator, record, &fields[i]);
		if (i != TSPOOL_FIELD_cgroup_id || !cgroup)
			continue;
		yajl_text(generator, "cgroup", strlen("cgroup"));
		yajl_escaped(generator, cgroup, strlen(cgroup));
	}
}

/* One generator for all records, whose buffer is used again. */
static size_t json_by_yajl(const struct tspool_record *record, const char *cgroup)
{
	static yajl_gen generator;
	const unsigned char *line;
	size_t length;

	if (!generator)
		generator = yajl_gen_alloc(NULL);
	yajl_gen_map_open(generator);
	yajl_record(generator, record, cgroup);
	yajl_gen_map_close(generator);
	yajl_gen_get_buf(generator, &line, &length);
	yajl_gen_clear(generator);
	yajl_gen_reset(generator, NULL);
	return length;
}

/* One a line. */
/* clang-format off */
static const struct stage stages[] = {
	{ "decode, count", measure_decode, measure_count },
	{ "receive, count", receive, NULL },
	{ "receive, decode, count", receive, measure_count },
	{ "the same, delays taken out", receive_without_delays, measure_count },
	{ "receive, decode, filter", receive, filter },
	{ "receive, decode, filter, text", receive, text },
	{ "receive, decode, filter, CSV", receive, csv },
	{ "receive, decode, filter, JSON", receive, json },
	{ "decode, JSON", measure_decode, json_alone },
	{ "decode, JSON by jansson", measure_decode, json_by_jansson },
	{ "decode, JSON by yajl", measure_decode, json_by_yajl },
};

/* clang-format on */

int main(int argc, char **argv)
{
	int status;

	output = fopen("/dev/null", "we");
	if (!output || setvbuf(output, NULL, _IOFBF, OUTPUT_BYTES)) {
		fputs("/dev/null can't be opened\n", stderr);
		return EXIT_FAILURE;
	}
	status = measure(stages, ARRAY_SIZE(stages), argc, argv);
	tspool_listener_close(listener_without_delays);
	tspool_listener_close(listener);
	fclose(output);
	return status;
}
