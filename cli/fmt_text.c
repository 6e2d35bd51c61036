// SPDX-License-Identifier: GPL-2.0-only
#include "fmt_text.h"

#include <stdlib.h>
#include <string.h>

#include "delay_table.h"
#include "escape.h"
#include "section.h"
#include "value.h"

/* As wide as the longest name with and without its unit, as a number and as a date. */
#define NAME_WIDTH(raw)		((raw) ? 32 : 20)
#define VALUE_WIDTH(raw)	((raw) ? 20 : 26)

static void print_line(FILE *out, const char *name, int length, const char *value,
		       const char *description, bool raw)
{
	fprintf(out, "  %-*.*s %*s  %s\n", NAME_WIDTH(raw), length, name, VALUE_WIDTH(raw), value,
		description);
}

/* Without memory it is left out. */
static void print_cgroup(FILE *out, const char *path, bool raw)
{
	size_t length = strlen(path);
	char *escaped = malloc(TSP_ESCAPED_SIZE(length));

	if (!escaped)
		return;
	print_line(out, "cgroup", (int)strlen("cgroup"), tsp_escape(path, length, escaped),
		   "its path there", raw);
	free(escaped);
}

static void print_fields(FILE *out, const struct tspool_record *record, enum tsp_section section,
			 const char *cgroup, bool raw)
{
	const struct tspool_field_info *fields;
	char value[TSP_VALUE_SIZE];
	size_t count;

	fprintf(out, "%s\n", tsp_section_names[section]);
	fields = tspool_record_fields(&count);
	for (unsigned int i = 0; i < count; i++) {
		if (!tspool_record_has(record, i) || tsp_section_of(&fields[i]) != section)
			continue;
		print_line(out, fields[i].name, tsp_label_length(&fields[i], raw),
			   tsp_value_of_field(record, i, raw, value), fields[i].description, raw);
		if (i == TSPOOL_FIELD_cgroup_id && cgroup)
			print_cgroup(out, cgroup, raw);
	}
}

static bool has_any(const struct tspool_record *record, enum tsp_section section)
{
	const struct tspool_field_info *fields;
	size_t count;

	fields = tspool_record_fields(&count);
	for (unsigned int i = 0; i < count; i++)
		if (tspool_record_has(record, i) && tsp_section_of(&fields[i]) == section)
			return true;
	return false;
}

void tsp_text_record(FILE *out, const struct tspool_record *record, const char *cgroup, bool raw)
{
	const char *type = tspool_frame_type_name(record->frame.type);
	int name_width = NAME_WIDTH(raw) + 2;

	fprintf(out, "%-*s %*s  %s\n", name_width, "Type", VALUE_WIDTH(raw), type,
		"task: one thread; process: all its threads");
	if (record->frame.cpt != TSPOOL_CPT_ANY)
		fprintf(out, "%-*s %*u  %s\n", name_width, "CPT", VALUE_WIDTH(raw),
			record->frame.cpt, "CPU partition");
	for (enum tsp_section section = 0; section < TSP_SECTIONS; section++) {
		if (!has_any(record, section))
			continue;
		if (section == TSP_SECTION_DELAYS && !raw)
			tsp_delay_table(out, tsp_section_names[section], record);
		else
			print_fields(out, record, section, cgroup, raw);
	}
}
