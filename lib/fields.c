// SPDX-License-Identifier: LGPL-2.1-or-later
#include <string.h>
#include <tspool/record.h>

#include "array.h"

#define FIELD(record, member, bytes, of_kind, of_unit, text)	\
	{							\
		.name = #member,				\
		.description = (text),				\
		.kind = TSPOOL_KIND_##of_kind,			\
		.unit = TSPOOL_UNIT_##of_unit,			\
		.offset = offsetof(struct record, member),	\
		.size = (bytes),				\
	},

#define RECORD_NUMBER(type, member, unit, text) \
	FIELD(tspool_record, member, sizeof(type), NUMBER, unit, text)

#define RECORD_TEXT(length, member, text) FIELD(tspool_record, member, length, TEXT, NONE, text)

#define LOST_NUMBER(type, member, unit, text) \
	FIELD(tspool_lost, member, sizeof(type), NUMBER, unit, text)

/* Each element brings its comma. */
/* clang-format off */
static const struct tspool_field_info record_fields[] = {
	TSPOOL_RECORD_FIELDS(RECORD_NUMBER, RECORD_TEXT)
};

static const struct tspool_field_info lost_fields[] = {
	TSPOOL_LOST_FIELDS(LOST_NUMBER)
};

/* clang-format on */

const struct tspool_field_info *tspool_record_fields(size_t *count)
{
	*count = ARRAY_SIZE(record_fields);
	return record_fields;
}

const struct tspool_field_info *tspool_lost_fields(size_t *count)
{
	*count = ARRAY_SIZE(lost_fields);
	return lost_fields;
}

uint64_t tspool_field_number(const void *record, const struct tspool_field_info *field)
{
	const char *bytes = (const char *)record + field->offset;
	uint64_t wide;
	uint32_t narrow;

	if (field->kind != TSPOOL_KIND_NUMBER)
		return 0;
	if (field->size == sizeof(wide)) {
		memcpy(&wide, bytes, sizeof(wide));
		return wide;
	}
	memcpy(&narrow, bytes, sizeof(narrow));
	return narrow;
}

const char *tspool_field_text(const void *record, const struct tspool_field_info *field,
			      size_t *length)
{
	const char *text = (const char *)record + field->offset;

	*length = 0;
	if (field->kind != TSPOOL_KIND_TEXT)
		return NULL;
	*length = strnlen(text, field->size);
	return text;
}
