// SPDX-License-Identifier: GPL-2.0-only
/*
 * Comma-separated values as RFC 4180 has them, but for its line ends: a heading, then a line a
 * record. The columns are type and cpt, the fields of task and process records, and those of lost
 * records. What is absent is empty.
 */
#include <string.h>
#include <tspool/record.h>

#include "decimal.h"
#include "escape.h"
#include "sink.h"

static void put_heading(FILE *out, const char *name)
{
	putc(',', out);
	fputs(name, out);
}

static bool is_reserved(const struct tspool_field_info *lost_field)
{
	return lost_field->offset == offsetof(struct tspool_lost, reserved);
}

static void begin(FILE *out)
{
	const struct tspool_field_info *fields;
	size_t count;

	fputs("type,cpt", out);
	fields = tspool_record_fields(&count);
	for (size_t i = 0; i < count; i++) {
		put_heading(out, fields[i].name);
		if (i == TSPOOL_FIELD_cgroup_id)
			put_heading(out, "cgroup");
	}
	fields = tspool_lost_fields(&count);
	for (size_t i = 0; i < count; i++)
		if (!is_reserved(&fields[i]))
			put_heading(out, fields[i].name);
	putc('\n', out);
}

static char *put_string(char *to, const char *text)
{
	return tsp_put_bytes(to, text, strlen(text));
}

/* What is neither a number nor a plain name: in quotes where it has something that ends a value. */
static char *put_escaped(char *to, const char *text, size_t length)
{
	bool quoted = memchr(text, ',', length) || memchr(text, '"', length);

	if (quoted)
		*to++ = '"';
	while (length) {
		struct tsp_escaped first = tsp_escape_first(text, length);

		if (first.bytes[0] == '"')
			*to++ = '"';
		to = tsp_put_bytes(to, first.bytes, first.length);
		text += first.taken;
		length -= first.taken;
	}
	if (quoted)
		*to++ = '"';
	return to;
}

static char *put_text(char *to, const char *text, size_t length)
{
	if (tsp_plain_length(text, length) < length)
		return put_escaped(to, text, length);
	return tsp_put_bytes(to, text, length);
}

static char *put_field(char *to, const void *record, const struct tspool_field_info *field)
{
	size_t length;
	const char *text = tspool_field_text(record, field, &length);

	if (text)
		return put_text(to, text, length);
	if (field->kind == TSPOOL_KIND_SIGNED)
		return tsp_put_signed(to, (int64_t)tspool_field_number(record, field));
	return tsp_put_number(to, tspool_field_number(record, field));
}

static char *put_frame(char *to, const struct tspool_frame *frame)
{
	to = put_string(to, tspool_frame_type_name(frame->type));
	*to++ = ',';
	return frame->cpt == TSPOOL_CPT_ANY ? to : tsp_put_number(to, frame->cpt);
}

static char *put_empty(char *to, size_t count)
{
	memset(to, ',', count);
	return to + count;
}

static size_t record_line(char *line, const struct tspool_record *record, const char *cgroup)
{
	char *to = put_frame(line, &record->frame);
	const struct tspool_field_info *fields;
	size_t count, lost_count;

	fields = tspool_record_fields(&count);
	for (size_t i = 0; i < count; i++) {
		*to++ = ',';
		if (tspool_record_has(record, (unsigned int)i))
			to = put_field(to, record, &fields[i]);
		if (i != TSPOOL_FIELD_cgroup_id)
			continue;
		*to++ = ',';
		if (cgroup)
			to = put_text(to, cgroup, strlen(cgroup));
	}
	tspool_lost_fields(&lost_count);
	/* The reserved one is none of the columns. */
	to = put_empty(to, lost_count - 1);
	*to++ = '\n';
	return (size_t)(to - line);
}

static size_t lost_line(char *line, const struct tspool_lost *lost)
{
	char *to = put_frame(line, &lost->frame);
	const struct tspool_field_info *fields;
	size_t count;

	tspool_record_fields(&count);
	/* And the path of the cgroup. */
	to = put_empty(to, count + 1);
	fields = tspool_lost_fields(&count);
	for (size_t i = 0; i < count; i++) {
		if (is_reserved(&fields[i]))
			continue;
		*to++ = ',';
		if (fields[i].offset == offsetof(struct tspool_lost, cause))
			to = put_string(to, tspool_cause_name(lost->cause));
		else if (tspool_lost_has(lost, &fields[i]))
			to = put_field(to, lost, &fields[i]);
	}
	*to++ = '\n';
	return (size_t)(to - line);
}

static int print_record(FILE *out, const struct tspool_record *record, const char *cgroup)
{
	return tsp_print_record_line(out, record_line, record, cgroup);
}

static int print_lost(FILE *out, const struct tspool_lost *lost)
{
	return tsp_print_lost_line(out, lost_line, lost);
}

const struct tsp_sink tsp_sink_csv = {
	.begin = begin,
	.record = print_record,
	.lost = print_lost,
	.record_line = record_line,
	.lost_line = lost_line,
};
