// SPDX-License-Identifier: GPL-2.0-only
/*
 * taskstats-errors: sends each request of taskstats-rows.c to the kernel's taskstats and to the
 * module's, as root, without privilege, and from other namespaces, and prints
 *
 *	SETTING | REQUEST | the kernel's answer | the module's, if it is another | why it may be
 *
 * Ends with 1 if answers differ that may not, or don't that may.
 */
#include "genl.h"
#include "storm.h"
#include "taskstats-parts.h"
#include "taskstats-rows.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/tspool.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define ANSWER_BYTES		512
#define ANSWER_MILLISECONDS	60000
#define ABSENT_PID		4194303	/* one less than the most that pid_max can be */
#define NOBODY			65534
/* The kernel numbers what exits from 0 on. */
#define SEQUENCE		0x7e570000U

static const char *setting;
static uint32_t cast[CASTS];
static char commas[65536];
static unsigned int unexpected;

static uint16_t kernel_family, module_family;

static size_t text_size(const struct row_attribute *attribute)
{
	if (attribute->size == ROW_TEXT_WITH_END)
		return strlen(attribute->text) + 1;
	return attribute->size;
}

static void put_attribute(union genl_message *message, const struct row_attribute *attribute)
{
	unsigned char number[8];

	if (attribute->cast == CAST_NONE) {
		genl_put(message, attribute->type, attribute->text, text_size(attribute));
	} else if (attribute->cast == CAST_COMMAS) {
		genl_put(message, attribute->type, commas, attribute->size);
	} else {
		memset(number, 0xff, sizeof(number));
		memcpy(number, &cast[attribute->cast], sizeof(cast[0]));
		genl_put(message, attribute->type, number, attribute->size);
	}
}

static void send_row(int fd, uint16_t family, const struct row *row)
{
	union genl_message message;

	genl_begin(&message, family, row->command, NLM_F_ACK | row->flags);
	message.head.netlink.nlmsg_seq = SEQUENCE;
	message.head.genl.reserved = row->reserved;
	if (row->version)
		message.head.genl.version = row->version;
	for (int i = 0; i < ROW_ATTRIBUTES; i++)
		if (row->attributes[i].type)
			put_attribute(&message, &row->attributes[i]);
	genl_send_message(fd, &message);
}

static size_t describe_part(char *text, size_t room, const struct taskstats_part *part)
{
	const struct taskstats *stats = &part->stats;
	/* The kernel's own record of a group has neither of these. */
	bool has_ids = part->type == TASKSTATS_TYPE_AGGR_PID;
	int length;

	length = snprintf(text, room, "%u: id %u, %zu bytes, version %u; ", part->type, part->id,
			  part->bytes, stats->version);
	if (has_ids)
		length += snprintf(text + length, room - (size_t)length,
				   "pid %u tgid %u ppid %u uid %u gid %u status %#x %s; ",
				   stats->ac_pid, stats->ac_tgid, stats->ac_ppid, stats->ac_uid,
				   stats->ac_gid, stats->ac_exitcode, stats->ac_comm);
	return (size_t)length;
}

/* A reply is addressed like the request, of which a bad one would be told here. */
static size_t describe_reply(char *text, size_t room, const struct nlmsghdr *message)
{
	const struct genl_request *head = (const void *)message;
	struct taskstats_part parts[TASKSTATS_PARTS];
	size_t count = taskstats_parts(message, parts);
	size_t used;

	used = (size_t)snprintf(text, room, "command %u version %u flags %#x: ", head->genl.cmd,
				head->genl.version, message->nlmsg_flags);
	for (size_t i = 0; i < count; i++)
		used += describe_part(text + used, room - used, &parts[i]);
	return used;
}

/* All that comes up to the errno; what exits meanwhile may be told of in between. */
static void describe_answer(int fd, char *text)
{
	union genl_answer answer;
	size_t used = 0;
	int error;

	for (;;) {
		ssize_t length = genl_receive(fd, &answer, ANSWER_MILLISECONDS);

		if (!length)
			storm_die("no answer", ETIMEDOUT);
		if (length < 0 || answer.header.nlmsg_seq != SEQUENCE)
			continue;
		if (answer.header.nlmsg_type == NLMSG_ERROR)
			break;
		used += describe_reply(text + used, ANSWER_BYTES - used, &answer.header);
	}
	error = -((struct nlmsgerr *)NLMSG_DATA(&answer.header))->error;
	snprintf(text + used, ANSWER_BYTES - used, "%s", error ? strerrorname_np(error) : "done");
}

/* The kernel does not forget a socket that is closed. */
static void deregister(int fd, uint16_t family)
{
	const struct row all = {
		.command = TASKSTATS_CMD_GET,
		.attributes = { { .type = TASKSTATS_CMD_ATTR_DEREGISTER_CPUMASK,
				  .text = "all",
				  .size = 4 } },
	};
	char text[ANSWER_BYTES];

	send_row(fd, family, &all);
	describe_answer(fd, text);
}

static void answer_of(uint16_t family, const struct row *row, char *text)
{
	int fd = genl_socket();

	send_row(fd, family, row);
	describe_answer(fd, text);
	deregister(fd, family);
	close(fd);
}

static void try_row(const struct row *row)
{
	char kernel[ANSWER_BYTES], module[ANSWER_BYTES];
	const char *text = row->attributes[0].text;
	const char *reason = "";
	bool same;

	answer_of(kernel_family, row, kernel);
	answer_of(module_family, row, module);
	same = !strcmp(kernel, module);
	if (!same)
		reason = row->differs ? row->differs : "WRONG";
	printf("%s | %s %s | %s | %s | %s\n", setting, row->what, text ? text : "", kernel,
	       same ? "same" : module, reason);
	unexpected += same == !!row->differs;
}

static void *wait_for_ever(void *arg)
{
	uint32_t *tid = arg;

	__atomic_store_n(tid, (uint32_t)gettid(), __ATOMIC_RELEASE);
	for (;;)
		pause();
	return NULL;
}

static uint32_t make_thread(void)
{
	static uint32_t tid;
	pthread_t thread;

	if (pthread_create(&thread, NULL, wait_for_ever, &tid))
		storm_die("pthread_create", EAGAIN);
	while (!__atomic_load_n(&tid, __ATOMIC_ACQUIRE))
		sched_yield();
	return tid;
}

static uint32_t make_zombie(void)
{
	siginfo_t info;
	pid_t pid = storm_fork();

	if (!pid)
		_exit(3);
	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT))
		storm_die("waitid", errno);
	return (uint32_t)pid;
}

/* In a process of its own, which is of the setting. */
static int try_rows(void)
{
	cast[CAST_SELF] = (uint32_t)getpid();
	cast[CAST_THREAD] = make_thread();
	cast[CAST_ZOMBIE] = make_zombie();
	cast[CAST_ABSENT] = ABSENT_PID;
	cast[CAST_NEGATIVE] = UINT32_MAX;
	for (size_t i = 0; i < n_rows; i++)
		try_row(&rows[i]);
	fflush(stdout);
	return unexpected ? 1 : 0;
}

static int in_child(int (*work)(void))
{
	pid_t pid = storm_fork();

	if (!pid)
		exit(work());
	return storm_await_child(pid);
}

static int without_privilege(void)
{
	if (setresuid(NOBODY, NOBODY, NOBODY))
		storm_die("setresuid", errno);
	return try_rows();
}

static void leave(int namespace)
{
	if (unshare(namespace))
		storm_die("unshare", errno);
}

static int in_user_namespace(void)
{
	leave(CLONE_NEWUSER);
	return try_rows();
}

static int in_pid_namespace(void)
{
	leave(CLONE_NEWPID);
	return in_child(try_rows) ? 1 : 0;
}

static int in_network_namespace(void)
{
	leave(CLONE_NEWNET);
	return try_rows();
}

int main(void)
{
	static const struct {
		const char *name;
		int (*work)(void);
	} settings[] = {
		{ "root", try_rows },
		{ "without privilege", without_privilege },
		{ "user namespace", in_user_namespace },
		{ "pid namespace", in_pid_namespace },
		{ "network namespace", in_network_namespace },
	};
	int failed = 0;

	memset(commas, ',', sizeof(commas));
	kernel_family = genl_family(TASKSTATS_GENL_NAME);
	module_family = genl_tspool_family();
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		setting = settings[i].name;
		failed |= in_child(settings[i].work);
	}
	return failed ? 1 : 0;
}
