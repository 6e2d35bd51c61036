// SPDX-License-Identifier: GPL-2.0-only
#include "stock.h"
#include "storm.h"

#include <errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BUFFER_BYTES	(256 << 20)
#define MESSAGE_BYTES	((size_t)16 << 10)

/* Of the versions from 13 on but 15, which had others in between. The last two came with 14. */
static const struct stock_member members[] = {
	{ "ac_exitcode", 4, 4 },
	{ "ac_flag", 8, 1 },
	{ "ac_nice", 9, 1 },
	{ "cpu_count", 16, 8 },
	{ "cpu_delay_total", 24, 8 },
	{ "blkio_count", 32, 8 },
	{ "blkio_delay_total", 40, 8 },
	{ "swapin_count", 48, 8 },
	{ "swapin_delay_total", 56, 8 },
	{ "cpu_run_virtual_total", 72, 8 },
	{ "ac_comm", 80, 32 },
	{ "ac_sched", 112, 1 },
	{ "ac_uid", 120, 4 },
	{ "ac_gid", 124, 4 },
	{ "ac_pid", 128, 4 },
	{ "ac_ppid", 132, 4 },
	{ "ac_etime", 144, 8 },
	{ "ac_utime", 152, 8 },
	{ "ac_stime", 160, 8 },
	{ "ac_minflt", 168, 8 },
	{ "ac_majflt", 176, 8 },
	{ "coremem", 184, 8 },
	{ "virtmem", 192, 8 },
	{ "hiwater_rss", 200, 8 },
	{ "hiwater_vm", 208, 8 },
	{ "read_char", 216, 8 },
	{ "write_char", 224, 8 },
	{ "read_syscalls", 232, 8 },
	{ "write_syscalls", 240, 8 },
	{ "read_bytes", 248, 8 },
	{ "write_bytes", 256, 8 },
	{ "cancelled_write_bytes", 264, 8 },
	{ "nvcsw", 272, 8 },
	{ "nivcsw", 280, 8 },
	{ "freepages_count", 312, 8 },
	{ "freepages_delay_total", 320, 8 },
	{ "thrashing_count", 328, 8 },
	{ "thrashing_delay_total", 336, 8 },
	{ "ac_btime64", 344, 8 },
	{ "compact_count", 352, 8 },
	{ "compact_delay_total", 360, 8 },
	{ "ac_tgid", 368, 4 },
	{ "ac_tgetime", 376, 8 },
	{ "ac_exe_dev", 384, 8 },
	{ "ac_exe_inode", 392, 8 },
	{ "wpcopy_count", 400, 8 },
	{ "wpcopy_delay_total", 408, 8 },
	{ "irq_count", 416, 8 },
	{ "irq_delay_total", 424, 8 },
};

const struct stock_member *stock_member_named(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		if (!strcmp(members[i].name, name))
			return &members[i];
	return NULL;
}

uint64_t stock_number(const struct stock_record *record, const struct stock_member *member)
{
	const unsigned char *bytes = record->stats + member->offset;
	uint64_t wide;
	uint32_t narrow;

	if (member->bytes == sizeof(wide)) {
		memcpy(&wide, bytes, sizeof(wide));
		return wide;
	}
	if (member->bytes == 1)
		return *bytes;
	memcpy(&narrow, bytes, sizeof(narrow));
	return narrow;
}

const char *stock_text(const struct stock_record *record, const struct stock_member *member)
{
	return (const char *)record->stats + member->offset;
}

static noreturn void fail(const char *what, int error)
{
	fprintf(stderr, "%s: taskstats: %s: %s\n", program_invocation_short_name, what,
		nl_geterror(error));
	exit(1);
}

/* What comes before the answer is passed over. */
static void register_cpus(struct stock_listener *listener, const char *cpus)
{
	struct nl_msg *message = nlmsg_alloc();
	int error;

	if (!message)
		storm_die("taskstats request", ENOMEM);
	genlmsg_put(message, NL_AUTO_PORT, NL_AUTO_SEQ, listener->family, 0, NLM_F_REQUEST,
		    TASKSTATS_CMD_GET, TASKSTATS_GENL_VERSION);
	nla_put_string(message, TASKSTATS_CMD_ATTR_REGISTER_CPUMASK, cpus);
	error = nl_send_sync(listener->socket, message);
	if (error < 0)
		fail(cpus, error);
}

void stock_begin(struct stock_listener *listener, const char *cpus)
{
	const int bytes = BUFFER_BYTES;
	int error;

	*listener = (struct stock_listener){ .socket = nl_socket_alloc() };
	if (!listener->socket)
		storm_die("taskstats socket", ENOMEM);
	/* The kernel numbers the exits of each CPU. */
	nl_socket_disable_seq_check(listener->socket);
	error = genl_connect(listener->socket);
	if (error < 0)
		fail("socket", error);
	if (setsockopt(stock_fd(listener), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
		storm_die("SO_RCVBUFFORCE", errno);
	listener->family = genl_ctrl_resolve(listener->socket, TASKSTATS_GENL_NAME);
	if (listener->family < 0)
		fail("family " TASKSTATS_GENL_NAME, listener->family);
	register_cpus(listener, cpus);
}

int stock_fd(const struct stock_listener *listener)
{
	return nl_socket_get_fd(listener->socket);
}

static struct stock_record *new_record(struct stock_listener *listener)
{
	size_t room = listener->room ? 2 * listener->room : 1024;
	struct stock_record *records;

	if (listener->count < listener->room)
		return &listener->records[listener->count++];
	records = reallocarray(listener->records, room, sizeof(*records));
	if (!records)
		storm_die("records", ENOMEM);
	listener->records = records;
	listener->room = room;
	return &listener->records[listener->count++];
}

static void keep_record(struct stock_listener *listener, struct nlattr *task)
{
	struct nlattr *pid = nla_find(nla_data(task), nla_len(task), TASKSTATS_TYPE_PID);
	struct nlattr *stats = nla_find(nla_data(task), nla_len(task), TASKSTATS_TYPE_STATS);
	struct stock_record *record;

	if (!pid || !stats || nla_len(stats) > STOCK_BYTES)
		storm_die("taskstats message", EBADMSG);
	record = new_record(listener);
	memset(record, 0, sizeof(*record));
	record->arrival = listener->count;
	record->pid = nla_get_u32(pid);
	memcpy(record->stats, nla_data(stats), nla_len(stats));
	memcpy(&record->version, record->stats, sizeof(record->version));
}

/* A message has the record of the task, and of its group where it was the last one of several. */
static void keep_message(struct stock_listener *listener, struct nlmsghdr *message)
{
	struct nlattr *task;

	if (message->nlmsg_type != listener->family)
		storm_die("taskstats message", EBADMSG);
	task = nlmsg_find_attr(message, GENL_HDRLEN, TASKSTATS_TYPE_AGGR_PID);
	if (!task)
		storm_die("taskstats message", EBADMSG);
	keep_record(listener, task);
}

void stock_ready(struct stock_listener *listener)
{
	union {
		struct nlmsghdr header;
		unsigned char bytes[MESSAGE_BYTES];
	} message;
	ssize_t length;

	for (;;) {
		length = recv(stock_fd(listener), &message, sizeof(message), MSG_DONTWAIT);
		if (length < 0 && errno == EAGAIN)
			return;
		/* ENOBUFS: a record was lost. */
		if (length < 0)
			storm_die("taskstats", errno);
		if (!nlmsg_ok(&message.header, length))
			storm_die("taskstats message", EBADMSG);
		keep_message(listener, &message.header);
	}
}

void stock_end(struct stock_listener *listener)
{
	stock_ready(listener);
	nl_socket_free(listener->socket);
}

void stock_free(struct stock_listener *listener)
{
	free(listener->records);
}
