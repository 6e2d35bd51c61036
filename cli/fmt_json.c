// SPDX-License-Identifier: GPL-2.0-only
#include "fmt_json.h"

#include <string.h>

#include "json.h"

static json_t *frame_object(const struct tspool_frame *frame)
{
	json_t *object = json_object();
	int err;

	err = json_object_set_new_nocheck(object, "type",
					  json_string(tspool_frame_type_name(frame->type)));
	if (frame->cpt != TSPOOL_CPT_ANY)
		err |= tsp_json_add_number(object, "cpt", frame->cpt);
	return tsp_json_checked(object, err);
}

static int add_field(json_t *object, const void *record, const struct tspool_field_info *field)
{
	const char *text;
	size_t length;

	if (field->kind == TSPOOL_KIND_NUMBER)
		return tsp_json_add_number(object, field->name, tspool_field_number(record, field));
	text = tspool_field_text(record, field, &length);
	return tsp_json_add_text(object, field->name, text, length);
}

json_t *tsp_json_record(const struct tspool_record *record)
{
	json_t *object = frame_object(&record->frame);
	const struct tspool_field_info *fields;
	size_t count;
	int err = 0;

	fields = tspool_record_fields(&count);
	for (size_t i = 0; i < count && !err; i++)
		if (tspool_record_has(record, i))
			err = add_field(object, record, &fields[i]);
	return tsp_json_checked(object, err);
}

static bool is_reserved(const struct tspool_field_info *lost_field)
{
	return lost_field->offset == offsetof(struct tspool_lost, reserved);
}

static bool is_cause(const struct tspool_field_info *lost_field)
{
	return lost_field->offset == offsetof(struct tspool_lost, cause);
}

static int add_lost_field(json_t *object, const struct tspool_lost *lost,
			  const struct tspool_field_info *field)
{
	if (is_cause(field))
		return json_object_set_new_nocheck(object, field->name,
						   json_string(tspool_cause_name(lost->cause)));
	/* Where nobody knows how many were lost, nobody knows which either. */
	if (lost->count == TSPOOL_COUNT_UNKNOWN || is_reserved(field))
		return 0;
	return add_field(object, lost, field);
}

json_t *tsp_json_lost(const struct tspool_lost *lost)
{
	json_t *object = frame_object(&lost->frame);
	const struct tspool_field_info *fields;
	size_t count;
	int err = 0;

	fields = tspool_lost_fields(&count);
	for (size_t i = 0; i < count && !err; i++)
		err = add_lost_field(object, lost, &fields[i]);
	return tsp_json_checked(object, err);
}

static const char *unit_name(enum tspool_unit unit)
{
	/* One name a line. */
	/* clang-format off */
	static const char *const names[] = {
		[TSPOOL_UNIT_ID] = "id",
		[TSPOOL_UNIT_NS] = "ns",
		[TSPOOL_UNIT_BYTES] = "bytes",
		[TSPOOL_UNIT_COUNT] = "count",
		[TSPOOL_UNIT_STATUS] = "status",
		[TSPOOL_UNIT_FLAGS] = "flags",
		[TSPOOL_UNIT_NONE] = "text",
	};
	/* clang-format on */

	return names[unit];
}

static int append_name(json_t *list, const char *name, const char *in, const char *unit,
		       const char *description)
{
	return json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "name", name, "in", in,
						     "unit", unit, "description", description));
}

static int append_fields(json_t *list, const char *in, const struct tspool_field_info *fields,
			 size_t count)
{
	int err = 0;

	for (size_t i = 0; i < count; i++)
		err |= append_name(list, fields[i].name, in, unit_name(fields[i].unit),
				   fields[i].description);
	return err;
}

/* The cause is shown by its name, so the names are what there is to say of it. */
static int append_cause(json_t *list, const char *name)
{
	char names[128];
	int length = snprintf(names, sizeof(names), "why: %s",
			      tspool_cause_name(TSPOOL_CAUSE_RECEIVE_OVERRUN));

	for (unsigned int cause = TSPOOL_CAUSE_UNSPEC + 1; cause <= TSPOOL_CAUSE_MAX; cause++)
		length += snprintf(names + length, sizeof(names) - length, ", %s",
				   tspool_cause_name(cause));
	return append_name(list, name, "lost", unit_name(TSPOOL_UNIT_NONE), names);
}

static int append_lost_fields(json_t *list)
{
	const struct tspool_field_info *fields;
	size_t count;
	int err = 0;

	fields = tspool_lost_fields(&count);
	for (size_t i = 0; i < count; i++) {
		if (is_cause(&fields[i]))
			err |= append_cause(list, fields[i].name);
		else if (!is_reserved(&fields[i]))
			err |= append_fields(list, "lost", &fields[i], 1);
	}
	return err;
}

json_t *tsp_json_fields(void)
{
	const struct tspool_field_info *fields;
	json_t *list = json_array();
	size_t count;
	int err;

	err = append_name(list, "type", "all", "text", "task, process or lost");
	err |= append_name(list, "cpt", "all", "id", "CPU partition of the exit");
	fields = tspool_record_fields(&count);
	err |= append_fields(list, "task, process", fields, count);
	err |= append_lost_fields(list);
	return tsp_json_checked(list, err);
}
