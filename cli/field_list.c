// SPDX-License-Identifier: GPL-2.0-only
#include "field_list.h"

#include <tspool/record.h>

#include "json.h"

#define IN_ALL		"all"
#define IN_RECORD	"task, process"
#define IN_LOST		"lost"

/* One a line. */
/* clang-format off */
static const char *const group_names[] = {
	[TSPOOL_GROUP_OWN] = "own",
	[TSPOOL_GROUP_ADDED] = "added",
	[TSPOOL_GROUP_HIGHEST] = "highest",
	[TSPOOL_GROUP_LOWEST] = "lowest",
	[TSPOOL_GROUP_LEADER] = "leader",
	[TSPOOL_GROUP_LAST] = "last",
	[TSPOOL_GROUP_SHARED] = "shared",
};

const struct tsp_column tsp_field_list_columns[] = {
	{ .heading = "NAME", .key = "name" },
	{ .heading = "IN", .key = "in" },
	{ .heading = "UNIT", .key = "unit" },
	{ .heading = "TYPE", .key = "type" },
	{ .heading = "OFFSET", .key = "offset", .right = true },
	{ .heading = "FRAME", .key = "since", .right = true },
	{ .heading = "PROCESS", .key = "process" },
	{ .heading = "STOCK", .key = "stock" },
	{ .heading = "VERSION", .key = "stock_since", .right = true },
	{ .heading = "SOURCE", .key = "source" },
	{ .heading = "DESCRIPTION", .key = "description" },
	{ 0 },
};

/* clang-format on */

static json_t *named(const char *name, const char *in, const char *unit, const char *description)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "name", name, "in", in, "unit", unit,
			 "description", description);
}

static int add_layout(json_t *object, const struct tspool_field_info *field)
{
	char type[TSPOOL_TYPE_NAME_SIZE];

	return json_object_set_new(object, "type",
				   json_string(tspool_field_type_name(field, type))) |
	       tsp_json_add_number(object, "offset", field->offset) |
	       tsp_json_add_number(object, "since", field->since);
}

static int add_origin(json_t *object, const struct tspool_field_info *field)
{
	int err;

	err = json_object_set_new(object, "process", json_string(group_names[field->group]));
	err |= json_object_set_new(object, "source", json_string(field->source));
	if (!field->stock)
		return err;
	err |= json_object_set_new(object, "stock", json_string(field->stock));
	return err | tsp_json_add_number(object, "stock_since", field->stock_since);
}

static int append_record_field(json_t *list, const struct tspool_field_info *field)
{
	json_t *object = named(field->name, IN_RECORD, tspool_unit_name(field->unit),
			       field->description);
	int err;

	err = add_layout(object, field);
	err |= add_origin(object, field);
	return json_array_append_new(list, tsp_json_checked(object, err));
}

/* Userspace finds it, so it has no place in the module's frames. */
static int append_cgroup(json_t *list)
{
	return json_array_append_new(list,
				     named("cgroup", IN_RECORD, tspool_unit_name(TSPOOL_UNIT_NONE),
					   "path of that cgroup; absent if not known"));
}

static int append_record_fields(json_t *list)
{
	const struct tspool_field_info *fields;
	size_t count;
	int err = 0;

	fields = tspool_record_fields(&count);
	for (size_t i = 0; i < count; i++) {
		err |= append_record_field(list, &fields[i]);
		if (i == TSPOOL_FIELD_cgroup_id)
			err |= append_cgroup(list);
	}
	return err;
}

/* The cause is shown by its name, so the names are what there is to say of it. */
static json_t *named_cause(const char *name)
{
	char names[128];
	int length = snprintf(names, sizeof(names), "why: %s, %s",
			      tspool_cause_name(TSPOOL_CAUSE_RECEIVE_OVERRUN),
			      tspool_cause_name(TSPOOL_CAUSE_FILE_DAMAGED));

	for (unsigned int cause = TSPOOL_CAUSE_UNSPEC + 1; cause <= TSPOOL_CAUSE_MAX; cause++)
		length += snprintf(names + length, sizeof(names) - length, ", %s",
				   tspool_cause_name(cause));
	return named(name, IN_LOST, tspool_unit_name(TSPOOL_UNIT_NONE), names);
}

static int append_lost_field(json_t *list, const struct tspool_field_info *field)
{
	json_t *object;
	int err;

	if (field->offset == offsetof(struct tspool_lost, reserved))
		return 0;
	if (field->offset == offsetof(struct tspool_lost, cause))
		object = named_cause(field->name);
	else
		object = named(field->name, IN_LOST, tspool_unit_name(field->unit),
			       field->description);
	err = add_layout(object, field);
	return json_array_append_new(list, tsp_json_checked(object, err));
}

static int append_lost_fields(json_t *list)
{
	const struct tspool_field_info *fields;
	size_t count;
	int err = 0;

	fields = tspool_lost_fields(&count);
	for (size_t i = 0; i < count; i++)
		err |= append_lost_field(list, &fields[i]);
	return err;
}

json_t *tsp_field_list(void)
{
	json_t *list = json_array();
	int err;

	err = json_array_append_new(list, named("type", IN_ALL, tspool_unit_name(TSPOOL_UNIT_NONE),
						"task, process or lost"));
	err |= json_array_append_new(list, named("cpt", IN_ALL, tspool_unit_name(TSPOOL_UNIT_ID),
						 "CPU partition of the exit"));
	err |= append_record_fields(list);
	err |= append_lost_fields(list);
	return tsp_json_checked(list, err);
}
