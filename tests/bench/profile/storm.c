// SPDX-License-Identifier: GPL-2.0-only
/*
 * profile-storm [-f] COUNT
 *
 * Creates, ends and joins COUNT threads one after the other, or with -f as many processes, between
 * two of the markers that count.c looks for. A tenth of them before, so that what is cached is
 * there.
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void mark(void)
{
	__asm__ volatile("xchg %%bx, %%bx" ::: "memory");
}

static void *end_at_once(void *arg)
{
	return arg;
}

static void die(const char *what, int error)
{
	fprintf(stderr, "profile-storm: %s: %s\n", what, strerror(error));
	exit(1);
}

/* What it costs to give up a larger stack depends on where it lies. */
#define STACK_SIZE	(64UL * 1024)

static void run_threads(unsigned long count)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	while (count--) {
		int error = pthread_create(&thread, &attr, end_at_once, NULL);

		if (error)
			die("pthread_create", error);
		pthread_join(thread, NULL);
	}
	pthread_attr_destroy(&attr);
}

static void run_processes(unsigned long count)
{
	while (count--) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork", errno);
		if (!pid)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
}

int main(int argc, char **argv)
{
	bool processes = argc == 3 && !strcmp(argv[1], "-f");
	void (*run)(unsigned long count) = processes ? run_processes : run_threads;
	unsigned long count = argc > 1 ? strtoul(argv[argc - 1], NULL, 10) : 0;

	if (!count || argc > 2 + processes) {
		fputs("usage: profile-storm [-f] COUNT\n", stderr);
		return 2;
	}
	run(count / 10);
	mark();
	run(count);
	mark();
	return 0;
}
