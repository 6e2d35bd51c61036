// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's taskstats as a backend: the records that come of its messages. */
#include "run_suite.h"
#include "stock_listener.h"

static unsigned int fields_of(const struct tspool_record *record)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < TSPOOL_FIELD_COUNT; i++)
		count += tspool_record_has(record, i);
	return count;
}

START_TEST(test_version)
{
	unsigned int version = _i;
	const struct tspool_record *record;
	struct stock stock;

	stock_fill(&stock, version);
	record = record_of(&stock);
	ck_assert_uint_eq(record->frame.type, TSPOOL_FRAME_TASK);
	ck_assert_uint_eq(record->frame.size, sizeof(*record));
	ck_assert_uint_eq(record->frame.cpt, 3);
	stock_expect_all(record, version);
	ck_assert_str_eq(record->comm, "stock");
	stock_expect(record, TSPOOL_FIELD_seq, true, 0);
	/* Two and a half seconds lived, two of them whole. */
	stock_expect(record, TSPOOL_FIELD_exit_wall_time_ns, version >= 10, 1700000002000000000);
}
END_TEST

/* Each version adds what it is said to, and the seq, the name and the time of the exit. */
START_TEST(test_number_of_fields)
{
	static const unsigned int fields[] = { 37, 39, 41, 43, 47, 49, 51, 67, 67, 75 };
	struct stock stock;

	stock_fill(&stock, _i);
	ck_assert_uint_eq(fields_of(record_of(&stock)), fields[_i - STOCK_VERSION_MIN]);
}
END_TEST

/* A field is there if its bytes came whole, whatever the version promises. */
START_TEST(test_truncated)
{
	struct stock stock;

	stock_fill(&stock, 17);
	for (size_t length = 2; length < 688; length++) {
		stock.length = length;
		forget_script();
		record_of(&stock);
		stock_expect(records, TSPOOL_FIELD_exit_code, length >= 8, 0x8b);
		stock_expect(records, TSPOOL_FIELD_tgid, length >= 372, 133);
		stock_expect(records, TSPOOL_FIELD_irq_delay_min_ns, length >= 560, 193);
		stock_expect(records, TSPOOL_FIELD_run_delay_max_wall_time_ns, length >= 576,
			     1000000000);
		ck_assert(!tspool_record_has(records, TSPOOL_FIELD_irq_delay_max_wall_time_ns));
	}
}
END_TEST

START_TEST(test_later_version)
{
	struct stock stock;

	stock_fill(&stock, 17);
	stock.v17.version = 18;
	stock.length += 32;
	ck_assert_uint_eq(fields_of(record_of(&stock)), 75);
}
END_TEST

START_TEST(test_bad_messages)
{
	struct message *message;
	struct stock stock;
	size_t nest;

	stock_fill(&stock, 8);
	stock.v17.version = 7;
	add_exit(&stock);
	ck_assert_int_eq(receive(), -EBADMSG);
	ck_assert_ptr_nonnull(strstr(tspool_error(session), "version 7, older than 8"));

	for (stock.length = 0; stock.length < 2; stock.length++) {
		add_exit(&stock);
		ck_assert_int_eq(receive(), -EBADMSG);
	}

	/* No nest at all; one without the struct; one without the number; one with half of it. */
	stock_fill(&stock, 17);
	message_start_genl(&add_datagram()->message, TASKSTATS_CMD_NEW, 0);
	for (int i = 0; i < 3; i++) {
		message = &add_datagram()->message;
		message_start_genl(message, TASKSTATS_CMD_NEW, 0);
		nest = message->length;
		message_put_attribute(message, TASKSTATS_TYPE_AGGR_PID, "", 0);
		if (i != 1)
			message_put_attribute(message, TASKSTATS_TYPE_PID, &stock, i ? 2 : 4);
		if (i)
			message_put_attribute(message, TASKSTATS_TYPE_STATS, stock.bytes,
					      stock.length);
		message_end_nest(message, nest);
	}
	/* A header of netlink and nothing else. */
	message_start(&add_datagram()->message, FAMILY, 0);
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(receive(), -EBADMSG);

	/* What comes after them is good. */
	record_of(&stock);
}
END_TEST

/* Where unaligned access is slow, an empty attribute stands in front of the struct. */
START_TEST(test_padded)
{
	struct message *message = &add_datagram()->message;
	struct stock stock;
	size_t nest;

	stock_fill(&stock, 14);
	message_start_genl(message, TASKSTATS_CMD_NEW, 0);
	nest = message->length;
	message_put_attribute(message, TASKSTATS_TYPE_AGGR_PID, "", 0);
	message_put_u32(message, TASKSTATS_TYPE_PID, 133);
	message_put_attribute(message, TASKSTATS_TYPE_NULL, "", 0);
	message_put_attribute(message, TASKSTATS_TYPE_STATS, stock.bytes, stock.length);
	message_end_nest(message, nest);
	ck_assert_int_eq(receive(), 1);
	stock_expect(records, TSPOOL_FIELD_irq_delay_ns, true, 191);
}
END_TEST

/* Zeros that may mean that nothing was counted, or that there is no such thing. */
START_TEST(test_untold)
{
	const struct tspool_record *record;
	struct stock stock = { .length = 688 };

	stock.v17.version = 17;
	stock.v17.ac_pid = 133;
	stock.v17.ac_tgid = 133;
	record = record_of(&stock);
	ck_assert(!tspool_record_has(record, TSPOOL_FIELD_run_time_ns));
	ck_assert(!tspool_record_has(record, TSPOOL_FIELD_run_count));
	ck_assert(!tspool_record_has(record, TSPOOL_FIELD_run_delay_ns));
	ck_assert(!tspool_record_has(record, TSPOOL_FIELD_blkio_count));
	ck_assert(!tspool_record_has(record, TSPOOL_FIELD_irq_delay_ns));
	ck_assert(!tspool_record_has(record, TSPOOL_FIELD_irq_delay_max_ns));
	ck_assert(!tspool_record_has(record, TSPOOL_FIELD_irq_delay_max_wall_time_ns));
	ck_assert(!tspool_record_has(record, TSPOOL_FIELD_hiwater_rss_bytes));
	ck_assert(!tspool_record_has(record, TSPOOL_FIELD_hiwater_vm_bytes));
	ck_assert(!tspool_record_has(record, TSPOOL_FIELD_exe_inode));
	ck_assert(!tspool_record_has(record, TSPOOL_FIELD_exe_dev));
	/* These are known to be zero. */
	ck_assert(tspool_record_has(record, TSPOOL_FIELD_major_faults));
	ck_assert(tspool_record_has(record, TSPOOL_FIELD_exit_code));

	/* One delay tells that they are counted. */
	stock.v17.wpcopy_count = 1;
	stock.v17.cpu_count = 1;
	record = record_of(&stock);
	stock_expect(record, TSPOOL_FIELD_wpcopy_count, true, 1);
	stock_expect(record, TSPOOL_FIELD_blkio_count, true, 0);
	stock_expect(record, TSPOOL_FIELD_run_delay_ns, true, 0);
	ck_assert(!tspool_record_has(record, TSPOOL_FIELD_blkio_delay_max_ns));

	/* Only leaders had theirs told. */
	stock_fill(&stock, 11);
	stock.v17.ac_exitcode = 0;
	ck_assert(!tspool_record_has(record_of(&stock), TSPOOL_FIELD_exit_code));
}
END_TEST

START_TEST(test_delays_stand_still)
{
	const struct tspool_record *record;
	struct stock stock;

	stock_fill(&stock, 17);
	accounting = TSPOOL_DELAYACCT_OFF;
	record = record_of(&stock);
	ck_assert(!tspool_record_has(record, TSPOOL_FIELD_blkio_delay_ns));
	ck_assert(!tspool_record_has(record, TSPOOL_FIELD_irq_delay_max_ns));
	stock_expect(record, TSPOOL_FIELD_run_delay_ns, true, 101);
}
END_TEST

/* The last thread of several, which is the leader where its pid says so. */
static void receive_group(unsigned int version, uint32_t tgid)
{
	struct message *message = &add_datagram()->message;
	struct stock task, group;

	stock_fill(&task, version);
	if (version == 15)
		task.v15.ac_tgid = tgid;
	else
		task.v17.ac_tgid = tgid;
	stock_fill(&group, version);
	message_start_genl(message, TASKSTATS_CMD_NEW, 0);
	stock_put(message, TASKSTATS_TYPE_AGGR_PID, 133, &task);
	stock_put(message, TASKSTATS_TYPE_AGGR_TGID, tgid, &group);
	ck_assert_int_eq(receive(), 2);
	ck_assert_uint_eq(n_records, 2);
	ck_assert_uint_eq(records[0].frame.type, TSPOOL_FRAME_TASK);
	ck_assert_uint_eq(records[1].frame.type, TSPOOL_FRAME_PROCESS);
	ck_assert_uint_eq(records[1].frame.cpt, 3);
	ck_assert_uint_eq(records[0].flags & TSPOOL_FLAG_THREADED, TSPOOL_FLAG_THREADED);
}

START_TEST(test_group)
{
	const struct tspool_record *group = &records[1];

	receive_group(17, 77);
	stock_expect(group, TSPOOL_FIELD_seq, true, 1);
	stock_expect(group, TSPOOL_FIELD_pid, true, 77);
	stock_expect(group, TSPOOL_FIELD_tgid, true, 77);
	/* Sums. */
	stock_expect(group, TSPOOL_FIELD_run_time_ns, true, 130);
	stock_expect(group, TSPOOL_FIELD_user_time_ns, true, 135000);
	stock_expect(group, TSPOOL_FIELD_voluntary_switches, true, 143);
	stock_expect(group, TSPOOL_FIELD_irq_delay_ns, true, 191);
	/* What the thread tells of all. */
	stock_expect(group, TSPOOL_FIELD_elapsed_ns, true, 9000001000);
	stock_expect(group, TSPOOL_FIELD_ppid, true, 134);
	stock_expect(group, TSPOOL_FIELD_exe_inode, true, 145);
	stock_expect(group, TSPOOL_FIELD_exit_wall_time_ns, true, 1700000002000000000);
	/* 6 + 19 sums, and with the memory's and the executable's: no extremes, names or codes. */
	ck_assert(!tspool_record_has(group, TSPOOL_FIELD_irq_delay_max_ns));
	ck_assert(!tspool_record_has(group, TSPOOL_FIELD_minor_faults));
	ck_assert(!tspool_record_has(group, TSPOOL_FIELD_rchar_bytes));
	ck_assert(!tspool_record_has(group, TSPOOL_FIELD_comm));
	ck_assert(!tspool_record_has(group, TSPOOL_FIELD_uid));
	ck_assert(!tspool_record_has(group, TSPOOL_FIELD_exit_code));
	ck_assert(!tspool_record_has(group, TSPOOL_FIELD_flags));
}
END_TEST

START_TEST(test_group_of_leader)
{
	const struct tspool_record *group = &records[1];

	receive_group(15, 133);
	stock_expect(group, TSPOOL_FIELD_uid, true, 131);
	stock_expect(group, TSPOOL_FIELD_start_wall_time_ns, true, 1700000000000000000);
	stock_expect(group, TSPOOL_FIELD_flags, true, 0x95);
	stock_expect(group, TSPOOL_FIELD_irq_delay_ns, true, 191);
	ck_assert_str_eq(group->comm, "stock");
	ck_assert(!tspool_record_has(group, TSPOOL_FIELD_irq_delay_max_ns));
	ck_assert(!tspool_record_has(group, TSPOOL_FIELD_exit_code));
}
END_TEST

/* Before, the times of threads that had ended were not in the sum. */
START_TEST(test_group_of_older_version)
{
	const struct tspool_record *group = &records[1];

	receive_group(12, 77);
	stock_expect(group, TSPOOL_FIELD_run_time_ns, true, 130);
	stock_expect(group, TSPOOL_FIELD_compact_delay_ns, true, 171);
	ck_assert(!tspool_record_has(group, TSPOOL_FIELD_user_time_ns));
	ck_assert(!tspool_record_has(group, TSPOOL_FIELD_involuntary_switches));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("taskstats");
	TCase *tcase = tcase_create("records");

	tcase_add_checked_fixture(tcase, open_listener, close_all);
	tcase_add_loop_test(tcase, test_version, STOCK_VERSION_MIN, STOCK_VERSION_MAX + 1);
	tcase_add_loop_test(tcase, test_number_of_fields, STOCK_VERSION_MIN, STOCK_VERSION_MAX + 1);
	tcase_add_test(tcase, test_truncated);
	tcase_add_test(tcase, test_later_version);
	tcase_add_test(tcase, test_bad_messages);
	tcase_add_test(tcase, test_padded);
	tcase_add_test(tcase, test_untold);
	tcase_add_test(tcase, test_delays_stand_still);
	tcase_add_test(tcase, test_group);
	tcase_add_test(tcase, test_group_of_leader);
	tcase_add_test(tcase, test_group_of_older_version);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
