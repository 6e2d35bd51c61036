/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Records and their fields. The records are those of linux/tspool.h: struct tspool_record (types
 * TASK and PROCESS) and struct tspool_lost. The tables here come from the lists there.
 */
#ifndef TSPOOL_RECORD_H
#define TSPOOL_RECORD_H

#include <linux/tspool.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* In frame.cpt of a LOST record: of any CPT. */
#define TSPOOL_CPT_ANY			UINT32_MAX

/* A cause beside those of enum tspool_cause: lost between the kernel and the reader. */
#define TSPOOL_CAUSE_RECEIVE_OVERRUN	0x80000000U

/* In the count of a LOST record: nobody knows how many. */
#define TSPOOL_COUNT_UNKNOWN		UINT64_MAX

enum tspool_kind {
	TSPOOL_KIND_NUMBER,	/* unsigned, 4 or 8 bytes */
	TSPOOL_KIND_TEXT,	/* ends with a NUL or with the field */
};

enum tspool_unit {
	TSPOOL_UNIT_ID,		/* a name in numbers */
	TSPOOL_UNIT_NS,		/* nanoseconds */
	TSPOOL_UNIT_BYTES,
	TSPOOL_UNIT_COUNT,	/* events */
	TSPOOL_UNIT_STATUS,	/* as wait(2) gives it */
	TSPOOL_UNIT_FLAGS,	/* bits */
	TSPOOL_UNIT_NONE,	/* of a text */
};

struct tspool_field_info {
	const char *name;
	const char *description;
	enum tspool_kind kind;
	enum tspool_unit unit;
	uint16_t offset;	/* in the record, in bytes */
	uint16_t size;		/* in bytes */
};

/*
 * The fields of a struct tspool_record, in the order of enum tspool_field: the index is the number
 * of the presence bit. The table is constant; *count gets its length.
 */
const struct tspool_field_info *tspool_record_fields(size_t *count);

/* The fields of a struct tspool_lost, its reserved one included. They are always present. */
const struct tspool_field_info *tspool_lost_fields(size_t *count);

/* Whether the kernel could tell this field (TSPOOL_FIELD_*). A field that is absent holds zero. */
static inline bool tspool_record_has(const struct tspool_record *record, unsigned int field)
{
	return field < TSPOOL_FIELD_COUNT && (record->present[field / 64] >> field % 64) & 1;
}

/* The number in a field of the record (of either kind) that its table describes; 0 for a text. */
uint64_t tspool_field_number(const void *record, const struct tspool_field_info *field);

/*
 * The text in a field and its length in bytes; it is not NUL-terminated where it fills the field.
 * It belongs to the record. NULL and length 0 for a number.
 */
const char *tspool_field_text(const void *record, const struct tspool_field_info *field,
			      size_t *length);

/* "task", "process", "lost"; "unknown" for any other value. */
const char *tspool_frame_type_name(unsigned int type);

/* "no_slot", "socket_full", ..., "receive_overrun"; "unknown" for any other value. */
const char *tspool_cause_name(unsigned int cause);

#ifdef __cplusplus
}
#endif

#endif /* TSPOOL_RECORD_H */
