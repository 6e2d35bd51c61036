// SPDX-License-Identifier: GPL-2.0-only
/*
 * netlink-fuzz -s SEED -u UID COUNT
 *
 * COUNT random requests to tspool's family, half of them from root, half from a process of user UID
 * without privilege, each from threads that share sockets: odd ones (see fuzz-message.c) and valid
 * ones, one or several in a datagram, dumps of which only the start is read, sockets closed with
 * work pending. All answers are judged:
 *
 *   - without privilege no reply, no event, no success, and no errno that tells anything;
 *   - with it no EPERM, and no errno that the header does not know; each event decodes to its end,
 *     and each message in taskstats' dialect has its layout;
 *   - a command that does not exist: EOPNOTSUPP; a valid request: what it must give, amid all this;
 *   - every so often the table of CPTs is still the first one, byte by byte.
 *
 * It prints a line for each half: the requests sent and the answers by errno.
 */
#include "fuzz-message.h"
#include "genl.h"
#include "storm.h"
#include "taskstats-parts.h"

#include <errno.h>
#include <linux/taskstats.h>
#include <linux/tspool.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <tspool/decode.h>
#include <unistd.h>

#define MAX_COUNT		1000000000UL
#define MAX_SEED		UINT32_MAX
#define MAX_UID			65535UL
#define THREADS			3
#define SOCKETS			8
#define ERRNO_MAX		4095
#define REQUESTS_A_CHECK	250
#define REQUESTS_A_LINE		10000
#define TABLE_BYTES		((size_t)16 << 10)

/* What the threads of a half share. */
static struct {
	bool privileged;
	atomic_long left;		/* requests still to be sent */
	atomic_int sockets[SOCKETS];
	atomic_ulong sent, unsent, replies, events, taskstats, overruns, checks;
	atomic_ulong answers[ERRNO_MAX + 1];
} half;

static uint16_t family;
static unsigned long seed;

/* The table of CPTs, as the family told it at first. */
static struct {
	size_t size;
	unsigned char bytes[TABLE_BYTES];
} table;

struct fuzzer {
	struct dice dice;
	int control;			/* a socket of its own, for what must work */
	struct fuzz_datagram out;
	union genl_answer in;
};

static void fail(const char *what, int command, int error)
{
	fprintf(stderr, "netlink-fuzz: %s, seed %lu: command %d: errno %d: %s\n",
		half.privileged ? "privileged" : "unprivileged", seed, command, error, what);
	exit(1);
}

static bool is_one_of(int error, const int *errors, size_t count)
{
	while (count)
		if (errors[--count] == error)
			return true;
	return false;
}

/* Without privilege a request gets EPERM, or is turned away before anybody asks for privilege. */
static void judge_unprivileged(enum fuzz_class class, int command, int error)
{
	static const int known[] = { EPERM, EINVAL, ERANGE, EOPNOTSUPP, EBUSY };

	if (class != FUZZ_UNKNOWN && !is_one_of(error, known, ARRAY_SIZE(known)))
		fail("an answer that takes privilege", command, error);
	/* A dump of another family may be under way on that socket. */
	if (class == FUZZ_VALID && error != EPERM && error != EBUSY)
		fail("a valid request without privilege", command, error);
}

/* The kernel says EAGAIN or ENOBUFS where the requester's socket has no room for the answer. */
static void judge_valid(int command, int error)
{
	switch (command) {
	case TSPOOL_CMD_SUBSCRIBE:
		if (error && error != EEXIST)
			fail("a valid subscription", command, error);
		break;
	case TSPOOL_CMD_UNSUBSCRIBE:
		if (error && error != ENOENT && error != EAGAIN)
			fail("a valid unsubscription", command, error);
		break;
	case TASKSTATS_CMD_GET:
		if (error && error != EEXIST && error != EAGAIN)
			fail("a valid request in taskstats' dialect", command, error);
		break;
	case TSPOOL_CMD_RECORD_GET:
	case TSPOOL_CMD_STATS_GET:
		if (error && error != EAGAIN)
			fail("a valid request", command, error);
		break;
	default:
		/* A socket has one dump at a time. */
		if (error && error != EBUSY && error != ENOBUFS)
			fail("a valid dump", command, error);
	}
}

static void judge_privileged(enum fuzz_class class, int command, int error)
{
	static const int known[] = { 0,	    EINVAL,	ERANGE, EEXIST, ENOENT,	 E2BIG,
				     ESRCH, EOPNOTSUPP, EBUSY,	EAGAIN, ENOBUFS, EOVERFLOW };

	/* Relay may be off, and takes more memory than other requests. */
	if (command == TSPOOL_CMD_RELAY_SET && (error == EALREADY || error == ENOMEM))
		return;
	if (class != FUZZ_UNKNOWN && !is_one_of(error, known, ARRAY_SIZE(known)))
		fail("an errno that nobody was told of", command, error);
	if (class == FUZZ_VALID)
		judge_valid(command, error);
}

static void judge(uint32_t sequence, int error)
{
	enum fuzz_class class = fuzz_class_of(sequence);
	int command = fuzz_command_of(sequence);

	if (error < 0 || error > ERRNO_MAX)
		fail("no errno at all", command, error);
	half.answers[error]++;
	if (class == FUZZ_NO_COMMAND && error != EOPNOTSUPP)
		fail("a command that does not exist", command, error);
	if (half.privileged)
		judge_privileged(class, command, error);
	else
		judge_unprivileged(class, command, error);
}

/* The attributes of an event hold nothing but whole frames. */
static void judge_event(const struct nlmsghdr *message)
{
	const unsigned char *end = (const unsigned char *)message + message->nlmsg_len;
	const unsigned char *at = (const unsigned char *)message + sizeof(struct genl_request);
	const struct tspool_frame *frame;
	struct tspool_decoder decoder;
	int ret;

	half.events++;
	while (at < end) {
		const struct nlattr *attribute = (const void *)at;

		tspool_decoder_init(&decoder, attribute + 1, attribute->nla_len - NLA_HDRLEN);
		do {
			ret = tspool_decode(&decoder, &frame);
		} while (ret > 0);
		if (ret || attribute->nla_type != TSPOOL_A_FRAMES || !decoder.length)
			fail("an event that does not decode", TSPOOL_CMD_EVENT, -ret);
		at += NLA_ALIGN(attribute->nla_len);
	}
}

static void judge_message(const struct nlmsghdr *message)
{
	const struct genl_request *head = (const void *)message;
	const struct nlmsgerr *refusal = NLMSG_DATA(message);
	const int *status = NLMSG_DATA(message);
	struct taskstats_part parts[TASKSTATS_PARTS];

	if (message->nlmsg_type == NLMSG_ERROR) {
		judge(message->nlmsg_seq, -refusal->error);
	} else if (message->nlmsg_type == NLMSG_DONE) {
		judge(message->nlmsg_seq, -*status);
	} else if (message->nlmsg_type == family) {
		if (!half.privileged)
			fail("a message of the family", head->genl.cmd, 0);
		if (head->genl.cmd == TSPOOL_CMD_EVENT)
			judge_event(message);
		else if (head->genl.cmd == TASKSTATS_CMD_NEW)
			half.taskstats += taskstats_parts(message, parts);
		else
			half.replies++;
	}
}

static void read_answers(struct fuzzer *fuzzer, int fd, unsigned int most)
{
	while (most--) {
		ssize_t length = recv(fd, &fuzzer->in, sizeof(fuzzer->in), MSG_DONTWAIT);
		const struct nlmsghdr *message = &fuzzer->in.header;

		if (length < 0 && errno == ENOBUFS)
			half.overruns++;
		else if (length < 0)
			return;
		for (; NLMSG_OK(message, length); message = NLMSG_NEXT(message, length))
			judge_message(message);
	}
}

static int any_socket(struct fuzzer *fuzzer)
{
	return half.sockets[dice_below(&fuzzer->dice, SOCKETS)];
}

/* Another thread may have closed it just now. */
static void send_datagram(struct fuzzer *fuzzer, int fd)
{
	if (send(fd, fuzzer->out.bytes, fuzzer->out.length, 0) < 0)
		half.unsent++;
	fuzzer->out.length = 0;
}

static void count_request(void)
{
	unsigned long sent = ++half.sent;

	half.left--;
	if (sent % REQUESTS_A_LINE == 0)
		fprintf(stderr, "%s: %lu requests\n",
			half.privileged ? "privileged" : "unprivileged", sent);
}

static void put_any(struct fuzzer *fuzzer)
{
	if (dice_once_in(&fuzzer->dice, 4))
		fuzz_put_valid(&fuzzer->out, &fuzzer->dice, family);
	else
		fuzz_put_odd(&fuzzer->out, &fuzzer->dice, family);
	count_request();
}

static void send_one(struct fuzzer *fuzzer)
{
	put_any(fuzzer);
	send_datagram(fuzzer, any_socket(fuzzer));
}

/* Several in a datagram, which may end before its last one does. */
static void send_several(struct fuzzer *fuzzer)
{
	unsigned int count = 2 + dice_below(&fuzzer->dice, 7);

	while (count--)
		put_any(fuzzer);
	if (dice_once_in(&fuzzer->dice, 4))
		fuzzer->out.length -= dice_below(&fuzzer->dice, (uint32_t)fuzzer->out.length);
	send_datagram(fuzzer, any_socket(fuzzer));
}

/* Dumps on all sockets, of which no more is read than the first message. */
static void start_dumps(struct fuzzer *fuzzer)
{
	for (int i = 0; i < SOCKETS; i++) {
		int fd = half.sockets[i];

		fuzz_put_dump(&fuzzer->out, &fuzzer->dice, family);
		count_request();
		send_datagram(fuzzer, fd);
		read_answers(fuzzer, fd, dice_below(&fuzzer->dice, 2));
	}
}

static int open_socket(struct fuzzer *fuzzer)
{
	static const int options[] = { NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_NO_ENOBUFS,
				       NETLINK_GET_STRICT_CHK };
	int buffer = 1 << (12 + dice_below(&fuzzer->dice, 9));
	int fd = genl_socket();

	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		int on = (int)dice_below(&fuzzer->dice, 2);

		setsockopt(fd, SOL_NETLINK, options[i], &on, sizeof(on));
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
	return fd;
}

/* The old one goes with all that is pending on it, and perhaps with another thread at it. */
static void renew_socket(struct fuzzer *fuzzer)
{
	atomic_int *place = &half.sockets[dice_below(&fuzzer->dice, SOCKETS)];

	close(atomic_exchange(place, open_socket(fuzzer)));
}

/* A dump of the CPTs, and its attributes; returns the errno in place of it. */
static int read_table(struct fuzzer *fuzzer, unsigned char *bytes, size_t *size)
{
	const size_t head = sizeof(struct genl_request);

	*size = 0;
	genl_send(fuzzer->control, family, TSPOOL_CMD_CPT_GET, NLM_F_DUMP);
	for (;;) {
		ssize_t length = genl_receive(fuzzer->control, &fuzzer->in, 60000);
		const struct nlmsghdr *message = &fuzzer->in.header;

		if (length <= 0)
			fail("no answer to a dump", TSPOOL_CMD_CPT_GET, 0);
		for (; NLMSG_OK(message, length); message = NLMSG_NEXT(message, length)) {
			if (message->nlmsg_type == NLMSG_DONE)
				return 0;
			if (message->nlmsg_type == NLMSG_ERROR)
				return -((const struct nlmsgerr *)NLMSG_DATA(message))->error;
			if (*size + message->nlmsg_len - head > TABLE_BYTES)
				fail("a table too long", TSPOOL_CMD_CPT_GET, 0);
			memcpy(bytes + *size, (const char *)message + head,
			       message->nlmsg_len - head);
			*size += message->nlmsg_len - head;
		}
	}
}

static void check_service(struct fuzzer *fuzzer)
{
	unsigned char bytes[TABLE_BYTES];
	size_t size;
	int error = read_table(fuzzer, bytes, &size);

	half.checks++;
	if (!half.privileged && error != EPERM)
		fail("a dump without privilege", TSPOOL_CMD_CPT_GET, error);
	if (half.privileged && error)
		fail("a dump", TSPOOL_CMD_CPT_GET, error);
	if (half.privileged && (size != table.size || memcmp(bytes, table.bytes, size) != 0))
		fail("the table is not the first one", TSPOOL_CMD_CPT_GET, 0);
}

static void take_step(struct fuzzer *fuzzer)
{
	switch (dice_below(&fuzzer->dice, 32)) {
	case 0:
		start_dumps(fuzzer);
		break;
	case 1:
		renew_socket(fuzzer);
		break;
	case 2:
	case 3:
		send_several(fuzzer);
		break;
	default:
		send_one(fuzzer);
	}
	/* Some answers stay where they are, so that sockets fill up. */
	if (!dice_once_in(&fuzzer->dice, 8))
		read_answers(fuzzer, any_socket(fuzzer), 1 + dice_below(&fuzzer->dice, 16));
}

static void *fuzz(void *arg)
{
	struct fuzzer *fuzzer = arg;
	long next_check = half.left;

	while (half.left > 0) {
		if (half.left <= next_check) {
			check_service(fuzzer);
			next_check -= REQUESTS_A_CHECK;
		}
		take_step(fuzzer);
	}
	check_service(fuzzer);
	return NULL;
}

static struct fuzzer *new_fuzzer(unsigned long number)
{
	struct fuzzer *fuzzer = calloc(1, sizeof(*fuzzer));

	if (!fuzzer)
		storm_die("buffers", ENOMEM);
	fuzzer->dice.state = seed << 8 | number;
	fuzzer->control = genl_socket();
	return fuzzer;
}

/* Other families, which a random message may reach, have errors without a name. */
static void print_answer(int error)
{
	const char *name = strerrorname_np(error);

	if (name && error)
		printf(" %s", name);
	else
		printf(" %d", error);
	printf(" %lu", half.answers[error]);
}

static void print_half(void)
{
	printf("%s: %lu requests; answers:", half.privileged ? "privileged" : "unprivileged",
	       half.sent);
	for (int error = 0; error <= ERRNO_MAX; error++)
		if (half.answers[error])
			print_answer(error);
	printf("; %lu replies, %lu events, %lu taskstats, %lu overruns, %lu unsent, %lu checks\n",
	       half.replies, half.events, half.taskstats, half.overruns, half.unsent, half.checks);
}

/* One half of the work, in a process of its own. */
static void run_half(bool privileged, unsigned long count)
{
	struct fuzzer *fuzzers[THREADS];
	pthread_t threads[THREADS];

	half.privileged = privileged;
	half.left = (long)count;
	for (unsigned long i = 0; i < THREADS; i++)
		fuzzers[i] = new_fuzzer(privileged * THREADS + i);
	for (int i = 0; i < SOCKETS; i++)
		half.sockets[i] = open_socket(fuzzers[0]);
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, fuzz, fuzzers[i]))
			storm_die("pthread_create", EAGAIN);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	print_half();
	exit(0);
}

static void start_half(unsigned long uid, unsigned long count)
{
	if (storm_fork())
		return;
	if (uid && (setgid(uid) || setuid(uid)))
		storm_die("setuid", errno);
	/* After the change of the user, which ends it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	run_half(!uid, count);
}

static void read_first_table(void)
{
	struct fuzzer *fuzzer = new_fuzzer(0);

	if (read_table(fuzzer, table.bytes, &table.size) || !table.size)
		fail("no table at first", TSPOOL_CMD_CPT_GET, 0);
	close(fuzzer->control);
	free(fuzzer);
}

static unsigned long parse_options(int argc, char **argv, unsigned long *uid)
{
	int option;

	while ((option = getopt(argc, argv, "s:u:")) != -1) {
		switch (option) {
		case 's':
			seed = storm_number("-s", optarg, MAX_SEED);
			break;
		case 'u':
			*uid = storm_number("-u", optarg, MAX_UID);
			break;
		default:
			exit(2);
		}
	}
	if (!seed || !*uid || optind != argc - 1) {
		fputs("usage: netlink-fuzz -s SEED -u UID COUNT\n", stderr);
		exit(2);
	}
	return storm_number("COUNT", argv[optind], MAX_COUNT);
}

int main(int argc, char **argv)
{
	unsigned long uid = 0, count = parse_options(argc, argv, &uid);
	int status;

	half.privileged = true;
	family = genl_tspool_family();
	read_first_table();
	start_half(0, count - count / 2);
	start_half(uid, count / 2);
	/* The other half goes, too. */
	while (wait(&status) > 0)
		if (status)
			return 1;
	return 0;
}
