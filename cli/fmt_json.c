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
	uint64_t number;
	size_t length;

	if (field->kind == TSPOOL_KIND_TEXT) {
		text = tspool_field_text(record, field, &length);
		return tsp_json_add_text(object, field->name, text, length);
	}
	number = tspool_field_number(record, field);
	if (field->kind == TSPOOL_KIND_SIGNED)
		return json_object_set_new_nocheck(object, field->name,
						   json_integer((json_int_t)number));
	return tsp_json_add_number(object, field->name, number);
}

json_t *tsp_json_record(const struct tspool_record *record, const char *cgroup)
{
	json_t *object = frame_object(&record->frame);
	const struct tspool_field_info *fields;
	size_t count;
	int err = 0;

	fields = tspool_record_fields(&count);
	for (size_t i = 0; i < count && !err; i++) {
		if (tspool_record_has(record, i))
			err = add_field(object, record, &fields[i]);
		if (i == TSPOOL_FIELD_cgroup_id && cgroup && !err)
			err = tsp_json_add_text(object, "cgroup", cgroup, strlen(cgroup));
	}
	return tsp_json_checked(object, err);
}

static bool is_cause(const struct tspool_field_info *lost_field)
{
	return lost_field->offset == offsetof(struct tspool_lost, cause);
}

static int add_lost_field(json_t *object, const struct tspool_lost *lost,
			  const struct tspool_field_info *field)
{
	if (!tspool_lost_has(lost, field))
		return 0;
	if (is_cause(field))
		return json_object_set_new_nocheck(object, field->name,
						   json_string(tspool_cause_name(lost->cause)));
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
