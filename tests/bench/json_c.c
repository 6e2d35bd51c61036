// SPDX-License-Identifier: GPL-2.0-only
/* What json-c takes for a record's line: apart from the others, since it has names of jansson's. */
#include <json-c/json.h>
#include <string.h>

#include "escape.h"
#include "measure.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define NAME_BYTES	512
/* Each name stands in the table for good, and comes once. */
#define NEW_KEY		(JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_ADD_CONSTANT_KEY)

static void add_text(struct json_object *object, const char *name, const char *text, size_t length)
{
	char escaped[NAME_BYTES];

	json_object_object_add_ex(object, name,
				  json_object_new_string(tsp_escape(text, length, escaped)),
				  NEW_KEY);
}

static void add_field(struct json_object *object, const struct tspool_record *record,
		      const struct tspool_field_info *field)
{
	uint64_t number = tspool_field_number(record, field);
	size_t length;
	const char *text = tspool_field_text(record, field, &length);

	if (text)
		add_text(object, field->name, text, length);
	else
		json_object_object_add_ex(object, field->name,
					  field->kind == TSPOOL_KIND_SIGNED ?
						  json_object_new_int64((int64_t)number) :
						  json_object_new_uint64(number),
					  NEW_KEY);
}

static struct json_object *object_of(const struct tspool_record *record, const char *cgroup)
{
	const char *type = tspool_frame_type_name(record->frame.type);
	struct json_object *object = json_object_new_object();
	const struct tspool_field_info *fields;
	size_t count;

	add_text(object, "type", type, strlen(type));
	json_object_object_add_ex(object, "cpt", json_object_new_uint64(record->frame.cpt),
				  NEW_KEY);
	fields = tspool_record_fields(&count);
	for (unsigned int i = 0; i < count; i++) {
		if (!tspool_record_has(record, i))
			continue;
		add_field(object, record, &fields[i]);
		if (i == TSPOOL_FIELD_cgroup_id && cgroup)
			add_text(object, "cgroup", cgroup, strlen(cgroup));
	}
	return object;
}

static size_t json_by_json_c(const struct tspool_record *record, const char *cgroup)
{
	struct json_object *object = object_of(record, cgroup);
	const int style = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;
	size_t length;

	json_object_to_json_string_length(object, style, &length);
	json_object_put(object);
	return length;
}

int main(int argc, char **argv)
{
	static const struct stage stages[] = {
		{ "decode, count", measure_decode, measure_count },
		{ "decode, JSON by json-c", measure_decode, json_by_json_c },
	};

	return measure(stages, ARRAY_SIZE(stages), argc, argv);
}
