// SPDX-License-Identifier: LGPL-2.1-or-later
#include <stdio.h>
#include <tspool/record.h>

/* One a line. */
/* clang-format off */
static const char *const unit_names[] = {
	[TSPOOL_UNIT_ID] = "id",
	[TSPOOL_UNIT_NS] = "ns",
	[TSPOOL_UNIT_BYTES] = "bytes",
	[TSPOOL_UNIT_MB_US] = "mb_us",
	[TSPOOL_UNIT_COUNT] = "count",
	[TSPOOL_UNIT_LEVEL] = "level",
	[TSPOOL_UNIT_STATUS] = "status",
	[TSPOOL_UNIT_FLAGS] = "flags",
	[TSPOOL_UNIT_NONE] = "text",
};

/* clang-format on */

const char *tspool_unit_name(enum tspool_unit unit)
{
	return unit_names[unit];
}

char *tspool_field_type_name(const struct tspool_field_info *field, char *name)
{
	if (field->kind == TSPOOL_KIND_TEXT)
		snprintf(name, TSPOOL_TYPE_NAME_SIZE, "char[%d]", field->size);
	else
		snprintf(name, TSPOOL_TYPE_NAME_SIZE, "%c%d",
			 field->kind == TSPOOL_KIND_SIGNED ? 's' : 'u', 8 * field->size);
	return name;
}

const char *tspool_frame_type_name(unsigned int type)
{
	switch (type) {
	case TSPOOL_FRAME_TASK:
		return "task";
	case TSPOOL_FRAME_PROCESS:
		return "process";
	case TSPOOL_FRAME_LOST:
		return "lost";
	default:
		return "unknown";
	}
}

const char *tspool_cause_name(unsigned int cause)
{
	switch (cause) {
	case TSPOOL_CAUSE_NO_SLOT:
		return "no_slot";
	case TSPOOL_CAUSE_BACKLOG_FULL:
		return "backlog_full";
	case TSPOOL_CAUSE_NO_MEMORY:
		return "no_memory";
	case TSPOOL_CAUSE_HOOK_MISSED:
		return "hook_missed";
	case TSPOOL_CAUSE_RELAY_FULL:
		return "relay_full";
	case TSPOOL_CAUSE_RECEIVE_OVERRUN:
		return "receive_overrun";
	case TSPOOL_CAUSE_FILE_DAMAGED:
		return "file_damaged";
	default:
		return "unknown";
	}
}
