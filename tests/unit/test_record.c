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
	ck_assert_uint_eq(count, 7);
	check_layout(fields, count, 8, sizeof(struct tspool_lost));
}
END_TEST

struct expected_field {
	unsigned int number;
	unsigned int offset;
	unsigned int size;
	enum tspool_kind kind;
	enum tspool_unit unit;
	enum tspool_group group;
	const char *name;
	const char *source;
	const char *stock;
	unsigned int stock_since;
};

/* One a line. */
/* clang-format off */
#define EXPECT(name, size, kind, unit, group, source, stock, stock_since) \
	{ TSPOOL_FIELD_##name, offsetof(struct tspool_record, name), size, TSPOOL_KIND_##kind, \
	  TSPOOL_UNIT_##unit, TSPOOL_GROUP_##group, #name, source, stock, stock_since }

static const struct expected_field expected_fields[] = {
	EXPECT(seq, 8, NUMBER, ID, OWN, "tspool", NULL, 0),
	EXPECT(run_time_ns, 8, NUMBER, NS, ADDED, "se.sum_exec_runtime",
	       "cpu_run_virtual_total", 8),
	EXPECT(major_faults, 8, NUMBER, COUNT, ADDED, "maj_flt", "ac_majflt", 8),
	EXPECT(write_bytes, 8, NUMBER, BYTES, ADDED, "ioac.write_bytes", "write_bytes", 8),
	EXPECT(pid, 4, NUMBER, ID, LEADER, "pid", "ac_pid", 8),
	EXPECT(exit_code, 4, NUMBER, STATUS, SHARED, "exit_code", "ac_exitcode", 8),
	EXPECT(flags, 4, NUMBER, FLAGS, LEADER, "flags", "ac_flag", 8),
	EXPECT(nice, 4, SIGNED, LEVEL, LEADER, "static_prio", "ac_nice", 8),
	EXPECT(rss_mb_us, 8, NUMBER, MB_US, ADDED, "acct_rss_mem1", "coremem", 8),
	EXPECT(cpu, 4, NUMBER, ID, LAST, "smp_processor_id()", NULL, 0),
	EXPECT(irq_delay_min_ns, 8, NUMBER, NS, LOWEST, "delays->irq_delay_min",
	       "irq_delay_min", 16),
	EXPECT(irq_delay_max_wall_time_ns, 8, NUMBER, NS, HIGHEST, "delays->irq_delay_max_ts",
	       "irq_delay_max_ts", 17),
	EXPECT(comm, 16, TEXT, NONE, LEADER, "comm", "ac_comm", 8),
};

/* clang-format on */

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
	ck_assert_int_eq(field->group, expected->group);
	ck_assert_pstr_eq(field->stock, expected->stock);
	ck_assert_uint_eq(field->stock_since, expected->stock_since);
	ck_assert_str_eq(field->source, expected->source);
	ck_assert_uint_eq(field->since, 1);
}
END_TEST

/* The unit stands at the end of a name, a member of struct taskstats stands for one field. */
static const char *name_end(enum tspool_unit unit)
{
	switch (unit) {
	case TSPOOL_UNIT_NS:
		return "_ns";
	case TSPOOL_UNIT_BYTES:
		return "_bytes";
	case TSPOOL_UNIT_MB_US:
		return "_mb_us";
	default:
		return "";
	}
}

static bool ends_with(const char *name, const char *end)
{
	size_t length = strlen(name);

	return length >= strlen(end) && !strcmp(name + length - strlen(end), end);
}

START_TEST(test_columns_agree)
{
	const struct tspool_field_info *fields;
	size_t count, i, j;

	fields = tspool_record_fields(&count);
	for (i = 0; i < count; i++) {
		const char *name = fields[i].name;

		ck_assert_msg(ends_with(name, name_end(fields[i].unit)), "%s", name);
		ck_assert_msg(fields[i].source && *fields[i].source, "%s", name);
		ck_assert_msg(!fields[i].stock == !fields[i].stock_since, "%s", name);
		ck_assert_msg(!fields[i].stock || fields[i].stock_since >= 8, "%s", name);
		ck_assert_msg(fields[i].stock_since <= 17, "%s", name);
		ck_assert_int_eq(fields[i].kind == TSPOOL_KIND_TEXT,
				 fields[i].unit == TSPOOL_UNIT_NONE);
		for (j = 0; j < i && fields[i].stock; j++)
			ck_assert_msg(!fields[j].stock || strcmp(fields[i].stock, fields[j].stock),
				      "%s, %s", name, fields[j].name);
	}

	fields = tspool_lost_fields(&count);
	for (i = 0; i < count; i++) {
		ck_assert_ptr_null(fields[i].stock);
		ck_assert_int_eq(fields[i].group, TSPOOL_GROUP_OWN);
		ck_assert_uint_eq(fields[i].since, 1);
	}
}
END_TEST

START_TEST(test_signed_numbers)
{
	struct tspool_record record = { .nice = -20, .oom_score_adj = 1000 };
	const struct tspool_field_info *fields;
	size_t count;

	fields = tspool_record_fields(&count);
	ck_assert_int_eq(tspool_field_number(&record, find(fields, count, "nice")), -20);
	ck_assert_int_eq(tspool_field_number(&record, find(fields, count, "oom_score_adj")), 1000);
	record.oom_score_adj = INT32_MIN;
	ck_assert_int_eq(tspool_field_number(&record, find(fields, count, "oom_score_adj")),
			 -2147483648LL);
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

	/* Without a NUL its text ends with the field. */
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
	ck_assert_str_eq(tspool_cause_name(2), "backlog_full");
	ck_assert_str_eq(tspool_cause_name(3), "no_memory");
	ck_assert_str_eq(tspool_cause_name(4), "hook_missed");
	ck_assert_str_eq(tspool_cause_name(5), "relay_full");
	ck_assert_str_eq(tspool_cause_name(TSPOOL_CAUSE_RECEIVE_OVERRUN), "receive_overrun");
	ck_assert_str_eq(tspool_cause_name(0), "unknown");
	ck_assert_str_eq(tspool_cause_name(6), "unknown");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("record");
	TCase *tcase = tcase_create("fields and names");

	tcase_add_test(tcase, test_tables_cover_structs);
	tcase_add_loop_test(tcase, test_record_field, 0, ARRAY_SIZE(expected_fields));
	tcase_add_test(tcase, test_columns_agree);
	tcase_add_test(tcase, test_signed_numbers);
	tcase_add_test(tcase, test_presence);
	tcase_add_test(tcase, test_numbers);
	tcase_add_test(tcase, test_texts);
	tcase_add_test(tcase, test_names);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
