// SPDX-License-Identifier: GPL-2.0-only
/*
 * dialects: a socket speaks one of the module's two dialects at a time. What it asks for in the
 * other one is refused, or changes nothing, and once it has ended it may ask again. Prints how many
 * steps it took.
 */
#include "genl.h"
#include "storm.h"

#include <errno.h>
#include <linux/taskstats.h>
#include <linux/tspool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static uint16_t family;
static unsigned int steps;

static int subscribe(int fd)
{
	return genl_ask(fd, family, TSPOOL_CMD_SUBSCRIBE);
}

static int unsubscribe(int fd)
{
	return genl_ask(fd, family, TSPOOL_CMD_UNSUBSCRIBE);
}

static int change(int fd, uint16_t type, const char *cpus)
{
	static union genl_message message;

	genl_begin(&message, family, TASKSTATS_CMD_GET, NLM_F_ACK);
	genl_put(&message, type, cpus, strlen(cpus) + 1);
	return genl_ask_message(fd, &message);
}

static int enlist(int fd, const char *cpus)
{
	return change(fd, TASKSTATS_CMD_ATTR_REGISTER_CPUMASK, cpus);
}

static int delist(int fd, const char *cpus)
{
	return change(fd, TASKSTATS_CMD_ATTR_DEREGISTER_CPUMASK, cpus);
}

static void expect(const char *what, int error, int wanted)
{
	steps++;
	if (error == wanted)
		return;
	fprintf(stderr, "dialects: %s: %s instead of %s\n", what, strerror(error),
		strerror(wanted));
	storm_die("step", error);
}

static void subscribed_first(int fd)
{
	expect("subscribe", subscribe(fd), 0);
	expect("register where it has subscribed", enlist(fd, "0"), EEXIST);
	expect("register nothing where it has subscribed", enlist(fd, ""), 0);
	expect("deregister where it has subscribed", delist(fd, "all"), 0);
	expect("subscribe once more", subscribe(fd), EEXIST);
	expect("unsubscribe", unsubscribe(fd), 0);
	expect("unsubscribe once more", unsubscribe(fd), ENOENT);
}

static void registered_first(int fd)
{
	expect("register", enlist(fd, "0-1"), 0);
	expect("subscribe where it is registered", subscribe(fd), EEXIST);
	expect("deregister what it has not", delist(fd, "2"), 0);
	expect("deregister a part", delist(fd, "0"), 0);
	expect("subscribe where a part is registered", subscribe(fd), EEXIST);
	expect("deregister the rest", delist(fd, "1"), 0);
	expect("subscribe after that", subscribe(fd), 0);
	expect("unsubscribe", unsubscribe(fd), 0);
}

static void registered_and_unsubscribed(int fd)
{
	expect("register nothing", enlist(fd, ""), 0);
	expect("unsubscribe where nothing is registered", unsubscribe(fd), ENOENT);
	expect("register", enlist(fd, "all"), 0);
	expect("unsubscribe where it is registered", unsubscribe(fd), 0);
	expect("deregister after that", delist(fd, "all"), 0);
}

int main(void)
{
	int fd = genl_socket();

	family = genl_tspool_family();
	subscribed_first(fd);
	registered_first(fd);
	registered_and_unsubscribed(fd);
	close(fd);
	printf("%u\n", steps);
	return 0;
}
