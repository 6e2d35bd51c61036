// SPDX-License-Identifier: GPL-2.0-only
/* The tables of fields and the names, against the structs and the wire contract. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <tspool/record.h>

#include "run_suite.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

static const struct tspool_field_info *find(const struct tspool_field_info *fields, size_t count,
					    const char *name)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!strcmp(fields[i].name, name))
			return &fields[i];
	}
	ck_abort_msg("no field %s", name);
}

/* Fields in the order of their declaration, none twice, none past the end, none left out. */
static void check_layout(const struct tspool_field_info *fields, size_t count, size_t start,
			 size_t end)
{
	size_t i;

	for (i = 0; i < count; i++) {
		ck_assert_uint_eq(fields[i].offset, start);
		ck_assert_uint_gt(strlen(fields[i].name), 0);
		ck_assert_uint_gt(strlen(fields[i].description), 0);
		start += fields[i].size;
	}
	ck_assert_uint_eq(start, end);
}

START_TEST(test_tables_cover_structs)
{
	const struct tspool_field_info *fields;
	size_t count;

	fields = tspool_record_fields(&count);
	ck_assert_uint_eq(count, TSPOOL_FIELD_COUNT);
	check_layout(fields, count, 24, sizeof(struct tspool_record));

	fields = tspool_lost_fields(&count);
	ck_assert_uint_eq(count, 5);
	check_layout(fields, count, 8, sizeof(struct tspool_lost));
}
END_TEST

struct expected_field {
	unsigned int number;
	const char *name;
	size_t offset;
	size_t size;
	enum tspool_kind kind;
	enum tspool_unit unit;
};

static const struct expected_field expected_fields[] = {
	{ TSPOOL_FIELD_seq, "seq", offsetof(struct tspool_record, seq), 8, TSPOOL_KIND_NUMBER,
	  TSPOOL_UNIT_ID },
	{ TSPOOL_FIELD_run_time_ns, "run_time_ns", offsetof(struct tspool_record, run_time_ns), 8,
	  TSPOOL_KIND_NUMBER, TSPOOL_UNIT_NS },
	{ TSPOOL_FIELD_major_faults, "major_faults", offsetof(struct tspool_record, major_faults),
	  8, TSPOOL_KIND_NUMBER, TSPOOL_UNIT_COUNT },
	{ TSPOOL_FIELD_write_bytes, "write_bytes", offsetof(struct tspool_record, write_bytes), 8,
	  TSPOOL_KIND_NUMBER, TSPOOL_UNIT_BYTES },
	{ TSPOOL_FIELD_pid, "pid", offsetof(struct tspool_record, pid), 4, TSPOOL_KIND_NUMBER,
	  TSPOOL_UNIT_ID },
	{ TSPOOL_FIELD_exit_code, "exit_code", offsetof(struct tspool_record, exit_code), 4,
	  TSPOOL_KIND_NUMBER, TSPOOL_UNIT_STATUS },
	{ TSPOOL_FIELD_flags, "flags", offsetof(struct tspool_record, flags), 4, TSPOOL_KIND_NUMBER,
	  TSPOOL_UNIT_FLAGS },
	{ TSPOOL_FIELD_comm, "comm", offsetof(struct tspool_record, comm), 16, TSPOOL_KIND_TEXT,
	  TSPOOL_UNIT_NONE },
};

START_TEST(test_record_field)
{
	const struct expected_field *expected = &expected_fields[_i];
	const struct tspool_field_info *fields, *field;
	size_t count;

	fields = tspool_record_fields(&count);
	field = &fields[expected->number];
	ck_assert_str_eq(field->name, expected->name);
	ck_assert_uint_eq(field->offset, expected->offset);
	ck_assert_uint_eq(field->size, expected->size);
	ck_assert_int_eq(field->kind, expected->kind);
	ck_assert_int_eq(field->unit, expected->unit);
}
END_TEST

START_TEST(test_presence)
{
	struct tspool_record record = { .present = { 0 } };
	unsigned int field, other;

	for (field = 0; field < TSPOOL_FIELD_COUNT; field++) {
		record.present[field / 64] = UINT64_C(1) << field % 64;
		for (other = 0; other < TSPOOL_FIELD_COUNT; other++)
			ck_assert_int_eq(tspool_record_has(&record, other), other == field);
		record.present[field / 64] = 0;
	}
	memset(record.present, 0xff, sizeof(record.present));
	ck_assert(!tspool_record_has(&record, TSPOOL_FIELD_COUNT));
	ck_assert(!tspool_record_has(&record, 1000));
}
END_TEST

START_TEST(test_numbers)
{
	struct tspool_record record = {
		.exit_time_ns = UINT64_MAX - 1,
		.pid = UINT32_MAX,
		.cpu = 7,
		.comm = "12345678",
	};
	struct tspool_lost lost = { .count = 1ULL << 40, .cause = TSPOOL_CAUSE_RECEIVE_OVERRUN };
	const struct tspool_field_info *fields;
	size_t count;

	fields = tspool_record_fields(&count);
	ck_assert_uint_eq(tspool_field_number(&record, find(fields, count, "exit_time_ns")),
			  18446744073709551614U);
	ck_assert_uint_eq(tspool_field_number(&record, find(fields, count, "pid")), 4294967295U);
	ck_assert_uint_eq(tspool_field_number(&record, find(fields, count, "cpu")), 7);
	ck_assert_uint_eq(tspool_field_number(&record, find(fields, count, "tgid")), 0);
	ck_assert_uint_eq(tspool_field_number(&record, find(fields, count, "comm")), 0);

	fields = tspool_lost_fields(&count);
	ck_assert_uint_eq(tspool_field_number(&lost, find(fields, count, "count")), 1099511627776U);
	ck_assert_uint_eq(tspool_field_number(&lost, find(fields, count, "cause")), 2147483648U);
}
END_TEST

START_TEST(test_texts)
{
	const struct tspool_field_info *fields, *comm;
	struct tspool_record record = { .comm = "sh" };
	const char *text;
	size_t count, length;

	fields = tspool_record_fields(&count);
	comm = find(fields, count, "comm");
	text = tspool_field_text(&record, comm, &length);
	ck_assert_uint_eq(length, 2);
	ck_assert_mem_eq(text, "sh", 2);

	/* The last field of the struct: without a NUL its text ends with it. */
	memcpy(record.comm, "0123456789abcdef", sizeof(record.comm));
	text = tspool_field_text(&record, comm, &length);
	ck_assert_uint_eq(length, 16);
	ck_assert_mem_eq(text, "0123456789abcdef", 16);

	ck_assert_ptr_null(tspool_field_text(&record, find(fields, count, "pid"), &length));
	ck_assert_uint_eq(length, 0);
}
END_TEST

START_TEST(test_names)
{
	ck_assert_str_eq(tspool_frame_type_name(1), "task");
	ck_assert_str_eq(tspool_frame_type_name(2), "process");
	ck_assert_str_eq(tspool_frame_type_name(3), "lost");
	ck_assert_str_eq(tspool_frame_type_name(0), "unknown");
	ck_assert_str_eq(tspool_frame_type_name(4), "unknown");

	ck_assert_str_eq(tspool_cause_name(1), "no_slot");
	ck_assert_str_eq(tspool_cause_name(2), "socket_full");
	ck_assert_str_eq(tspool_cause_name(3), "no_memory");
	ck_assert_str_eq(tspool_cause_name(4), "hook_missed");
	ck_assert_str_eq(tspool_cause_name(TSPOOL_CAUSE_RECEIVE_OVERRUN), "receive_overrun");
	ck_assert_str_eq(tspool_cause_name(0), "unknown");
	ck_assert_str_eq(tspool_cause_name(5), "unknown");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("record");
	TCase *tcase = tcase_create("fields and names");

	tcase_add_test(tcase, test_tables_cover_structs);
	tcase_add_loop_test(tcase, test_record_field, 0, ARRAY_SIZE(expected_fields));
	tcase_add_test(tcase, test_presence);
	tcase_add_test(tcase, test_numbers);
	tcase_add_test(tcase, test_texts);
	tcase_add_test(tcase, test_names);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
