// SPDX-License-Identifier: GPL-2.0-only
#include "value.h"

#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "decimal.h"
#include "escape.h"
#include "scale.h"

#define LENGTH(array)	(sizeof(array) / sizeof((array)[0]))

/* One a line. */
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
	{ TSPOOL_FLAG_THREADED, "threaded" },
};

/* By SCHED_*, of which the C library does not have all. */
static const char *const policy_names[] = {
	[0] = "other",
	[1] = "fifo",
	[2] = "rr",
	[3] = "batch",
	[5] = "idle",
	[6] = "deadline",
	[7] = "ext",
};

/* clang-format on */

static char *print_plain(uint64_t number, enum tspool_kind kind, char *text)
{
	char *end = kind == TSPOOL_KIND_SIGNED ? tsp_put_signed(text, (int64_t)number) :
						 tsp_put_number(text, number);

	*end = '\0';
	return text;
}

char *tsp_value_of_number(uint64_t number, const struct tspool_field_info *field, bool raw,
			  char *text)
{
	if (raw)
		return print_plain(number, field->kind, text);
	switch (field->unit) {
	case TSPOOL_UNIT_NS:
		return tsp_scale_ns(number, text);
	case TSPOOL_UNIT_BYTES:
		return tsp_scale_bytes(number, text);
	case TSPOOL_UNIT_MB_US:
		return tsp_scale_mb_us(number, text);
	default:
		return print_plain(number, field->kind, text);
	}
}

char *tsp_value_of_status(uint64_t wait_status, char *text)
{
	int status = (int)wait_status;
	const char *core = WCOREDUMP(status) ? "+core" : "";
	const char *name;

	if (!WIFSIGNALED(status))
		return print_plain(WEXITSTATUS(status), TSPOOL_KIND_NUMBER, text);
	name = sigabbrev_np(WTERMSIG(status));
	if (name)
		snprintf(text, TSP_VALUE_SIZE, "SIG%s%s", name, core);
	else
		snprintf(text, TSP_VALUE_SIZE, "SIG%d%s", WTERMSIG(status), core);
	return text;
}

/* A module newer than this program may have flags that it can't name. */
static char *print_flags(uint64_t flags, char *text)
{
	size_t used = 0;

	for (size_t i = 0; i < LENGTH(flag_names); i++) {
		if (!(flags & flag_names[i].flag))
			continue;
		used += sprintf(text + used, "%s%s", used ? " " : "", flag_names[i].name);
		flags &= ~(uint64_t)flag_names[i].flag;
	}
	if (flags || !used)
		sprintf(text + used, "%s%#llx", used ? " " : "", (unsigned long long)flags);
	return text;
}

static char *print_policy(uint64_t policy, char *text)
{
	const char *name = policy < LENGTH(policy_names) ? policy_names[policy] : NULL;

	snprintf(text, TSP_VALUE_SIZE, "%s (%llu)", name ? name : "unknown",
		 (unsigned long long)policy);
	return text;
}

static char *print_device(uint64_t device, char *text)
{
	snprintf(text, TSP_VALUE_SIZE, "%u:%u", major(device), minor(device));
	return text;
}

static bool ends_with(const char *name, const char *end)
{
	size_t length = strlen(name), end_length = strlen(end);

	return length >= end_length && !strcmp(name + length - end_length, end);
}

char *tsp_value_of_field(const struct tspool_record *record, enum tspool_field number, bool raw,
			 char *text)
{
	const struct tspool_field_info *field;
	const char *name;
	size_t length;
	uint64_t value;

	field = &tspool_record_fields(&length)[number];
	name = tspool_field_text(record, field, &length);
	if (name)
		return tsp_escape(name, length, text);

	value = tspool_field_number(record, field);
	if (raw)
		return print_plain(value, field->kind, text);
	if (field->unit == TSPOOL_UNIT_STATUS)
		return tsp_value_of_status(value, text);
	if (field->unit == TSPOOL_UNIT_FLAGS)
		return print_flags(value, text);
	if (number == TSPOOL_FIELD_policy)
		return print_policy(value, text);
	if (number == TSPOOL_FIELD_exe_dev)
		return print_device(value, text);
	if (ends_with(field->name, "_wall_time_ns"))
		return tsp_date(value, text);
	return tsp_value_of_number(value, field, false, text);
}

int tsp_label_length(const struct tspool_field_info *field, bool raw)
{
	static const char *const units[] = { "_ns", "_bytes", "_mb_us" };
	size_t length = strlen(field->name);

	if (raw || field->unit == TSPOOL_UNIT_ID)
		return (int)length;
	for (size_t i = 0; i < LENGTH(units); i++)
		if (ends_with(field->name, units[i]))
			return (int)(length - strlen(units[i]));
	return (int)length;
}
