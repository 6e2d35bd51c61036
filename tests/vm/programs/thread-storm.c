// SPDX-License-Identifier: GPL-2.0-only
/*
 * thread-storm [-a ALIVE] [-c CPUS] [-f FILE] COUNT
 *
 * Creates COUNT threads, at most ALIVE at a time (default 64), on CPUS where given. Each thread
 * writes down its own tid, as the kernel tells it, before it ends. FILE gets them, one a line, and
 * last the tid of the process itself, which ends with the program.
 */
#include "storm.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_THREADS	10000000UL
#define STACK_SIZE	(64UL * 1024)

struct storm {
	unsigned long count;
	unsigned long alive;
	const char *file;
	pid_t *tids;
	atomic_ulong written;
	sem_t room;
};

static void *note_tid(void *arg)
{
	struct storm *storm = arg;

	storm->tids[atomic_fetch_add(&storm->written, 1)] = gettid();
	sem_post(&storm->room);
	return NULL;
}

static void create_threads(struct storm *storm)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	for (unsigned long i = 0; i < storm->count; i++) {
		int error;

		storm_await(&storm->room);
		error = pthread_create(&thread, &attr, note_tid, storm);
		if (error)
			storm_die("pthread_create", error);
	}
	pthread_attr_destroy(&attr);
	for (unsigned long i = 0; i < storm->alive; i++)
		storm_await(&storm->room);
}

static void write_tids(const struct storm *storm)
{
	FILE *file = fopen(storm->file, "w");

	if (!file)
		storm_die(storm->file, errno);
	for (unsigned long i = 0; i < storm->count; i++)
		fprintf(file, "%d\n", (int)storm->tids[i]);
	fprintf(file, "%d\n", (int)getpid());
	if (fclose(file))
		storm_die(storm->file, errno);
}

static void parse_options(struct storm *storm, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "a:c:f:")) != -1) {
		switch (option) {
		case 'a':
			storm->alive = storm_number("-a", optarg, MAX_THREADS);
			break;
		case 'c':
			storm_bind(optarg);
			break;
		case 'f':
			storm->file = optarg;
			break;
		default:
			exit(2);
		}
	}
	if (optind != argc - 1) {
		fputs("usage: thread-storm [-a ALIVE] [-c CPUS] [-f FILE] COUNT\n", stderr);
		exit(2);
	}
	storm->count = storm_number("COUNT", argv[optind], MAX_THREADS);
}

int main(int argc, char **argv)
{
	struct storm storm = { .alive = 64 };

	parse_options(&storm, argc, argv);
	storm.tids = calloc(storm.count, sizeof(*storm.tids));
	if (!storm.tids)
		storm_die("tids", ENOMEM);
	if (sem_init(&storm.room, 0, storm.alive))
		storm_die("sem_init", errno);
	create_threads(&storm);
	if (storm.file)
		write_tids(&storm);
	free(storm.tids);
	return 0;
}
