// SPDX-License-Identifier: GPL-2.0-only
/* Opening a session and asking for one task, with answers from a script. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tspool/delayacct.h>
#include <tspool/get.h>

#include "run_suite.h"
#include "scripted_session.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* What the machine's setting is said to be. */
static enum tspool_delayacct accounting = TSPOOL_DELAYACCT_ON;

FAKE enum tspool_delayacct tspool_delay_accounting(void)
{
	return accounting;
}

/* What reading the module's parameter gives where that is not 0. */
static int parameter_error;

static ssize_t fail_to_read(void *cookie, char *buffer, size_t size)
{
	(void)cookie, (void)buffer, (void)size;
	errno = parameter_error;
	return -1;
}

FAKE FILE *fopen(const char *path, const char *mode)
{
	ck_assert_str_eq(path, "/sys/module/tspool/parameters/family");
	if (parameter_error)
		return fopencookie(NULL, mode, (cookie_io_functions_t){ .read = fail_to_read });
	errno = ENOENT;
	return NULL;
}

static void add_record(struct message *answer, unsigned int type, uint32_t pid)
{
	struct tspool_record record = {
		.frame = { .size = sizeof(record), .type = type, .version = 1 },
		.present = { 1ULL << TSPOOL_FIELD_pid },
		.pid = pid,
	};

	message_start_genl(answer, TSPOOL_CMD_RECORD_GET, 0);
	message_put_attribute(answer, TSPOOL_A_FRAMES, &record, sizeof(record));
}

/* Asks the controller for the number of the family, by name. */
START_TEST(test_family_request)
{
	struct genlmsghdr header = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 };
	struct message expected;

	message_family(add_answer());
	add_ack();
	ck_assert_int_eq(tspool_open(&session), 0);
	message_start(&expected, GENL_ID_CTRL, 0);
	message_put(&expected, &header, sizeof(header));
	message_put_string(&expected, CTRL_ATTR_FAMILY_NAME, "TSPOOL");
	ck_assert_uint_eq(n_sent, 1);
	message_expect(&sent, &expected);
	close_session();
}
END_TEST

START_TEST(test_module_not_loaded)
{
	message_refusal(add_answer(), -ENOENT, NULL, NULL);
	ck_assert_int_eq(tspool_open_backend(&session, TSPOOL_BACKEND_TSPOOL), -ENOENT);
	ck_assert_ptr_nonnull(strstr(tspool_error(session), "tspool module is not loaded"));
	close_session();
}
END_TEST

/* Whoever tells of it says how to load the module. */
START_TEST(test_neither)
{
	message_refusal(add_answer(), -ENOENT, NULL, NULL);
	message_refusal(add_answer(), -ENOENT, NULL, NULL);
	ck_assert_int_eq(tspool_open(&session), -ENOENT);
	ck_assert_str_eq(tspool_error(session),
			 "the tspool module is not loaded, and this kernel has no taskstats either");
	ck_assert_int_eq(tspool_session_backend(session), TSPOOL_BACKEND_TSPOOL);
	close_session();
}
END_TEST

/* It goes while its parameter is being read. */
START_TEST(test_module_unloading)
{
	parameter_error = ENODEV;
	message_refusal(add_answer(), -ENOENT, NULL, NULL);
	ck_assert_int_eq(tspool_open_backend(&session, TSPOOL_BACKEND_TSPOOL), -ENOENT);
	ck_assert_ptr_nonnull(strstr(tspool_error(session), "tspool module is not loaded"));
	close_session();

	parameter_error = EIO;
	ck_assert_int_eq(tspool_open(&session), -EIO);
	ck_assert_ptr_null(strstr(tspool_error(session), "not loaded"));
	tspool_close(session);
	parameter_error = 0;
}
END_TEST

/* The module may well be there. */
START_TEST(test_no_answer_about_module)
{
	struct message *answer;

	message_refusal(add_answer(), -ENOMEM, NULL, NULL);
	ck_assert_int_eq(tspool_open(&session), -ENOMEM);
	ck_assert_ptr_null(strstr(tspool_error(session), "not loaded"));
	close_session();

	answer = add_answer();
	message_start(answer, GENL_ID_CTRL, 0);
	message_put_string(answer, CTRL_ATTR_FAMILY_NAME, "TSPOOL");
	add_ack();
	ck_assert_int_eq(tspool_open(&session), -EBADMSG);
	ck_assert_ptr_null(strstr(tspool_error(session), "not loaded"));
	close_session();

	tspool_close(NULL);
	ck_assert_str_eq(tspool_error(NULL), "no memory for a session");
}
END_TEST

/* One request with the command and this one attribute was sent. */
static void expect_get(int attribute, uint32_t number)
{
	struct message expected;

	message_start_genl(&expected, 18, 0);
	message_put_u32(&expected, attribute, number);
	ck_assert_uint_eq(n_sent, 1);
	message_expect(&sent, &expected);
}

START_TEST(test_get)
{
	struct tspool_record record;

	add_record(add_answer(), TSPOOL_FRAME_TASK, 4711);
	add_ack();
	ck_assert_int_eq(tspool_get_task(session, 4711, &record), 0);
	expect_get(3, 4711);
	ck_assert_uint_eq(record.frame.type, TSPOOL_FRAME_TASK);
	ck_assert_uint_eq(record.pid, 4711);
	ck_assert(tspool_record_has(&record, TSPOOL_FIELD_pid));
	ck_assert(!tspool_record_has(&record, TSPOOL_FIELD_tgid));

	forget_answers();
	add_record(add_answer(), TSPOOL_FRAME_PROCESS, 1);
	add_ack();
	ck_assert_int_eq(tspool_get_process(session, 1, &record), 0);
	expect_get(4, 1);
	ck_assert_uint_eq(record.frame.type, TSPOOL_FRAME_PROCESS);
}
END_TEST

struct refusal {
	int error;
	int returned;
	const char *text;	/* the kernel's */
	const char *sentence;
};

static const struct refusal refusals[] = {
	{ -ESRCH, -ESRCH, "no such task", "task 4711: no such task" },
	{ -ESRCH, -ESRCH, NULL, "task 4711: No such process" },
	{ -EPERM, -EPERM, NULL, "task 4711: not permitted: CAP_NET_ADMIN is missing" },
	{ -ENOENT, -ENOENT, NULL, "task 4711: the tspool module has been unloaded" },
	{ -EPROTONOSUPPORT, -ENOENT, NULL, "task 4711: the tspool module has been unloaded" },
};

START_TEST(test_get_refused)
{
	const struct refusal *refusal = &refusals[_i];
	struct tspool_record record = { .pid = 1 };
	struct message echo;

	message_start_genl(&echo, TSPOOL_CMD_RECORD_GET, 0);
	message_put_u32(&echo, TSPOOL_A_PID, 4711);
	message_refusal(add_answer(), refusal->error, refusal->text, &echo);
	ck_assert_int_eq(tspool_get_task(session, 4711, &record), refusal->returned);
	ck_assert_str_eq(tspool_error(session), refusal->sentence);

	message_refusal(add_answer(), refusal->error, refusal->text, NULL);
	ck_assert_int_eq(tspool_get_task(session, 4711, &record), refusal->returned);
	ck_assert_str_eq(tspool_error(session), refusal->sentence);
	ck_assert_uint_eq(record.pid, 1);

	/* The session is as good as before. */
	add_record(add_answer(), TSPOOL_FRAME_TASK, 4712);
	add_ack();
	ck_assert_int_eq(tspool_get_task(session, 4712, &record), 0);
	ck_assert_uint_eq(record.pid, 4712);
}
END_TEST

/* The sentence's attribute cut short at every byte is never read past its end. */
START_TEST(test_refusal_cut)
{
	static const char text[] = "no such task and no padding";
	struct tspool_record record;
	struct message whole;
	size_t cut;

	ck_assert_uint_eq(sizeof(text) % NLMSG_ALIGNTO, 0);
	message_refusal(&whole, -ESRCH, text, NULL);
	for (cut = NLMSG_HDRLEN; cut < whole.length; cut++) {
		struct message *answer = add_answer();

		*answer = whole;
		answer->length = cut;
		answer->header.nlmsg_len = cut;
		ck_assert_int_eq(tspool_get_task(session, 1, &record),
				 cut < NLMSG_HDRLEN + sizeof(struct nlmsgerr) ? -EIO : -ESRCH);
		ck_assert_ptr_null(strstr(tspool_error(session), "no such task"));
		forget_answers();
	}
}
END_TEST

/* A sentence without its NUL, and an echo that is said to be longer than the message. */
START_TEST(test_refusal_corrupt)
{
	static const uint32_t lengths[] = { 40, 100000, 0x7fffffff, 0xfffffff0 };
	struct tspool_record record;
	struct message *answer;
	size_t i;

	answer = add_answer();
	message_refusal(answer, -ESRCH, NULL, NULL);
	answer->header.nlmsg_flags |= NLM_F_ACK_TLVS;
	message_put_attribute(answer, NLMSGERR_ATTR_MSG, "12345678", 8);
	ck_assert_int_eq(tspool_get_task(session, 1, &record), -ESRCH);
	ck_assert_str_eq(tspool_error(session), "task 1: No such process");

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		answer = add_answer();
		message_refusal(answer, -ESRCH, "no such task", NULL);
		answer->header.nlmsg_flags &= ~NLM_F_CAPPED;
		((struct nlmsgerr *)NLMSG_DATA(answer->bytes))->msg.nlmsg_len = lengths[i];
		ck_assert_int_eq(tspool_get_task(session, 1, &record), -ESRCH);
		ck_assert_str_eq(tspool_error(session), "task 1: No such process");
	}
}
END_TEST

START_TEST(test_get_bad_answers)
{
	struct tspool_record record = { .pid = 1 };
	struct tspool_lost lost = { .frame = { .size = sizeof(lost), .type = 3, .version = 1 } };
	struct message *answer;

	answer = add_answer();
	message_start_genl(answer, TSPOOL_CMD_RECORD_GET, 0);
	add_ack();
	ck_assert_int_eq(tspool_get_task(session, 1, &record), -EBADMSG);

	answer = add_answer();
	message_start_genl(answer, TSPOOL_CMD_RECORD_GET, 0);
	message_put_attribute(answer, TSPOOL_A_FRAMES, "12345678", 8);
	add_ack();
	ck_assert_int_eq(tspool_get_task(session, 1, &record), -EBADMSG);

	answer = add_answer();
	message_start_genl(answer, TSPOOL_CMD_RECORD_GET, 0);
	message_put_attribute(answer, TSPOOL_A_FRAMES, &lost, sizeof(lost));
	add_ack();
	ck_assert_int_eq(tspool_get_task(session, 1, &record), -EBADMSG);

	add_ack();
	ck_assert_int_eq(tspool_get_task(session, 1, &record), -EBADMSG);
	ck_assert_uint_eq(record.pid, 1);
}
END_TEST

/* A record of delays of both kinds, as a task has them that started under delay accounting. */
static void add_delays(struct message *answer)
{
	struct tspool_record record = {
		.frame = { .size = sizeof(record), .type = TSPOOL_FRAME_TASK, .version = 1 },
		.present = { UINT64_MAX, UINT64_MAX },
		.run_delay_ns = 1,
		.blkio_delay_ns = 2,
		.irq_delay_max_wall_time_ns = 3,
	};

	message_start_genl(answer, TSPOOL_CMD_RECORD_GET, 0);
	message_put_attribute(answer, TSPOOL_A_FRAMES, &record, sizeof(record));
	add_ack();
}

/* Those that stand still are absent, and hold zero. By enum tspool_delayacct. */
START_TEST(test_get_delays)
{
	bool expected = _i != TSPOOL_DELAYACCT_OFF;
	struct tspool_record record;

	accounting = _i;
	add_delays(add_answer());
	ck_assert_int_eq(tspool_get_task(session, 1, &record), 0);
	ck_assert_uint_eq(record.run_delay_ns, 1);
	ck_assert(tspool_record_has(&record, TSPOOL_FIELD_run_delay_ns));
	ck_assert(tspool_record_has(&record, TSPOOL_FIELD_comm));
	ck_assert_uint_eq(record.blkio_delay_ns, expected ? 2 : 0);
	ck_assert_uint_eq(record.irq_delay_max_wall_time_ns, expected ? 3 : 0);
	ck_assert_int_eq(tspool_record_has(&record, TSPOOL_FIELD_blkio_delay_ns), expected);
	ck_assert_int_eq(tspool_record_has(&record, TSPOOL_FIELD_blkio_count), expected);
	ck_assert_int_eq(tspool_record_has(&record, TSPOOL_FIELD_irq_delay_max_wall_time_ns),
			 expected);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("session");
	TCase *opening = tcase_create("opening");
	TCase *requests = tcase_create("requests");

	tcase_add_test(opening, test_family_request);
	tcase_add_test(opening, test_module_not_loaded);
	tcase_add_test(opening, test_neither);
	tcase_add_test(opening, test_module_unloading);
	tcase_add_test(opening, test_no_answer_about_module);
	suite_add_tcase(suite, opening);

	tcase_add_checked_fixture(requests, open_session, close_session);
	tcase_add_test(requests, test_get);
	tcase_add_loop_test(requests, test_get_refused, 0, ARRAY_SIZE(refusals));
	tcase_add_test(requests, test_refusal_cut);
	tcase_add_test(requests, test_refusal_corrupt);
	tcase_add_test(requests, test_get_bad_answers);
	tcase_add_loop_test(requests, test_get_delays, TSPOOL_DELAYACCT_UNKNOWN,
			    TSPOOL_DELAYACCT_ON + 1);
	suite_add_tcase(suite, requests);
	return run_suite(suite);
}
