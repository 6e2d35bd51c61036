// SPDX-License-Identifier: GPL-2.0-only
#include "storm.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void storm_die(const char *what, int error)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(error));
	exit(1);
}

static void bad_argument(const char *what, const char *text)
{
	fprintf(stderr, "%s: %s: \"%s\" is not valid\n", program_invocation_short_name, what, text);
	exit(2);
}

unsigned long storm_number(const char *what, const char *text, unsigned long max)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || *text < '0' || *text > '9' || *end || number < 1 || number > max)
		bad_argument(what, text);
	return number;
}

/* Takes a number off the list. */
static unsigned long take_cpu(const char **list)
{
	char *end;
	unsigned long cpu = strtoul(*list, &end, 10);

	if (**list < '0' || **list > '9' || cpu >= CPU_SETSIZE)
		bad_argument("CPU list", *list);
	*list = end;
	return cpu;
}

/* Takes an item, "2" or "0-1", off the list. */
static void take_range(const char **list, cpu_set_t *cpus)
{
	unsigned long first = take_cpu(list);
	unsigned long last = first;

	if (**list == '-') {
		++*list;
		last = take_cpu(list);
	}
	while (first <= last)
		CPU_SET(first++, cpus);
}

void storm_parse_cpus(const char *list, cpu_set_t *cpus)
{
	CPU_ZERO(cpus);
	take_range(&list, cpus);
	while (*list == ',') {
		list++;
		take_range(&list, cpus);
	}
	if (*list)
		bad_argument("CPU list", list);
}

void storm_bind(const char *list)
{
	cpu_set_t cpus;

	storm_parse_cpus(list, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		storm_die("sched_setaffinity", errno);
}

pid_t storm_fork(void)
{
	pid_t pid = fork();

	if (pid < 0)
		storm_die("fork", errno);
	return pid;
}

int storm_await_child(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			storm_die("waitpid", errno);
	return status;
}

void storm_await(sem_t *sem)
{
	while (sem_wait(sem))
		if (errno != EINTR)
			storm_die("sem_wait", errno);
}

#define SIGNALS	5

/* Odd turns exit, even ones are killed. */
void storm_end(unsigned long turn)
{
	static const int signals[SIGNALS] = { SIGKILL, SIGTERM, SIGHUP, SIGUSR1, SIGALRM };

	if (turn % 2)
		_exit(1 + turn / 2 % 255);
	kill(getpid(), signals[turn / 2 % SIGNALS]);
	for (;;)
		pause();
}
