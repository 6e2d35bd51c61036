// SPDX-License-Identifier: GPL-2.0-only
/*
 * taskstats-listen [-a CPUS]... [-d CPUS]... [-b BYTES] FAMILY CPUS
 *
 * Listens to the exits on CPUS in taskstats' dialect, on the kernel's family TASKSTATS or on
 * another, until SIGTERM: registers for CPUS, then for those of -a, and deregisters those of -d. It
 * says "listening" to stderr when that is done. A line for each record and for each ENOBUFS:
 *
 *	pid ID pid TGID PPID UID FLAGS STATUS COMM
 *	tgid ID ...
 *	lost
 *
 * -b: size of the socket's buffer, half of what the kernel then makes of it.
 */
#include "genl.h"
#include "storm.h"
#include "taskstats-parts.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_BYTES		(64 << 20)
#define BUFFER_BYTES_MAX	1000000000UL
#define ACK_MILLISECONDS	60000
#define CHANGES_MAX		16

/* A list of CPUs, and what is to be done with it. */
struct change {
	uint16_t type;
	const char *cpus;
};

static atomic_bool over;

static void on_term(int signal)
{
	(void)signal;
	over = true;
}

static void print_part(const struct taskstats_part *part)
{
	const struct taskstats *stats = &part->stats;

	printf("%s %u %u %u %u %u %#x %#x %s\n",
	       part->type == TASKSTATS_TYPE_AGGR_PID ? "pid" : "tgid", part->id, stats->ac_pid,
	       stats->ac_tgid, stats->ac_ppid, stats->ac_uid, stats->ac_flag, stats->ac_exitcode,
	       stats->ac_comm);
}

static void print_message(const struct nlmsghdr *message)
{
	struct taskstats_part parts[TASKSTATS_PARTS];
	size_t count = taskstats_parts(message, parts);

	for (size_t i = 0; i < count; i++)
		print_part(&parts[i]);
}

/* False: nothing came. Sets the errno of an answer if it is one. */
static bool receive(int fd, int milliseconds, int *error)
{
	static union genl_answer answer;
	ssize_t length = genl_receive(fd, &answer, milliseconds);

	if (!length)
		return false;
	if (length < 0)
		puts("lost");
	else if (answer.header.nlmsg_type == NLMSG_ERROR)
		*error = -((struct nlmsgerr *)NLMSG_DATA(&answer.header))->error;
	else
		print_message(&answer.header);
	return true;
}

static void ask(int fd, uint16_t family, const struct change *change)
{
	static union genl_message message;
	int error = -1;

	genl_begin(&message, family, TASKSTATS_CMD_GET, NLM_F_ACK);
	genl_put(&message, change->type, change->cpus, strlen(change->cpus) + 1);
	genl_send_message(fd, &message);
	while (error < 0)
		if (!receive(fd, ACK_MILLISECONDS, &error))
			storm_die("no answer", ETIMEDOUT);
	if (error)
		storm_die(change->cpus, error);
}

static void listen_until_told(int fd)
{
	int error = 0;

	while (!over) {
		receive(fd, 1000, &error);
		fflush(stdout);
	}
	while (receive(fd, 0, &error))
		;
}

static noreturn void refuse_arguments(void)
{
	fputs("usage: taskstats-listen [-a CPUS]... [-d CPUS]... [-b BYTES] FAMILY CPUS\n", stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	struct change changes[CHANGES_MAX] = { { .type = TASKSTATS_CMD_ATTR_REGISTER_CPUMASK } };
	struct change all = { TASKSTATS_CMD_ATTR_DEREGISTER_CPUMASK, "all" };
	struct sigaction term = { .sa_handler = on_term };
	int bytes = BUFFER_BYTES, fd = genl_socket(), option;
	size_t n_changes = 1;
	uint16_t family;

	while ((option = getopt(argc, argv, "a:b:d:")) != -1) {
		if (option == '?' || n_changes == CHANGES_MAX)
			refuse_arguments();
		if (option == 'b')
			bytes = (int)storm_number("-b", optarg, BUFFER_BYTES_MAX);
		else
			changes[n_changes++] = (struct change){
				.type = option == 'a' ? TASKSTATS_CMD_ATTR_REGISTER_CPUMASK :
							TASKSTATS_CMD_ATTR_DEREGISTER_CPUMASK,
				.cpus = optarg,
			};
	}
	if (optind != argc - 2)
		refuse_arguments();
	changes[0].cpus = argv[optind + 1];

	sigaction(SIGTERM, &term, NULL);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
		storm_die("SO_RCVBUFFORCE", errno);
	family = genl_family(argv[optind]);
	for (size_t i = 0; i < n_changes; i++)
		ask(fd, family, &changes[i]);
	fputs("listening\n", stderr);
	listen_until_told(fd);
	ask(fd, family, &all);
	return 0;
}
