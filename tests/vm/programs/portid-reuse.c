// SPDX-License-Identifier: GPL-2.0-only
/*
 * portid-reuse -u UID COUNT
 *
 * COUNT times a listener's socket goes - it is closed, or its process is killed, by turns - while a
 * thread of user UID, without privilege, is trying to bind the same port id. Once it has it, it
 * must get nothing, and must not be allowed to subscribe. Before, its failed tries and the closing
 * of a socket that tried must not have ended the listener; afterwards the module knows no listener
 * of that port id.
 *
 * Other threads subscribe and unsubscribe all the time, so that the module takes its time to learn
 * of a closed socket.
 *
 * Then the same between network namespaces: a listener in one, a socket without privilege or a
 * second listener with the same port id in the other. What is closed in one does not end the other.
 */
#include "genl.h"
#include "storm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/tspool.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_TURNS		1000000UL
#define MAX_UID			65535UL
#define CHURNERS		2
/* The kernel gives out the numbers of processes, and such with the highest bit set. */
#define PORTID			0x7ace0000U
#define LISTEN_MILLISECONDS	100	/* records gather for less than that */
#define EVENT_MILLISECONDS	60000

static uint16_t family;
static unsigned long uid;
static atomic_bool over;

/* Between the thread that listens and the one that takes its port id over. */
static sem_t begin, trying, taken;
static uint32_t portid;
static unsigned long tries;

static void fail(const char *what)
{
	fprintf(stderr, "portid-reuse: port id %#x: %s\n", portid, what);
	exit(1);
}

/* The calling thread alone: the C library would ask all of them. */
static void drop_privilege(void)
{
	if (syscall(SYS_setresuid, uid, uid, uid))
		storm_die("setresuid", errno);
}

static int listen_at(uint32_t at)
{
	int fd = genl_socket();
	int error;

	if (!genl_bind(fd, at))
		fail("in use before the turn");
	error = genl_ask(fd, family, TSPOOL_CMD_SUBSCRIBE);
	if (error)
		storm_die("subscribe", error);
	return fd;
}

/* Takes what is there, and waits for one more. */
static void expect_event(int fd, const char *otherwise)
{
	union genl_answer answer;

	while (genl_receive(fd, &answer, 0))
		;
	if (genl_receive(fd, &answer, EVENT_MILLISECONDS) <= 0)
		fail(otherwise);
}

static void expect_nothing(int fd, const char *otherwise)
{
	union genl_answer answer;
	ssize_t length = genl_receive(fd, &answer, LISTEN_MILLISECONDS);

	if (!length)
		return;
	fprintf(stderr, "got %zd bytes of type %u\n", length, answer.header.nlmsg_type);
	fail(otherwise);
}

static void expect_no_privilege(int fd)
{
	if (genl_ask(fd, family, TSPOOL_CMD_SUBSCRIBE) != EPERM)
		fail("a user without privilege could subscribe");
}

/* The port id in a LISTENER_GET message, which is its first attribute. */
static uint32_t told_portid(const struct nlmsghdr *message)
{
	const struct genl_request *head = (const void *)message;
	const struct nlattr *attribute = (const void *)(head + 1);
	uint32_t number;

	if (attribute->nla_type != TSPOOL_LISTENER_A_PORTID)
		fail("a listener without a port id");
	memcpy(&number, attribute + 1, sizeof(number));
	return number;
}

/*
 * Counts the listeners that the module knows with this port id, in all namespaces. False if it says
 * that some came or went meanwhile.
 */
static bool count_listeners(int control, unsigned int *count)
{
	union genl_answer answer;
	struct nlmsghdr *message;
	bool changed = false;
	ssize_t length;

	*count = 0;
	genl_send(control, family, TSPOOL_CMD_LISTENER_GET, NLM_F_DUMP);
	for (;;) {
		length = genl_receive(control, &answer, EVENT_MILLISECONDS);
		if (length <= 0)
			fail("no answer to a dump of the listeners");
		for (message = &answer.header; NLMSG_OK(message, length);
		     message = NLMSG_NEXT(message, length)) {
			changed |= message->nlmsg_flags & NLM_F_DUMP_INTR;
			if (message->nlmsg_type == NLMSG_DONE)
				return !changed;
			if (message->nlmsg_type == NLMSG_ERROR)
				fail("a dump of the listeners was refused");
			*count += told_portid(message) == portid;
		}
	}
}

static void expect_listeners(int control, unsigned int wanted, const char *otherwise)
{
	unsigned int count;

	while (!count_listeners(control, &count))
		;
	if (count != wanted)
		fail(otherwise);
}

static void *take_portids(void *arg)
{
	unsigned long turns = *(unsigned long *)arg;
	int fd;

	drop_privilege();
	while (turns--) {
		storm_await(&begin);
		fd = genl_socket();
		if (genl_bind(fd, portid))
			fail("free while a listener had it");
		close(fd);
		fd = genl_socket();
		sem_post(&trying);
		while (!genl_bind(fd, portid))
			tries++;
		expect_nothing(fd, "a socket without privilege got a message");
		expect_no_privilege(fd);
		close(fd);
		sem_post(&taken);
	}
	return NULL;
}

/* The listener in a process of its own, which waits to be killed. */
static void listen_and_wait(int ready)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	listen_at(portid);
	if (write(ready, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static void turn_killed(void)
{
	int ready[2];
	pid_t child;
	char byte;

	if (pipe2(ready, O_CLOEXEC))
		storm_die("pipe2", errno);
	child = storm_fork();
	if (!child)
		listen_and_wait(ready[1]);
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		fail("the listener to be killed did not get to listen");
	close(ready[0]);

	sem_post(&begin);
	storm_await(&trying);
	kill(child, SIGKILL);
	storm_await_child(child);
}

static void turn_closed(void)
{
	int fd = listen_at(portid);

	sem_post(&begin);
	storm_await(&trying);
	expect_event(fd, "its listener was ended by a socket that failed to bind it");
	close(fd);
}

static void take_turns(unsigned long turns, int control)
{
	pthread_t taker;

	if (pthread_create(&taker, NULL, take_portids, &turns))
		storm_die("pthread_create", EAGAIN);
	for (unsigned long turn = 0; turn < turns; turn++) {
		portid = PORTID + turn % 8;
		if (turn % 2)
			turn_killed();
		else
			turn_closed();
		storm_await(&taken);
		expect_listeners(control, 0, "the module still knows a listener of it");
	}
	pthread_join(taker, NULL);
}

/* Leaves by turns in each of the two ways. */
static void *churn(void *arg)
{
	unsigned long *rounds = arg;

	while (!over) {
		int fd = genl_socket();

		if (genl_ask(fd, family, TSPOOL_CMD_SUBSCRIBE))
			fail("a churning listener was refused");
		if (++*rounds % 2)
			genl_send(fd, family, TSPOOL_CMD_UNSUBSCRIBE, 0);
		close(fd);
	}
	return NULL;
}

static void enter(int net)
{
	if (setns(net, CLONE_NEWNET))
		storm_die("setns", errno);
}

static int open_net(void)
{
	int net = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	if (net < 0)
		storm_die("/proc/thread-self/ns/net", errno);
	return net;
}

/* A socket without privilege in another namespace, bound to the port id. */
static int intrude(int net)
{
	int home = open_net();
	int fd;

	enter(net);
	if (syscall(SYS_setresuid, -1, uid, -1))
		storm_die("setresuid", errno);
	fd = genl_socket();
	if (!genl_bind(fd, portid))
		fail("in use in the other network namespace");
	expect_no_privilege(fd);
	if (syscall(SYS_setresuid, -1, 0, -1))
		storm_die("setresuid", errno);
	enter(home);
	close(home);
	return fd;
}

static int listen_in(int net)
{
	int home = open_net();
	int fd;

	enter(net);
	fd = listen_at(portid);
	enter(home);
	close(home);
	return fd;
}

/* A listener in one namespace, then others with its port id in the other. */
static void cross(int ours, int others, int control)
{
	int fd = listen_in(ours);
	int intruder = intrude(others);
	int second;

	expect_event(fd, "its listener gets nothing beside a socket in another namespace");
	expect_nothing(intruder, "a socket in another namespace got a message");
	close(intruder);
	expect_event(fd, "its listener was ended by a socket in another namespace");

	second = listen_in(others);
	expect_listeners(control, 2, "not two listeners in two namespaces");
	expect_event(second, "a second listener in another namespace gets nothing");
	close(second);
	expect_listeners(control, 1, "not one listener after that of another namespace closed");
	expect_event(fd, "its listener was ended by that of another namespace");

	intruder = intrude(others);
	close(fd);
	expect_nothing(intruder, "a socket in another namespace got what came after the end");
	close(intruder);
	expect_listeners(control, 0, "a listener is left");
}

static void cross_namespaces(int control)
{
	int home = open_net();
	int away;

	if (unshare(CLONE_NEWNET))
		storm_die("unshare", errno);
	away = open_net();
	enter(home);
	cross(home, away, control);
	cross(away, home, control);
	close(away);
	close(home);
}

static unsigned long parse_options(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "u:")) != -1) {
		if (option != 'u')
			exit(2);
		uid = storm_number("-u", optarg, MAX_UID);
	}
	if (!uid || optind != argc - 1) {
		fputs("usage: portid-reuse -u UID COUNT\n", stderr);
		exit(2);
	}
	return storm_number("COUNT", argv[optind], MAX_TURNS);
}

int main(int argc, char **argv)
{
	unsigned long turns = parse_options(argc, argv), rounds = 0, round[CHURNERS] = { 0 };
	pthread_t churner[CHURNERS];
	int control = genl_socket();

	family = genl_tspool_family();
	if (sem_init(&begin, 0, 0) || sem_init(&trying, 0, 0) || sem_init(&taken, 0, 0))
		storm_die("sem_init", errno);
	for (int i = 0; i < CHURNERS; i++)
		if (pthread_create(&churner[i], NULL, churn, &round[i]))
			storm_die("pthread_create", EAGAIN);
	take_turns(turns, control);
	cross_namespaces(control);
	over = true;
	for (int i = 0; i < CHURNERS; i++) {
		pthread_join(churner[i], NULL);
		rounds += round[i];
	}
	printf("%lu port ids taken over after %lu tries, beside %lu other listeners\n", turns,
	       tries, rounds);
	return 0;
}
