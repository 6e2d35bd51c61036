// SPDX-License-Identifier: GPL-2.0-only
/* A line a record, for people to read. */
#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "decimal.h"
#include "escape.h"
#include "scale.h"
#include "sink.h"
#include "value.h"

struct cell {
	char text[TSP_VALUE_SIZE];
};

static_assert(sizeof(struct cell) >= TSP_SCALED_SIZE, "a cell holds a scaled number");
static_assert(sizeof(struct cell) >= TSP_ESCAPED_SIZE(sizeof(((struct tspool_record *)0)->comm)),
	      "a cell holds a name");

static void begin(FILE *out)
{
	if (!isatty(fileno(out)))
		return;
	fprintf(out, "%-15s %3s %4s %8s %-7s %7s %7s %6s %-15s %-8s %9s %9s %9s  %s\n", "TIME",
		"CPT", "CPU", "SEQ", "TYPE", "PID", "TGID", "UID", "COMM", "CODE", "LIVED", "RAN",
		"RSS", "CGROUP");
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
	*tsp_put_number(text, number) = '\0';
	return text;
}

static struct cell lifetime(const struct tspool_record *record)
{
	struct cell cell = { "-" };

	if (!tspool_record_has(record, TSPOOL_FIELD_start_time_ns) ||
	    !tspool_record_has(record, TSPOOL_FIELD_exit_time_ns))
		return cell_of(record, TSPOOL_FIELD_elapsed_ns, tsp_scale_ns);
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

static char *put_blanks(char *to, size_t count)
{
	memset(to, ' ', count);
	return to + count;
}

/* As printf() does by %*s and %-*s, with a blank behind it. */
static char *put_right(char *to, const char *text, size_t width)
{
	size_t length = strlen(text);

	to = put_blanks(to, length < width ? width - length : 0);
	to = tsp_put_bytes(to, text, length);
	return put_blanks(to, 1);
}

static char *put_left(char *to, const char *text, size_t width)
{
	size_t length = strlen(text);

	to = tsp_put_bytes(to, text, length);
	return put_blanks(to, length < width ? width - length + 1 : 1);
}

/* A number of the record by its field. */
static char *put_cell(char *to, const struct tspool_record *record, enum tspool_field field,
		      char *(*print)(uint64_t number, char *text), size_t width)
{
	return put_right(to, cell_of(record, field, print).text, width);
}

static char *put_who(char *to, const struct tspool_record *record)
{
	char cpt[TSP_DECIMAL_BYTES + 1] = "-";

	if (record->frame.cpt != TSPOOL_CPT_ANY)
		print_plain(record->frame.cpt, cpt);
	to = put_left(to, cell_of(record, TSPOOL_FIELD_exit_wall_time_ns, tsp_time_of_day).text,
		      15);
	to = put_right(to, cpt, 3);
	to = put_cell(to, record, TSPOOL_FIELD_cpu, print_plain, 4);
	to = put_cell(to, record, TSPOOL_FIELD_seq, print_plain, 8);
	to = put_left(to, tspool_frame_type_name(record->frame.type), 7);
	to = put_cell(to, record, TSPOOL_FIELD_pid, print_plain, 7);
	to = put_cell(to, record, TSPOOL_FIELD_tgid, print_plain, 7);
	to = put_cell(to, record, TSPOOL_FIELD_uid, print_plain, 6);
	return put_left(to, comm(record).text, 15);
}

/* The path is at the end, as it may have any length. */
static size_t record_line(char *line, const struct tspool_record *record, const char *cgroup)
{
	char *to = put_who(line, record);

	to = put_left(to, cell_of(record, TSPOOL_FIELD_exit_code, tsp_value_of_status).text, 8);
	to = put_right(to, lifetime(record).text, 9);
	to = put_cell(to, record, TSPOOL_FIELD_run_time_ns, tsp_scale_ns, 9);
	to = put_cell(to, record, TSPOOL_FIELD_hiwater_rss_bytes, tsp_scale_bytes, 9);
	*to++ = ' ';
	tsp_escape(cgroup ? cgroup : "-", cgroup ? strlen(cgroup) : 1, to);
	to += strlen(to);
	*to++ = '\n';
	return (size_t)(to - line);
}

static size_t lost_line(char *line, const struct tspool_lost *lost)
{
	const char *cause = tspool_cause_name(lost->cause);
	struct cell time = { "-" };
	int length;

	if (lost->wall_time_ns)
		tsp_time_of_day(lost->wall_time_ns, time.text);
	if (lost->count == TSPOOL_COUNT_UNKNOWN)
		length = sprintf(line, "%-15s any lost an unknown number of records: %s\n",
				 time.text, cause);
	else if (lost->frame.cpt == TSPOOL_CPT_ANY)
		length = sprintf(line, "%-15s any lost %llu records: %s\n", time.text, lost->count,
				 cause);
	else
		length = sprintf(line, "%-15s %3u lost %llu records, %llu to %llu: %s\n", time.text,
				 lost->frame.cpt, lost->count, lost->first_seq, lost->last_seq,
				 cause);
	return (size_t)length;
}

static int print_record(FILE *out, const struct tspool_record *record, const char *cgroup)
{
	return tsp_print_record_line(out, record_line, record, cgroup);
}

static int print_lost(FILE *out, const struct tspool_lost *lost)
{
	return tsp_print_lost_line(out, lost_line, lost);
}

const struct tsp_sink tsp_sink_text = {
	.begin = begin,
	.record = print_record,
	.lost = print_lost,
	.record_line = record_line,
	.lost_line = lost_line,
};
