// SPDX-License-Identifier: GPL-2.0-only
#include "delay_table.h"

#include <string.h>

#include "value.h"

#define TOTAL		"_delay_ns"
#define NOTHING		"-"
#define LENGTH(array)	(sizeof(array) / sizeof((array)[0]))

/* A kind of delay gives its name to all of its fields: blkio_count, blkio_delay_ns, ... */
static const struct column {
	const char *heading;
	const char *field;	/* behind the kind's name; NULL: of the total and the count */
	int width;
} columns[] = {
	{ "count", "_count", 10 },
	{ "total", TOTAL, 10 },
	{ "average", NULL, 10 },
	{ "longest", "_delay_max_ns", 10 },
	{ "shortest", "_delay_min_ns", 10 },
	{ "end of longest", "_delay_max_wall_time_ns", 26 },
};

int tsp_delay_kind_length(const char *field)
{
	size_t length = strlen(field), tail = strlen(TOTAL);

	if (length <= tail || strcmp(field + length - tail, TOTAL))
		return 0;
	return (int)(length - tail);
}

/* The number of the field that is named so, if the record has it; else TSPOOL_FIELD_COUNT. */
static enum tspool_field find(const struct tspool_record *record, const char *kind, int length,
			      const char *end)
{
	const struct tspool_field_info *fields;
	size_t count;

	fields = tspool_record_fields(&count);
	for (unsigned int i = 0; i < count; i++)
		if (tspool_record_has(record, i) && !strncmp(fields[i].name, kind, length) &&
		    !strcmp(fields[i].name + length, end))
			return i;
	return TSPOOL_FIELD_COUNT;
}

static char *print_nothing(char *text)
{
	memcpy(text, NOTHING, sizeof(NOTHING));
	return text;
}

static char *print_average(const struct tspool_record *record, const char *kind, int length,
			   char *text)
{
	enum tspool_field total = find(record, kind, length, TOTAL);
	enum tspool_field number = find(record, kind, length, "_count");
	const struct tspool_field_info *fields;
	uint64_t divisor = 0;
	size_t count;

	fields = tspool_record_fields(&count);
	if (number < count)
		divisor = tspool_field_number(record, &fields[number]);
	if (total == count || !divisor)
		return print_nothing(text);
	return tsp_value_of_number(tspool_field_number(record, &fields[total]) / divisor,
				   &fields[total], false, text);
}

static char *print_cell(const struct tspool_record *record, const char *kind, int length,
			const struct column *column, char *text)
{
	enum tspool_field field;

	if (!column->field)
		return print_average(record, kind, length, text);
	field = find(record, kind, length, column->field);
	if (field == TSPOOL_FIELD_COUNT)
		return print_nothing(text);
	return tsp_value_of_field(record, field, false, text);
}

/* Whether any kind of delay has a figure for the column. */
static bool is_needed(const struct tspool_record *record, const struct column *column)
{
	const struct tspool_field_info *fields;
	char text[TSP_VALUE_SIZE];
	size_t count;

	fields = tspool_record_fields(&count);
	for (size_t i = 0; i < count; i++) {
		int length = tsp_delay_kind_length(fields[i].name);

		if (length &&
		    strcmp(print_cell(record, fields[i].name, length, column, text), NOTHING))
			return true;
	}
	return false;
}

void tsp_delay_table(FILE *out, const char *heading, const struct tspool_record *record)
{
	const struct tspool_field_info *fields;
	bool needed[LENGTH(columns)];
	char text[TSP_VALUE_SIZE];
	size_t count;

	fprintf(out, "%-14s", heading);
	for (size_t i = 0; i < LENGTH(columns); i++) {
		needed[i] = is_needed(record, &columns[i]);
		if (needed[i])
			fprintf(out, " %*s", columns[i].width, columns[i].heading);
	}
	fputc('\n', out);

	fields = tspool_record_fields(&count);
	for (unsigned int field = 0; field < count; field++) {
		int length = tsp_delay_kind_length(fields[field].name);

		if (!length || !tspool_record_has(record, field))
			continue;
		fprintf(out, "  %-12.*s", length, fields[field].name);
		for (size_t i = 0; i < LENGTH(columns); i++)
			if (needed[i])
				fprintf(out, " %*s", columns[i].width,
					print_cell(record, fields[field].name, length, &columns[i],
						   text));
		fprintf(out, "  %s\n", fields[field].description);
	}
}
