// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests and their answers without the module. The functions here that are named like those of
 * libnl and libc take their place: the answers to the next request stand in a script.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <tspool/tspool.h>

#include "netlink_message.h"

#define MAX_ANSWERS	24
#define NLE_NO_OBJECT	12	/* libnl's NLE_OBJ_NOTFOUND */

static struct message answers[MAX_ANSWERS];
static unsigned int n_answers, n_read;
static struct message sent;
static unsigned int n_sent;
static int family;

static struct tspool_session *session;

FAKE int genl_ctrl_resolve(struct nl_sock *sock, const char *name)
{
	ck_assert_ptr_nonnull(sock);
	ck_assert_str_eq(name, "TSPOOL");
	return family;
}

FAKE ssize_t sendmsg(int fd, const struct msghdr *header, int flags)
{
	const struct iovec *part = header->msg_iov;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(flags, 0);
	ck_assert_uint_eq(header->msg_iovlen, 1);
	ck_assert_uint_le(part->iov_len, sizeof(sent.bytes));
	memcpy(sent.bytes, part->iov_base, part->iov_len);
	sent.length = part->iov_len;
	n_sent++;
	return sent.length;
}

/* libnl looks at a message's length first, then takes it. */
FAKE ssize_t recvmsg(int fd, struct msghdr *header, int flags)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct message *answer = &answers[n_read];
	size_t size = header->msg_iov->iov_len;

	ck_assert_int_ge(fd, 0);
	ck_assert_uint_lt(n_read, n_answers);
	answer->header.nlmsg_seq = sent.header.nlmsg_seq;
	answer->header.nlmsg_pid = sent.header.nlmsg_pid;
	memcpy(header->msg_name, &kernel, sizeof(kernel));
	header->msg_namelen = sizeof(kernel);
	header->msg_controllen = 0;
	header->msg_flags = size < answer->length ? MSG_TRUNC : 0;
	memcpy(header->msg_iov->iov_base, answer->bytes,
	       size < answer->length ? size : answer->length);
	if (!(flags & MSG_PEEK))
		n_read++;
	return answer->length;
}

static struct message *add_answer(void)
{
	ck_assert_uint_lt(n_answers, MAX_ANSWERS);
	return &answers[n_answers++];
}

static void add_ack(void)
{
	message_refusal(add_answer(), 0, NULL, NULL);
}

static void add_done(int error, int flags)
{
	struct message *answer = add_answer();

	message_start(answer, NLMSG_DONE, NLM_F_MULTI | flags);
	message_put(answer, &error, sizeof(error));
}

static void forget_answers(void)
{
	/* All were read: none is left to meet the next request. */
	ck_assert_uint_eq(n_read, n_answers);
	n_answers = 0;
	n_read = 0;
	n_sent = 0;
}

static void open_session(void)
{
	family = FAMILY;
	ck_assert_int_eq(tspool_open(&session), 0);
	ck_assert_str_eq(tspool_error(session), "");
}

static void close_session(void)
{
	forget_answers();
	tspool_close(session);
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

START_TEST(test_module_not_loaded)
{
	family = -NLE_NO_OBJECT;
	ck_assert_int_eq(tspool_open(&session), -ENOENT);
	ck_assert_ptr_nonnull(strstr(tspool_error(session), "tspool module is not loaded"));
	tspool_close(session);

	family = -1;
	ck_assert_int_eq(tspool_open(&session), -EIO);
	tspool_close(session);

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
	ck_assert_uint_eq(sent.header.nlmsg_type, FAMILY);
	ck_assert_uint_eq(sent.length, expected.length);
	ck_assert_mem_eq(sent.bytes + NLMSG_HDRLEN, expected.bytes + NLMSG_HDRLEN,
			 sent.length - NLMSG_HDRLEN);
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
	const char *text;	/* the kernel's */
	const char *sentence;
};

static const struct refusal refusals[] = {
	{ -ESRCH, "no such task", "task 4711: no such task" },
	{ -ESRCH, NULL, "task 4711: No such process" },
	{ -EPERM, NULL, "task 4711: not permitted: CAP_NET_ADMIN is missing" },
	{ -ENOENT, NULL, "task 4711: the tspool module has been unloaded" },
};

START_TEST(test_get_refused)
{
	const struct refusal *refusal = &refusals[_i];
	struct tspool_record record = { .pid = 1 };
	struct message echo;

	message_start_genl(&echo, TSPOOL_CMD_RECORD_GET, 0);
	message_put_u32(&echo, TSPOOL_A_PID, 4711);
	message_refusal(add_answer(), refusal->error, refusal->text, &echo);
	ck_assert_int_eq(tspool_get_task(session, 4711, &record), refusal->error);
	ck_assert_str_eq(tspool_error(session), refusal->sentence);

	message_refusal(add_answer(), refusal->error, refusal->text, NULL);
	ck_assert_int_eq(tspool_get_task(session, 4711, &record), refusal->error);
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

START_TEST(test_get_bad_answers)
{
	struct tspool_record record = { .pid = 1 };
	struct tspool_lost lost = { .frame = { .size = 40, .type = 3, .version = 1 } };
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

static void add_cpt(uint32_t id, const char *cpus, int flags)
{
	const uint32_t distances[] = { 10 + 11 * id, 21 - 11 * id };
	struct message *answer = add_answer();

	message_start_genl(answer, TSPOOL_CMD_CPT_GET, NLM_F_MULTI | flags);
	message_put_u32(answer, TSPOOL_CPT_A_ID, id);
	message_put_string(answer, TSPOOL_CPT_A_CPUS, cpus);
	message_put_string(answer, TSPOOL_CPT_A_NODES, "0");
	message_put_u32(answer, TSPOOL_CPT_A_WEIGHT, 2);
	message_put_attribute(answer, TSPOOL_CPT_A_DISTANCES, distances, sizeof(distances));
}

START_TEST(test_get_cpts)
{
	struct tspool_cpt_info *cpts;
	size_t count;

	add_cpt(0, "0-1", 0);
	add_cpt(1, "2-3", 0);
	add_done(0, 0);
	ck_assert_int_eq(tspool_get_cpts(session, &cpts, &count), 0);
	ck_assert_uint_eq(count, 2);
	ck_assert_uint_eq(cpts[1].id, 1);
	ck_assert_uint_eq(cpts[1].weight, 2);
	ck_assert_str_eq(cpts[0].cpus, "0-1");
	ck_assert_str_eq(cpts[1].cpus, "2-3");
	ck_assert_str_eq(cpts[1].nodes, "0");
	ck_assert_uint_eq(cpts[1].n_distances, 2);
	ck_assert_uint_eq(cpts[1].distances[0], 21);
	ck_assert_uint_eq(cpts[1].distances[1], 10);
	tspool_free_cpts(cpts, count);
}
END_TEST

START_TEST(test_interrupted_dump)
{
	struct tspool_cpt_info *cpts;
	size_t count;
	int i;

	add_cpt(7, "0", 0);
	add_done(0, NLM_F_DUMP_INTR);
	add_cpt(0, "0-1", NLM_F_DUMP_INTR);
	add_done(0, 0);
	add_cpt(1, "2-3", 0);
	add_done(0, 0);
	ck_assert_int_eq(tspool_get_cpts(session, &cpts, &count), 0);
	ck_assert_uint_eq(n_sent, 3);
	ck_assert_uint_eq(count, 1);
	ck_assert_uint_eq(cpts[0].id, 1);
	tspool_free_cpts(cpts, count);

	forget_answers();
	for (i = 0; i < 8; i++)
		add_done(0, NLM_F_DUMP_INTR);
	ck_assert_int_eq(tspool_get_cpts(session, &cpts, &count), -EINTR);
	ck_assert_uint_eq(n_sent, 8);
	ck_assert_ptr_null(cpts);
	ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(test_failed_dumps)
{
	struct tspool_cpt_info *cpts;
	size_t count;

	add_cpt(0, "0-1", 0);
	add_done(-EMSGSIZE, 0);
	ck_assert_int_eq(tspool_get_cpts(session, &cpts, &count), -EMSGSIZE);
	ck_assert_ptr_null(cpts);

	message_refusal(add_answer(), -EPERM, NULL, NULL);
	ck_assert_int_eq(tspool_get_cpts(session, &cpts, &count), -EPERM);
	ck_assert_str_eq(tspool_error(session),
			 "CPT table: not permitted: CAP_NET_ADMIN is missing");

	/* Without its weight and distances. */
	add_cpt(0, "0-1", 0);
	message_start_genl(add_answer(), TSPOOL_CMD_CPT_GET, NLM_F_MULTI);
	message_put_u32(&answers[n_answers - 1], TSPOOL_CPT_A_ID, 1);
	message_put_string(&answers[n_answers - 1], TSPOOL_CPT_A_CPUS, "1");
	add_cpt(2, "0-1", 0);
	add_done(0, 0);
	ck_assert_int_eq(tspool_get_cpts(session, &cpts, &count), -EBADMSG);
	ck_assert_ptr_null(cpts);
}
END_TEST

START_TEST(test_get_scheds)
{
	struct message *answer = add_answer();
	struct tspool_sched_info *scheds;
	size_t count, nest;
	int attribute;

	message_start_genl(answer, TSPOOL_CMD_SCHED_GET, NLM_F_MULTI);
	for (attribute = TSPOOL_SCHED_A_CPT; attribute <= TSPOOL_SCHED_A_LISTENERS; attribute++)
		message_put_u32(answer, attribute, 100 + attribute);
	for (; attribute < TSPOOL_SCHED_A_DROPPED; attribute++)
		message_put_u64(answer, attribute, (1ULL << 40) + attribute);
	nest = message_start_nest(answer, TSPOOL_SCHED_A_DROPPED);
	message_put_u64(answer, TSPOOL_CAUSE_NO_SLOT, 5);
	message_put_u64(answer, TSPOOL_CAUSE_HOOK_MISSED, 6);
	message_put_u64(answer, 77, 7);
	message_put_u64(answer, 78, 8);
	message_end_nest(answer, nest);
	add_done(0, 0);

	ck_assert_int_eq(tspool_get_scheds(session, &scheds, &count), 0);
	ck_assert_uint_eq(count, 1);
	ck_assert_uint_eq(scheds->cpt, 102);
	ck_assert_uint_eq(scheds->served_by, 103);
	ck_assert_uint_eq(scheds->threads, 104);
	ck_assert_uint_eq(scheds->threads_max, 105);
	ck_assert_uint_eq(scheds->listeners, 106);
	ck_assert_uint_eq(scheds->queued, (1ULL << 40) + 7);
	ck_assert_uint_eq(scheds->nomem_retries, (1ULL << 40) + 11);
	ck_assert_uint_eq(scheds->dropped[TSPOOL_CAUSE_NO_SLOT], 5);
	ck_assert_uint_eq(scheds->dropped[TSPOOL_CAUSE_SOCKET_FULL], 0);
	ck_assert_uint_eq(scheds->dropped[TSPOOL_CAUSE_HOOK_MISSED], 6);
	ck_assert_uint_eq(scheds->dropped[TSPOOL_CAUSE_UNSPEC], 15);
	tspool_free_scheds(scheds, count);
}
END_TEST

START_TEST(test_no_listeners)
{
	struct tspool_listener_info *listeners;
	size_t count;

	add_done(0, 0);
	ck_assert_int_eq(tspool_get_listeners(session, &listeners, &count), 0);
	ck_assert_uint_eq(count, 0);
	tspool_free_listeners(listeners, count);
}
END_TEST

START_TEST(test_get_stats)
{
	struct message *answer = add_answer();
	struct tspool_stats *stats;
	int attribute;

	message_start_genl(answer, TSPOOL_CMD_STATS_GET, 0);
	message_put_string(answer, TSPOOL_STATS_A_VERSION, "1.2.3");
	message_put_string(answer, TSPOOL_STATS_A_HOOK, "kprobe:taskstats_exit");
	for (attribute = TSPOOL_STATS_A_HOOK_ARMED; attribute <= TSPOOL_STATS_A_LISTENERS;
	     attribute++)
		message_put_u32(answer, attribute, attribute);
	for (; attribute < TSPOOL_STATS_A_DROPPED; attribute++)
		message_put_u64(answer, attribute, attribute);
	add_ack();

	ck_assert_int_eq(tspool_get_stats(session, &stats), 0);
	ck_assert_str_eq(stats->version, "1.2.3");
	ck_assert_str_eq(stats->hook, "kprobe:taskstats_exit");
	ck_assert_uint_eq(stats->hook_armed, 4);
	ck_assert_uint_eq(stats->slots, 7);
	ck_assert_uint_eq(stats->nomem_retries, 13);
	ck_assert_uint_eq(stats->dropped[TSPOOL_CAUSE_NO_SLOT], 0);
	tspool_free_stats(stats);

	add_ack();
	ck_assert_int_eq(tspool_get_stats(session, &stats), -EBADMSG);
	ck_assert_ptr_null(stats);
	tspool_free_stats(stats);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("session");
	TCase *opening = tcase_create("opening");
	TCase *requests = tcase_create("requests");
	SRunner *runner;
	int failed;

	tcase_add_test(opening, test_module_not_loaded);
	suite_add_tcase(suite, opening);

	tcase_add_checked_fixture(requests, open_session, close_session);
	tcase_add_test(requests, test_get);
	tcase_add_loop_test(requests, test_get_refused, 0, sizeof(refusals) / sizeof(*refusals));
	tcase_add_test(requests, test_refusal_cut);
	tcase_add_test(requests, test_get_bad_answers);
	tcase_add_test(requests, test_get_cpts);
	tcase_add_test(requests, test_interrupted_dump);
	tcase_add_test(requests, test_failed_dumps);
	tcase_add_test(requests, test_get_scheds);
	tcase_add_test(requests, test_no_listeners);
	tcase_add_test(requests, test_get_stats);
	suite_add_tcase(suite, requests);

	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
