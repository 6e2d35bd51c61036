// SPDX-License-Identifier: GPL-2.0-only
#include "json_line.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "decimal.h"
#include "escape.h"
#include "line.h"

/* What stands in front of a value: a comma, its name in quotes, a colon, and a NUL. */
#define LABEL_BYTES	40

struct label {
	char text[LABEL_BYTES];
	uint8_t length;
};

/* The names are C's, so nothing in them needs to be escaped. Each element brings its comma. */
#define LABEL(type, name, ...) { ",\"" #name "\":", sizeof(",\"" #name "\":") - 1 },

/* By the number of the field. */
/* clang-format off */
static const struct label record_labels[] = {
	TSPOOL_RECORD_FIELDS(LABEL, LABEL)
};

static const struct label lost_labels[] = {
	TSPOOL_LOST_FIELDS(LABEL)
};

/* clang-format on */

#define COMM_BYTES	sizeof(((struct tspool_record *)0)->comm)
/* All fields with their longest values; the rest is for what stands around them. */
#define FIELDS_BYTES \
	(TSPOOL_FIELD_COUNT * (LABEL_BYTES + TSP_DECIMAL_BYTES) + TSP_LINE_GROWTH * COMM_BYTES)
static_assert((FIELDS_BYTES + 256) < TSP_LINE_BYTES, "a record's line has room");

#define PUT_LITERAL(to, text)	tsp_put_bytes(to, text, sizeof(text) - 1)

/* All the bytes that a label may have are copied: faster than as many as it has. */
static inline char *put_label(char *to, const struct label *label)
{
	memcpy(to, label->text, sizeof(label->text));
	return to + label->length;
}

/* What is in a string of JSON but can't stand there as it is. No control character is left. */
static char *put_escaped(char *to, const char *text, size_t length)
{
	while (length) {
		struct tsp_escaped first = tsp_escape_first(text, length);

		for (unsigned int i = 0; i < first.length; i++) {
			if (first.bytes[i] == '"' || first.bytes[i] == '\\')
				*to++ = '\\';
			*to++ = first.bytes[i];
		}
		text += first.taken;
		length -= first.taken;
	}
	return to;
}

static char *put_text(char *to, const char *text, size_t length)
{
	size_t plain = tsp_plain_length(text, length);

	*to++ = '"';
	to = tsp_put_bytes(to, text, plain);
	to = put_escaped(to, text + plain, length - plain);
	*to++ = '"';
	return to;
}

/*
 * jansson's integers are signed, and what is beyond them is a real: no count or time of a machine
 * is. It writes an exponent without a plus.
 */
static char *put_real(char *to, uint64_t number)
{
	char *exponent, *end = to + sprintf(to, "%.17g", (double)number);

	exponent = memchr(to, '+', (size_t)(end - to));
	memmove(exponent, exponent + 1, (size_t)(end - exponent - 1));
	return end - 1;
}

static char *put_value(char *to, const void *record, const struct tspool_field_info *field)
{
	size_t length;
	const char *text = tspool_field_text(record, field, &length);
	uint64_t number;

	if (text)
		return put_text(to, text, length);
	number = tspool_field_number(record, field);
	if (field->kind == TSPOOL_KIND_SIGNED)
		return tsp_put_signed(to, (int64_t)number);
	return number > INT64_MAX ? put_real(to, number) : tsp_put_number(to, number);
}

static char *put_frame(char *to, const struct tspool_frame *frame)
{
	const char *type = tspool_frame_type_name(frame->type);

	to = PUT_LITERAL(to, "{\"type\":\"");
	to = tsp_put_bytes(to, type, strlen(type));
	*to++ = '"';
	if (frame->cpt == TSPOOL_CPT_ANY)
		return to;
	to = PUT_LITERAL(to, ",\"cpt\":");
	return tsp_put_number(to, frame->cpt);
}

static char *put_cgroup(char *to, const char *cgroup)
{
	to = PUT_LITERAL(to, ",\"cgroup\":");
	return put_text(to, cgroup, strlen(cgroup));
}

static size_t end_line(const char *line, char *to)
{
	to = PUT_LITERAL(to, "}\n");
	return (size_t)(to - line);
}

size_t tsp_json_line_record(char *line, const struct tspool_record *record, const char *cgroup)
{
	char *to = put_frame(line, &record->frame);
	const struct tspool_field_info *fields;
	size_t count;

	fields = tspool_record_fields(&count);
	for (unsigned int i = 0; i < count; i++) {
		if (tspool_record_has(record, i)) {
			to = put_label(to, &record_labels[i]);
			to = put_value(to, record, &fields[i]);
		}
		if (i == TSPOOL_FIELD_cgroup_id && cgroup)
			to = put_cgroup(to, cgroup);
	}
	return end_line(line, to);
}

static char *put_lost_value(char *to, const struct tspool_lost *lost,
			    const struct tspool_field_info *field)
{
	const char *cause;

	if (field->offset != offsetof(struct tspool_lost, cause))
		return put_value(to, lost, field);
	cause = tspool_cause_name(lost->cause);
	return put_text(to, cause, strlen(cause));
}

size_t tsp_json_line_lost(char *line, const struct tspool_lost *lost)
{
	char *to = put_frame(line, &lost->frame);
	const struct tspool_field_info *fields;
	size_t count;

	fields = tspool_lost_fields(&count);
	for (size_t i = 0; i < count; i++) {
		if (!tspool_lost_has(lost, &fields[i]))
			continue;
		to = put_label(to, &lost_labels[i]);
		to = put_lost_value(to, lost, &fields[i]);
	}
	return end_line(line, to);
}
