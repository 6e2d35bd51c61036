// SPDX-License-Identifier: GPL-2.0-only
/*
 * churning-group SLEEPERS
 *
 * A process with SLEEPERS threads that sleep and two that make others, each of which ends at once,
 * one after the other until the process is killed. Prints a line when all of them are there.
 */
#include "storm.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#define STACK_SIZE	((size_t)64 << 10)
#define MAKERS		2

static pthread_attr_t small;

static pthread_t start(void *(*run)(void *arg))
{
	pthread_t thread;
	int error = pthread_create(&thread, &small, run, NULL);

	if (error)
		storm_die("pthread_create", error);
	return thread;
}

static void *sleep_on(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void *end(void *arg)
{
	return arg;
}

static void *make(void *arg)
{
	for (;;)
		pthread_join(start(end), NULL);
	return arg;
}

int main(int argc, char **argv)
{
	unsigned long sleepers = argc == 2 ? storm_number("SLEEPERS", argv[1], 30000) : 0;

	if (!sleepers) {
		fputs("usage: churning-group SLEEPERS\n", stderr);
		return 2;
	}
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, STACK_SIZE);
	while (sleepers--)
		start(sleep_on);
	for (int i = 0; i < MAKERS; i++)
		start(make);
	puts("all threads are there");
	fflush(stdout);
	sleep_on(NULL);
}
