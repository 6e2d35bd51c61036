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
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* In frame.cpt of a LOST record: of any CPT. */
#define TSPOOL_CPT_ANY			UINT32_MAX

/* A cause beside those of enum tspool_cause: lost between the kernel and the reader. */
#define TSPOOL_CAUSE_RECEIVE_OVERRUN	0x80000000U
/* And another one: they were in a part of a file that is damaged. */
#define TSPOOL_CAUSE_FILE_DAMAGED	0x80000001U

/* In the count of a LOST record: nobody knows how many. */
#define TSPOOL_COUNT_UNKNOWN		UINT64_MAX

enum tspool_kind {
	TSPOOL_KIND_NUMBER,	/* unsigned, 4 or 8 bytes */
	TSPOOL_KIND_SIGNED,	/* 4 or 8 bytes */
	TSPOOL_KIND_TEXT,	/* ends with a NUL or with the field */
};

enum tspool_unit {
	TSPOOL_UNIT_ID,		/* a name in numbers */
	TSPOOL_UNIT_NS,		/* nanoseconds */
	TSPOOL_UNIT_BYTES,
	TSPOOL_UNIT_MB_US,	/* 2^20 bytes times microseconds */
	TSPOOL_UNIT_COUNT,	/* events */
	TSPOOL_UNIT_LEVEL,	/* a setting */
	TSPOOL_UNIT_STATUS,	/* as wait(2) gives it */
	TSPOOL_UNIT_FLAGS,	/* bits */
	TSPOOL_UNIT_NONE,	/* of a text */
};

/* What a PROCESS record has in a field. */
enum tspool_group {
	TSPOOL_GROUP_OWN,	/* what belongs to the record itself */
	TSPOOL_GROUP_ADDED,	/* the sum over all threads that the group ever had */
	TSPOOL_GROUP_HIGHEST,	/* the extreme among them */
	TSPOOL_GROUP_LOWEST,
	TSPOOL_GROUP_LEADER,	/* what its leader has */
	TSPOOL_GROUP_LAST,	/* what its last thread to exit has */
	TSPOOL_GROUP_SHARED,	/* what is one for the whole group */
};

struct tspool_field_info {
	const char *name;
	const char *description;
	const char *source;	/* where it stands in the kernel, from the task_struct on */
	const char *stock;	/* the member of struct taskstats that tells the same, or NULL */
	enum tspool_kind kind;
	enum tspool_unit unit;
	enum tspool_group group;
	uint16_t offset;	/* in the record, in bytes */
	uint16_t size;		/* in bytes */
	uint8_t since;		/* the version of frames that brought it */
	uint8_t stock_since;	/* the version of struct taskstats that brought it; 8: or before */
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

/*
 * Whether a field of a LOST record says something: where nobody knows how many were lost, nobody
 * knows which either; and each CPT has its own sequence numbers.
 */
bool tspool_lost_has(const struct tspool_lost *lost, const struct tspool_field_info *lost_field);

/*
 * The number in a field of the record (of either kind) that its table describes; 0 for a text. A
 * signed one is extended to 64 bits: cast to int64_t, it has its value.
 */
static inline uint64_t tspool_field_number(const void *record,
					   const struct tspool_field_info *field)
{
	const char *bytes = (const char *)record + field->offset;
	uint64_t wide;
	uint32_t narrow;

	if (field->kind == TSPOOL_KIND_TEXT)
		return 0;
	if (field->size == sizeof(wide)) {
		memcpy(&wide, bytes, sizeof(wide));
		return wide;
	}
	memcpy(&narrow, bytes, sizeof(narrow));
	return field->kind == TSPOOL_KIND_SIGNED ? (uint64_t)(int32_t)narrow : narrow;
}

/*
 * The text in a field and its length in bytes; it is not NUL-terminated where it fills the field.
 * It belongs to the record. NULL and length 0 for a number.
 */
static inline const char *tspool_field_text(const void *record,
					    const struct tspool_field_info *field, size_t *length)
{
	const char *text = (const char *)record + field->offset;
	const char *end;

	*length = 0;
	if (field->kind != TSPOOL_KIND_TEXT)
		return NULL;
	end = (const char *)memchr(text, '\0', field->size);
	*length = end ? (size_t)(end - text) : field->size;
	return text;
}

/* "id", "ns", "bytes", "mb_us", ..., "text" */
const char *tspool_unit_name(enum tspool_unit unit);

/* "u32", "u64", "s32", "char[16]", written to name of TSPOOL_TYPE_NAME_SIZE bytes. Returns name. */
#define TSPOOL_TYPE_NAME_SIZE	16

char *tspool_field_type_name(const struct tspool_field_info *field, char *name);

/* "task", "process", "lost"; "unknown" for any other value. */
const char *tspool_frame_type_name(unsigned int type);

/* "no_slot", "backlog_full", ..., "receive_overrun", "file_damaged"; "unknown" for any other. */
const char *tspool_cause_name(unsigned int cause);

#ifdef __cplusplus
}
#endif

#endif /* TSPOOL_RECORD_H */
