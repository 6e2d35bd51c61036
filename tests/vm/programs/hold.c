// SPDX-License-Identifier: GPL-2.0-only
/*
 * hold THREADS STATUS
 *
 * Has THREADS threads, itself included, each of a name and a nice value of its own, until its input
 * ends. Then it exits with STATUS.
 */
#include "storm.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define MAX_THREADS	100

/* The nice value is the thread's, not the process's. */
static void *run_thread(void *arg)
{
	int number = *(int *)arg;
	char name[16];

	snprintf(name, sizeof(name), "hold thread %d", number);
	prctl(PR_SET_NAME, name);
	if (setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + number))
		storm_die("setpriority", errno);
	for (;;)
		pause();
	return NULL;
}

static void start_thread(int number)
{
	static int numbers[MAX_THREADS];
	pthread_t thread;
	int error;

	numbers[number] = number;
	error = pthread_create(&thread, NULL, run_thread, &numbers[number]);
	if (error)
		storm_die("pthread_create", error);
}

int main(int argc, char **argv)
{
	int threads, status;
	char byte;

	if (argc != 3) {
		fputs("usage: hold THREADS STATUS\n", stderr);
		return 2;
	}
	threads = storm_number("THREADS", argv[1], MAX_THREADS);
	status = storm_number("STATUS", argv[2], 255);
	for (int number = 1; number < threads; number++)
		start_thread(number);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	_exit(status);
}
