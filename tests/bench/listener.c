// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench-listener [-b BYTES] awake|polling|connector
 *
 * The least that a program does which takes the kernel's own records of exits, until SIGTERM:
 *
 *	awake		taskstats: waits for each message
 *	polling		taskstats: each 10 ms takes what is there, 64 messages a call
 *	connector	the proc connector: waits for each message
 *
 * It says "listening" to stderr when it is, and at the end how many records it got, and how many
 * messages its socket had no room for. -b: size of the socket's buffer, half of what the kernel
 * then makes of it; default: 8 MiB.
 */
#include "genl.h"
#include "storm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/sock_diag.h>
#include <linux/taskstats.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_BYTES (8 << 20)
#define BUFFER_MAX 1000000000UL
#define MESSAGE_BYTES 2048
#define MESSAGES 64
#define POLL_USECS 10000

static union {
	struct nlmsghdr header;
	unsigned char bytes[MESSAGE_BYTES];
} messages[MESSAGES];

struct listener {
	int fd;
	uint16_t family;
	unsigned long received;
};

static int fd_to_end;
static atomic_bool over;

/* From then on no call waits, so the one is not missed that is just about to. */
static void on_term(int signal)
{
	(void)signal;
	over = true;
	fcntl(fd_to_end, F_SETFL, O_NONBLOCK);
}

/* False: there is none. */
static bool receive(const struct listener *listener)
{
	ssize_t length = recv(listener->fd, messages[0].bytes, MESSAGE_BYTES, 0);

	if (length >= 0)
		return true;
	if (errno == EAGAIN)
		return false;
	if (errno != ENOBUFS && errno != EINTR)
		storm_die("recv", errno);
	messages[0].header.nlmsg_type = NLMSG_NOOP;
	return true;
}

static void take_taskstats(struct listener *listener)
{
	while (receive(listener))
		listener->received += messages[0].header.nlmsg_type == listener->family;
}

static void take_events(struct listener *listener)
{
	while (receive(listener)) {
		const struct cn_msg *message = NLMSG_DATA(&messages[0].header);
		const struct proc_event *event = (const struct proc_event *)message->data;

		if (messages[0].header.nlmsg_type == NLMSG_DONE && message->id.idx == CN_IDX_PROC)
			listener->received += event->what == PROC_EVENT_EXIT;
	}
}

/* All that is there. */
static void take_several(struct listener *listener, struct mmsghdr *headers)
{
	int count;

	do {
		count = recvmmsg(listener->fd, headers, MESSAGES, MSG_DONTWAIT, NULL);
		for (int i = 0; i < count; i++)
			listener->received += messages[i].header.nlmsg_type == listener->family;
		if (count < 0 && errno != EAGAIN && errno != ENOBUFS && errno != EINTR)
			storm_die("recvmmsg", errno);
	} while (count == MESSAGES || (count < 0 && errno == ENOBUFS));
}

static void poll_taskstats(struct listener *listener)
{
	struct mmsghdr headers[MESSAGES] = { 0 };
	struct iovec parts[MESSAGES];

	for (size_t i = 0; i < MESSAGES; i++) {
		parts[i] = (struct iovec){ messages[i].bytes, MESSAGE_BYTES };
		headers[i].msg_hdr.msg_iov = &parts[i];
		headers[i].msg_hdr.msg_iovlen = 1;
	}
	while (!over) {
		usleep(POLL_USECS);
		take_several(listener, headers);
	}
	take_several(listener, headers);
}

static void register_cpus(const struct listener *listener, uint16_t how)
{
	static union genl_message message;
	int error;
	char cpus[32];

	snprintf(cpus, sizeof(cpus), "0-%ld", sysconf(_SC_NPROCESSORS_CONF) - 1);
	genl_begin(&message, listener->family, TASKSTATS_CMD_GET, NLM_F_ACK);
	genl_put(&message, how, cpus, strlen(cpus) + 1);
	error = genl_ask_message(listener->fd, &message);
	if (error)
		storm_die(cpus, error);
}

static void subscribe_to_events(struct listener *listener)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC };
	static const enum proc_cn_mcast_op op = PROC_CN_MCAST_LISTEN;
	struct nlmsghdr *request = &messages[0].header;
	struct cn_msg *connector = NLMSG_DATA(request);

	*request = (struct nlmsghdr){ .nlmsg_len = NLMSG_LENGTH(sizeof(*connector) + sizeof(op)),
				      .nlmsg_type = NLMSG_DONE };
	connector->id = (struct cb_id){ CN_IDX_PROC, CN_VAL_PROC };
	connector->len = sizeof(op);
	memcpy(connector->data, &op, sizeof(op));

	listener->fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_CONNECTOR);
	if (listener->fd < 0 || bind(listener->fd, (struct sockaddr *)&address, sizeof(address)))
		storm_die("proc connector", errno);
	if (send(listener->fd, request, request->nlmsg_len, 0) < 0)
		storm_die("PROC_CN_MCAST_LISTEN", errno);
}

static void begin(struct listener *listener, bool of_taskstats, int bytes)
{
	struct sigaction term = { .sa_handler = on_term };

	if (of_taskstats)
		listener->fd = genl_socket();
	else
		subscribe_to_events(listener);
	if (setsockopt(listener->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
		storm_die("SO_RCVBUFFORCE", errno);
	if (of_taskstats) {
		listener->family = genl_family(TASKSTATS_GENL_NAME);
		register_cpus(listener, TASKSTATS_CMD_ATTR_REGISTER_CPUMASK);
	}
	fd_to_end = listener->fd;
	sigaction(SIGTERM, &term, NULL);
	fputs("listening\n", stderr);
}

static void end(const struct listener *listener, bool of_taskstats)
{
	uint32_t memory[SK_MEMINFO_VARS] = { 0 };
	socklen_t length = sizeof(memory);

	if (getsockopt(listener->fd, SOL_SOCKET, SO_MEMINFO, memory, &length))
		storm_die("SO_MEMINFO", errno);
	if (of_taskstats)
		register_cpus(listener, TASKSTATS_CMD_ATTR_DEREGISTER_CPUMASK);
	fprintf(stderr, "received %lu records, lost %u\n", listener->received,
		memory[SK_MEMINFO_DROPS]);
}

static noreturn void refuse_arguments(void)
{
	fputs("usage: bench-listener [-b BYTES] awake|polling|connector\n", stderr);
	exit(2);
}

static const struct way {
	const char *name;
	bool of_taskstats;
	void (*listen)(struct listener *listener);
} ways[] = {
	{ "awake", true, take_taskstats },
	{ "polling", true, poll_taskstats },
	{ "connector", false, take_events },
};

int main(int argc, char **argv)
{
	struct listener listener = { 0 };
	int bytes = BUFFER_BYTES, option;
	const struct way *way = ways;

	while ((option = getopt(argc, argv, "b:")) != -1) {
		if (option != 'b')
			refuse_arguments();
		bytes = (int)storm_number("-b", optarg, BUFFER_MAX);
	}
	if (optind != argc - 1)
		refuse_arguments();
	while (strcmp(way->name, argv[optind]))
		if (++way == ways + ARRAY_SIZE(ways))
			refuse_arguments();
	begin(&listener, way->of_taskstats, bytes);
	way->listen(&listener);
	end(&listener, way->of_taskstats);
	return 0;
}
