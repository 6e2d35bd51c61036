// SPDX-License-Identifier: GPL-2.0-only
/* Records as JSON: names, order, absent fields, and what JSON can't hold as it is. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "fmt_json.h"

static void mark(struct tspool_record *record, unsigned int field)
{
	record->present[field / 64] |= 1ULL << field % 64;
}

static struct tspool_record record_of(unsigned int type)
{
	struct tspool_record record = { 0 };

	record.frame.type = type;
	record.frame.cpt = 3;
	record.seq = 7;
	mark(&record, TSPOOL_FIELD_seq);
	record.exit_code = 9;
	mark(&record, TSPOOL_FIELD_exit_code);
	memcpy(record.comm, "sh", 3);
	mark(&record, TSPOOL_FIELD_comm);
	return record;
}

static char *text_of(json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT);

	ck_assert_ptr_nonnull(text);
	json_decref(object);
	return text;
}

static void check_text(json_t *object, const char *expected)
{
	char *text = text_of(object);

	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(record_leaves_out_what_is_absent)
{
	struct tspool_record record = record_of(TSPOOL_FRAME_TASK);

	record.pid = 4711; /* not marked as present */
	check_text(tsp_json_record(&record, NULL),
		   "{\"type\":\"task\",\"cpt\":3,\"seq\":7,\"exit_code\":9,\"comm\":\"sh\"}");
}
END_TEST

START_TEST(process_has_its_type)
{
	struct tspool_record record = record_of(TSPOOL_FRAME_PROCESS);

	check_text(tsp_json_record(&record, NULL),
		   "{\"type\":\"process\",\"cpt\":3,\"seq\":7,\"exit_code\":9,\"comm\":\"sh\"}");
}
END_TEST

START_TEST(zero_is_not_absent)
{
	struct tspool_record record = { .frame = { .type = TSPOOL_FRAME_TASK } };

	mark(&record, TSPOOL_FIELD_read_bytes);
	check_text(tsp_json_record(&record, NULL),
		   "{\"type\":\"task\",\"cpt\":0,\"read_bytes\":0}");
}
END_TEST

/* It stands behind the id, and its name is as unprintable as that of a task may be. */
START_TEST(cgroup_follows_its_id)
{
	struct tspool_record record = { .frame = { .type = TSPOOL_FRAME_TASK } };

	record.cgroup_id = 77;
	mark(&record, TSPOOL_FIELD_cgroup_id);
	mark(&record, TSPOOL_FIELD_pid);
	check_text(tsp_json_record(&record, "/a\tb.slice"),
		   "{\"type\":\"task\",\"cpt\":0,\"cgroup_id\":77,"
		   "\"cgroup\":\"/a\\\\x09b.slice\",\"pid\":0}");
}
END_TEST

START_TEST(signed_numbers)
{
	struct tspool_record record = { .nice = -20, .oom_score_adj = -1000 };

	mark(&record, TSPOOL_FIELD_nice);
	mark(&record, TSPOOL_FIELD_oom_score_adj);
	check_text(tsp_json_record(&record, NULL),
		   "{\"type\":\"unknown\",\"cpt\":0,\"nice\":-20,\"oom_score_adj\":-1000}");
}
END_TEST

/* All fields of the contract, and the two in front. */
START_TEST(all_fields_present)
{
	struct tspool_record record = record_of(TSPOOL_FRAME_TASK);
	json_t *object;

	memset(record.present, 0xff, sizeof(record.present));
	object = tsp_json_record(&record, NULL);
	ck_assert_uint_eq(json_object_size(object), TSPOOL_FIELD_COUNT + 2);
	json_decref(object);
}
END_TEST

START_TEST(comm_without_nul_and_utf8)
{
	struct tspool_record record = record_of(TSPOOL_FRAME_TASK);
	json_t *object;

	memset(record.comm, 'x', sizeof(record.comm));
	record.comm[0] = '\xff';
	object = tsp_json_record(&record, NULL);
	ck_assert_str_eq(json_string_value(json_object_get(object, "comm")),
			 "\\xffxxxxxxxxxxxxxxx");
	json_decref(object);
}
END_TEST

START_TEST(numbers_up_to_the_limit)
{
	struct tspool_record record = record_of(TSPOOL_FRAME_TASK);
	json_t *object;

	record.seq = INT64_MAX;
	object = tsp_json_record(&record, NULL);
	ck_assert_int_eq(json_integer_value(json_object_get(object, "seq")), INT64_MAX);
	json_decref(object);

	record.seq = UINT64_MAX;
	object = tsp_json_record(&record, NULL);
	ck_assert_double_eq(json_number_value(json_object_get(object, "seq")), 0x1p64);
	json_decref(object);
}
END_TEST

START_TEST(lost_has_cause_by_name)
{
	struct tspool_lost lost = {
		.frame = { .type = TSPOOL_FRAME_LOST, .cpt = 1 },
		.count = 34,
		.first_seq = 17,
		.last_seq = 50,
		.cause = TSPOOL_CAUSE_BACKLOG_FULL,
		.time_ns = 1000,
		.wall_time_ns = 2000,
	};

	check_text(tsp_json_lost(&lost),
		   "{\"type\":\"lost\",\"cpt\":1,\"count\":34,"
		   "\"first_seq\":17,\"last_seq\":50,\"cause\":\"backlog_full\","
		   "\"time_ns\":1000,\"wall_time_ns\":2000}");
}
END_TEST

START_TEST(lost_without_count)
{
	struct tspool_lost lost = {
		.frame = { .type = TSPOOL_FRAME_LOST, .cpt = TSPOOL_CPT_ANY },
		.count = TSPOOL_COUNT_UNKNOWN,
		.cause = TSPOOL_CAUSE_RECEIVE_OVERRUN,
	};

	check_text(tsp_json_lost(&lost), "{\"type\":\"lost\",\"cause\":\"receive_overrun\"}");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("fmt_json");
	TCase *tcase = tcase_create("fmt_json");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, record_leaves_out_what_is_absent);
	tcase_add_test(tcase, process_has_its_type);
	tcase_add_test(tcase, zero_is_not_absent);
	tcase_add_test(tcase, cgroup_follows_its_id);
	tcase_add_test(tcase, signed_numbers);
	tcase_add_test(tcase, all_fields_present);
	tcase_add_test(tcase, comm_without_nul_and_utf8);
	tcase_add_test(tcase, numbers_up_to_the_limit);
	tcase_add_test(tcase, lost_has_cause_by_name);
	tcase_add_test(tcase, lost_without_count);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
