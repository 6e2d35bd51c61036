// SPDX-License-Identifier: GPL-2.0-only
#include "fmt_text.h"

#include <string.h>
#include <sys/wait.h>

#include "escape.h"
#include "scale.h"

#define VALUE_SIZE	128

#define UNIT(unit)	(1U << TSPOOL_UNIT_##unit)

static const struct {
	const char *heading;
	unsigned int units;
} groups[] = {
	{ "Identity", UNIT(ID) | UNIT(NONE) | UNIT(STATUS) | UNIT(FLAGS) },
	{ "Time", UNIT(NS) },
	{ "Events", UNIT(COUNT) },
	{ "Memory and I/O", UNIT(BYTES) },
};

/* One flag a line. */
/* clang-format off */
static const struct {
	uint32_t flag;
	const char *name;
} flag_names[] = {
	{ TSPOOL_FLAG_LAST_THREAD, "last_thread" },
	{ TSPOOL_FLAG_NO_EXEC, "no_exec" },
	{ TSPOOL_FLAG_SUPERUSER, "superuser" },
	{ TSPOOL_FLAG_CORE_DUMP, "core_dump" },
	{ TSPOOL_FLAG_SIGNALED, "signaled" },
	{ TSPOOL_FLAG_KTHREAD, "kthread" },
	{ TSPOOL_FLAG_CHILDREN_IO, "children_io" },
};

/* clang-format on */

#define LENGTH(array)	(sizeof(array) / sizeof((array)[0]))

char *tsp_text_status(uint64_t wait_status, char *text)
{
	int status = (int)wait_status;
	const char *core = WCOREDUMP(status) ? "+core" : "";
	const char *name;

	if (!WIFSIGNALED(status)) {
		snprintf(text, TSP_STATUS_SIZE, "%d", WEXITSTATUS(status));
		return text;
	}
	name = sigabbrev_np(WTERMSIG(status));
	if (name)
		snprintf(text, TSP_STATUS_SIZE, "SIG%s%s", name, core);
	else
		snprintf(text, TSP_STATUS_SIZE, "SIG%d%s", WTERMSIG(status), core);
	return text;
}

/* A module newer than this program may have flags that it can't name. */
static void print_flags(uint64_t flags, char *value)
{
	size_t used = 0;

	for (size_t i = 0; i < LENGTH(flag_names); i++) {
		if (!(flags & flag_names[i].flag))
			continue;
		used += sprintf(value + used, "%s%s", used ? " " : "", flag_names[i].name);
		flags &= ~(uint64_t)flag_names[i].flag;
	}
	if (flags || !used)
		sprintf(value + used, "%s%#llx", used ? " " : "", (unsigned long long)flags);
}

static void print_number(unsigned long long number, char *value)
{
	snprintf(value, VALUE_SIZE, "%llu", number);
}

static void print_scaled(uint64_t number, enum tspool_unit unit, char *value)
{
	if (unit == TSPOOL_UNIT_NS)
		tsp_scale_ns(number, value);
	else if (unit == TSPOOL_UNIT_BYTES)
		tsp_scale_bytes(number, value);
	else if (unit == TSPOOL_UNIT_STATUS)
		tsp_text_status(number, value);
	else if (unit == TSPOOL_UNIT_FLAGS)
		print_flags(number, value);
	else
		print_number(number, value);
}

static void print_value(const struct tspool_record *record, unsigned int index,
			const struct tspool_field_info *field, bool raw, char *value)
{
	uint64_t number = tspool_field_number(record, field);
	const char *text;
	size_t length;

	text = tspool_field_text(record, field, &length);
	if (text)
		tsp_escape(text, length, value);
	else if (raw)
		print_number(number, value);
	else if (index == TSPOOL_FIELD_exit_wall_time_ns)
		tsp_date(number, value);
	else
		print_scaled(number, field->unit, value);
}

/* A scaled value brings its unit along, so the name goes without it. */
static size_t name_length(const char *name, bool raw)
{
	const char *unit = strrchr(name, '_');

	if (!raw && unit && (!strcmp(unit, "_ns") || !strcmp(unit, "_bytes")))
		return (size_t)(unit - name);
	return strlen(name);
}

static void print_field(FILE *out, const struct tspool_record *record, unsigned int index,
			const struct tspool_field_info *field, bool raw)
{
	char value[VALUE_SIZE];

	print_value(record, index, field, raw, value);
	fprintf(out, "  %-24.*s %20s  %s\n", (int)name_length(field->name, raw), field->name, value,
		field->description);
}

static void print_group(FILE *out, const struct tspool_record *record, unsigned int units, bool raw)
{
	const struct tspool_field_info *fields;
	size_t count;

	fields = tspool_record_fields(&count);
	for (size_t i = 0; i < count; i++)
		if (tspool_record_has(record, i) && units & 1U << fields[i].unit)
			print_field(out, record, i, &fields[i], raw);
}

void tsp_text_record(FILE *out, const struct tspool_record *record, bool raw)
{
	fprintf(out, "%-26s %20s  %s\n", "Type", tspool_frame_type_name(record->frame.type),
		"task: one thread; process: all its threads");
	fprintf(out, "%-26s %20u  %s\n", "CPT", record->frame.cpt, "CPU partition");
	for (size_t i = 0; i < LENGTH(groups); i++) {
		fprintf(out, "%s\n", groups[i].heading);
		print_group(out, record, groups[i].units, raw);
	}
}
