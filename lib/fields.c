// SPDX-License-Identifier: LGPL-2.1-or-later
#include <tspool/record.h>

#include "array.h"

#define KIND(type) ((type)(-1) < (type)1 ? TSPOOL_KIND_SIGNED : TSPOOL_KIND_NUMBER)

#define FIELD(record, member, bytes, of_kind, of_unit, of_group, version, text) \
	.name = #member, .description = (text), .kind = (of_kind), .unit = TSPOOL_UNIT_##of_unit, \
	.group = TSPOOL_GROUP_##of_group, .offset = offsetof(struct record, member), \
	.size = (bytes), .since = (version)

#define STOCK(of_stock, version, from) \
	.stock = (of_stock), .stock_since = (version), .source = (from)

#define RECORD_NUMBER(type, member, unit, group, frame, of_stock, version, from, text) \
	{ FIELD(tspool_record, member, sizeof(type), KIND(type), unit, group, frame, text), \
	  STOCK(of_stock, version, from) },

#define RECORD_TEXT(length, member, group, frame, of_stock, version, from, text) \
	{ FIELD(tspool_record, member, length, TSPOOL_KIND_TEXT, NONE, group, frame, text), \
	  STOCK(of_stock, version, from) },

#define LOST_NUMBER(type, member, unit, frame, text) \
	{ FIELD(tspool_lost, member, sizeof(type), KIND(type), unit, OWN, frame, text) },

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

bool tspool_lost_has(const struct tspool_lost *lost, const struct tspool_field_info *lost_field)
{
	switch (lost_field->offset) {
	case offsetof(struct tspool_lost, reserved):
		return false;
	case offsetof(struct tspool_lost, cause):
		return true;
	case offsetof(struct tspool_lost, first_seq):
	case offsetof(struct tspool_lost, last_seq):
		if (lost->frame.cpt == TSPOOL_CPT_ANY)
			return false;
		break;
	}
	return lost->count != TSPOOL_COUNT_UNKNOWN;
}
