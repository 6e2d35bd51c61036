// SPDX-License-Identifier: GPL-2.0-only
/* What a listener hands over of delays while the kernel does not account them. */
#include <check.h>
#include <stdlib.h>
#include <tspool/tspool.h>

#include "run_suite.h"
#include "scripted_socket.h"

#define SECOND	1000000000ULL

static struct tspool_session *session;
static struct tspool_listener *listener;

/* The machine's setting, and how often it was looked at. */
static enum tspool_delayacct accounting;
static unsigned int looks;

FAKE enum tspool_delayacct tspool_delay_accounting(void)
{
	looks++;
	return accounting;
}

static void open_listener(void)
{
	forget_script();
	looks = 0;
	ck_assert_int_eq(tspool_open(&session), 0);
	ck_assert_int_eq(tspool_listen(session, NULL, &listener), 0);
}

static void close_listener(void)
{
	tspool_listener_close(listener);
	tspool_close(session);
}

/* Of its full length it is used where it lies; shorter, as the module makes it, it is copied. */
static size_t frame_bytes;

static void add_record(uint64_t exit_time_ns)
{
	struct tspool_record record = {
		.frame = { .size = frame_bytes, .type = TSPOOL_FRAME_TASK, .version = 1 },
		.present = { UINT64_MAX, UINT64_MAX },
		.exit_time_ns = exit_time_ns,
		.run_delay_ns = 1,
		.wpcopy_count = 2,
		.irq_delay_min_ns = 3,
	};
	struct datagram *datagram = add_datagram();

	message_start_genl(&datagram->message, TSPOOL_CMD_EVENT, 0);
	message_put_attribute(&datagram->message, TSPOOL_A_FRAMES, &record, frame_bytes);
}

static bool keep_record(const struct tspool_record *record, void *arg)
{
	*(struct tspool_record *)arg = *record;
	return true;
}

static bool no_loss(const struct tspool_lost *lost, void *arg)
{
	ck_abort_msg("%llu lost, %p", lost->count, arg);
}

/* What the listener makes of a task that ended then, and had delays. */
static struct tspool_record received_at(uint64_t exit_time_ns)
{
	static const struct tspool_handler handler = { .record = keep_record, .lost = no_loss };
	struct tspool_record record;

	add_record(exit_time_ns);
	ck_assert_int_eq(tspool_receive(listener, &handler, &record), 1);
	forget_script();
	return record;
}

/* Of every field, and of nothing else. */
static void expect_all(const struct tspool_record *record, bool expected)
{
	const struct tspool_field_info *fields;
	size_t count;

	fields = tspool_record_fields(&count);
	for (unsigned int i = 0; i < count; i++) {
		bool brought = (size_t)fields[i].offset + fields[i].size <= frame_bytes;
		bool kept = expected || !tspool_needs_delay_accounting(&fields[i]);

		ck_assert_int_eq(tspool_record_has(record, i), brought && kept);
		if (!kept)
			ck_assert_uint_eq(tspool_field_number(record, &fields[i]), 0);
	}
}

static void expect_delays(const struct tspool_record *record, bool expected)
{
	ck_assert_int_eq(tspool_record_has(record, TSPOOL_FIELD_wpcopy_count), expected);
	ck_assert_int_eq(tspool_record_has(record, TSPOOL_FIELD_irq_delay_min_ns), expected);
	ck_assert_uint_eq(record->wpcopy_count, expected ? 2 : 0);
	ck_assert_uint_eq(record->irq_delay_min_ns, expected ? 3 : 0);
	expect_all(record, expected);
	/* The scheduler always accounts this one. */
	ck_assert(tspool_record_has(record, TSPOOL_FIELD_run_delay_ns));
	ck_assert_uint_eq(record->run_delay_ns, 1);
	ck_assert(tspool_record_has(record, TSPOOL_FIELD_comm));
}

START_TEST(test_setting)
{
	struct tspool_record record;

	frame_bytes = sizeof(record);
	accounting = _i;
	record = received_at(5 * SECOND);
	expect_delays(&record, _i != TSPOOL_DELAYACCT_OFF);
}
END_TEST

/* A change shows within a second of the tasks' time; in between nobody looks. */
START_TEST(test_looks_once_a_second)
{
	struct tspool_record record;

	frame_bytes = _i ? offsetof(struct tspool_record, run_delay_max_wall_time_ns) :
			   sizeof(record);
	accounting = TSPOOL_DELAYACCT_OFF;
	for (uint64_t time = 100 * SECOND; time < 101 * SECOND; time += SECOND / 100) {
		record = received_at(time);
		expect_delays(&record, false);
		/* It was off when the record was looked at first. */
		accounting = TSPOOL_DELAYACCT_ON;
	}
	ck_assert_uint_eq(looks, 1);
	record = received_at(101 * SECOND);
	expect_delays(&record, true);
	ck_assert_uint_eq(looks, 2);

	/* Another CPT's records may come later, and be older. */
	accounting = TSPOOL_DELAYACCT_OFF;
	record = received_at(99 * SECOND);
	expect_delays(&record, true);
	ck_assert_uint_eq(looks, 2);
	record = received_at(200 * SECOND);
	expect_delays(&record, false);
	ck_assert_uint_eq(looks, 3);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("delays");
	TCase *tcase = tcase_create("a listener's delays");

	tcase_add_checked_fixture(tcase, open_listener, close_listener);
	tcase_add_loop_test(tcase, test_setting, TSPOOL_DELAYACCT_UNKNOWN, TSPOOL_DELAYACCT_ON + 1);
	tcase_add_loop_test(tcase, test_looks_once_a_second, 0, 2);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
