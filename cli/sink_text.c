// SPDX-License-Identifier: GPL-2.0-only
/* A line a record, for people to read. */
#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "escape.h"
#include "fmt_text.h"
#include "scale.h"
#include "sink.h"

struct cell {
	char text[TSP_ESCAPED_SIZE(sizeof(((struct tspool_record *)0)->comm))];
};

static_assert(sizeof(struct cell) >= TSP_SCALED_SIZE, "a cell holds a scaled number");
static_assert(sizeof(struct cell) >= TSP_STATUS_SIZE, "a cell holds a status");

static void begin(FILE *out)
{
	if (!isatty(fileno(out)))
		return;
	fprintf(out, "%-15s %3s %4s %8s %-7s %7s %7s %6s %-15s %-8s %9s %9s %9s\n", "TIME", "CPT",
		"CPU", "SEQ", "TYPE", "PID", "TGID", "UID", "COMM", "CODE", "LIVED", "RAN", "RSS");
}

/* A cell with what print makes of a number field, or a dash. print writes up to a cell's size. */
static struct cell cell_of(const struct tspool_record *record, enum tspool_field field,
			   char *(*print)(uint64_t number, char *text))
{
	const struct tspool_field_info *fields;
	struct cell cell = { "-" };
	size_t count;

	fields = tspool_record_fields(&count);
	if (tspool_record_has(record, field))
		print(tspool_field_number(record, &fields[field]), cell.text);
	return cell;
}

static char *print_plain(uint64_t number, char *text)
{
	sprintf(text, "%llu", (unsigned long long)number);
	return text;
}

static struct cell lifetime(const struct tspool_record *record)
{
	struct cell cell = { "-" };

	if (tspool_record_has(record, TSPOOL_FIELD_start_time_ns) &&
	    tspool_record_has(record, TSPOOL_FIELD_exit_time_ns))
		tsp_scale_ns(record->exit_time_ns - record->start_time_ns, cell.text);
	return cell;
}

static struct cell comm(const struct tspool_record *record)
{
	struct cell cell = { "-" };

	if (tspool_record_has(record, TSPOOL_FIELD_comm))
		tsp_escape(record->comm, sizeof(record->comm), cell.text);
	return cell;
}

static int print_record(FILE *out, const struct tspool_record *record)
{
	int length;

	length = fprintf(out, "%-15s %3u %4s %8s %-7s %7s %7s %6s %-15s %-8s %9s %9s %9s\n",
			 cell_of(record, TSPOOL_FIELD_exit_wall_time_ns, tsp_time_of_day).text,
			 record->frame.cpt, cell_of(record, TSPOOL_FIELD_cpu, print_plain).text,
			 cell_of(record, TSPOOL_FIELD_seq, print_plain).text,
			 tspool_frame_type_name(record->frame.type),
			 cell_of(record, TSPOOL_FIELD_pid, print_plain).text,
			 cell_of(record, TSPOOL_FIELD_tgid, print_plain).text,
			 cell_of(record, TSPOOL_FIELD_uid, print_plain).text, comm(record).text,
			 cell_of(record, TSPOOL_FIELD_exit_code, tsp_text_status).text,
			 lifetime(record).text,
			 cell_of(record, TSPOOL_FIELD_run_time_ns, tsp_scale_ns).text,
			 cell_of(record, TSPOOL_FIELD_hiwater_rss_bytes, tsp_scale_bytes).text);
	return length < 0 ? -1 : 0;
}

static int print_lost(FILE *out, const struct tspool_lost *lost)
{
	const char *cause = tspool_cause_name(lost->cause);
	int length;

	if (lost->count == TSPOOL_COUNT_UNKNOWN)
		length = fprintf(out, "%15s any lost an unknown number of records: %s\n", "",
				 cause);
	else
		length = fprintf(out, "%15s %3u lost %llu records, %llu to %llu: %s\n", "",
				 lost->frame.cpt, lost->count, lost->first_seq, lost->last_seq,
				 cause);
	return length < 0 ? -1 : 0;
}

const struct tsp_sink tsp_sink_text = {
	.begin = begin,
	.record = print_record,
	.lost = print_lost,
};
