// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench-exits [-f] [-s MILLISECONDS] [-w COUNT] threads|processes COUNT
 *
 * Makes COUNT tasks end, one after the other, each awaited before the next begins, and prints what
 * that took, in ns an exit:
 *
 *	busy	of the CPU, not idle, with all that readers did in the MILLISECONDS after the end
 *	own	of the CPU, by the tasks themselves and by whoever made them
 *	wall	by the clock, to the last exit
 *	typical	by the clock, the lower quartile: what comes now and then, such as timers, is not
 *		in it, and of the two costs that most exits have it is always the lower one
 *
 * "busy" is of CPU 0, and 0 where the kernel does not tell: for machines of one CPU. -w: so many
 * exits before, which are not counted. -f: under SCHED_FIFO, without a pause, so that on a machine
 * of one CPU no ordinary task runs from the first to the last, those before included; needs
 * kernel.sched_rt_runtime_us = -1.
 */
#include "storm.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define EXITS_MAX 10000000UL
#define PAUSE_MAX 60000UL
#define STACK_SIZE ((size_t)64 << 10)

struct times {
	uint64_t busy;
	uint64_t own;
	uint64_t wall;
};

struct exits {
	void (*run_one)(void);
	unsigned long count;
	unsigned long before;
	unsigned long pause; /* milliseconds */
	bool first; /* under SCHED_FIFO */
};

static uint64_t *ends; /* when each was awaited, and before them, when the first began */

static uint64_t now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/* The number behind a name at the start of a line, which may be indented. */
static bool read_number(const char *line, const char *name, uint64_t *number)
{
	size_t length = strlen(name);

	line += strspn(line, " ");
	if (strncmp(line, name, length))
		return false;
	*number = strtoull(line + length, NULL, 10);
	return true;
}

/* What stands there of CPU 0, which comes first: what time it is, and how long it was idle. */
static uint64_t busy(void)
{
	FILE *file = fopen("/proc/timer_list", "re");
	uint64_t time = 0, idle = 0;
	bool known = false;
	char line[256];

	if (!file)
		return 0;
	while (!known && fgets(line, sizeof(line), file)) {
		read_number(line, "now at ", &time);
		known = read_number(line, ".idle_sleeptime : ", &idle);
	}
	fclose(file);
	return known ? time - idle : 0;
}

static pthread_attr_t small_stack;

static void *end_thread(void *arg)
{
	return arg;
}

/* Calls run_one() so often, and notes when. */
static void run(void (*run_one)(void), unsigned long count)
{
	ends[0] = now(CLOCK_MONOTONIC);
	for (unsigned long i = 1; i <= count; i++) {
		run_one();
		ends[i] = now(CLOCK_MONOTONIC);
	}
}

static int compare(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

/* Of the times between the ends, which become those. */
static uint64_t lower_quartile(unsigned long count)
{
	for (unsigned long i = 0; i < count; i++)
		ends[i] = ends[i + 1] - ends[i];
	qsort(ends, count, sizeof(*ends), compare);
	return ends[count / 4];
}

static void run_thread(void)
{
	pthread_t thread;
	int error = pthread_create(&thread, &small_stack, end_thread, NULL);

	if (error)
		storm_die("pthread_create", error);
	pthread_join(thread, NULL);
}

static void run_process(void)
{
	pid_t pid = storm_fork();

	if (!pid)
		_exit(0);
	storm_await_child(pid);
}

static void pause_for(unsigned long milliseconds)
{
	struct timespec time = { (time_t)(milliseconds / 1000),
				 (long)(milliseconds % 1000) * 1000000 };

	while (nanosleep(&time, &time))
		;
}

/* With what became of the children. */
static uint64_t own(void)
{
	struct rusage children;

	getrusage(RUSAGE_CHILDREN, &children);
	return now(CLOCK_PROCESS_CPUTIME_ID) +
	       (uint64_t)(children.ru_utime.tv_sec + children.ru_stime.tv_sec) * 1000000000 +
	       (uint64_t)(children.ru_utime.tv_usec + children.ru_stime.tv_usec) * 1000;
}

static void go_first(void)
{
	const struct sched_param priority = { .sched_priority = 1 };

	if (sched_setscheduler(0, SCHED_FIFO, &priority))
		storm_die("SCHED_FIFO", errno);
}

static noreturn void refuse_arguments(void)
{
	fputs("usage: bench-exits [-f] [-s MILLISECONDS] [-w COUNT] threads|processes COUNT\n",
	      stderr);
	exit(2);
}

static void parse_options(struct exits *exits, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "fs:w:")) != -1) {
		if (option == 'f')
			exits->first = true;
		else if (option == 's')
			exits->pause = storm_number("-s", optarg, PAUSE_MAX);
		else if (option == 'w')
			exits->before = storm_number("-w", optarg, EXITS_MAX);
		else
			refuse_arguments();
	}
	if (optind != argc - 2)
		refuse_arguments();
	if (!strcmp(argv[optind], "threads"))
		exits->run_one = run_thread;
	else if (!strcmp(argv[optind], "processes"))
		exits->run_one = run_process;
	else
		refuse_arguments();
	exits->count = storm_number("COUNT", argv[optind + 1], EXITS_MAX);
}

static struct times look(void)
{
	return (struct times){ busy(), own(), now(CLOCK_MONOTONIC) };
}

/* What they take, for all of them together. */
static struct times measure(const struct exits *exits)
{
	struct times begin, end;

	if (exits->first)
		go_first();
	run(exits->run_one, exits->before);
	if (!exits->first)
		pause_for(exits->pause);
	begin = look();
	run(exits->run_one, exits->count);
	end.wall = now(CLOCK_MONOTONIC);
	end.own = own();
	pause_for(exits->pause);
	end.busy = busy();
	return (struct times){ end.busy - begin.busy, end.own - begin.own, end.wall - begin.wall };
}

int main(int argc, char **argv)
{
	struct exits exits = { 0 };
	struct times took;
	double count;

	parse_options(&exits, argc, argv);
	pthread_attr_init(&small_stack);
	pthread_attr_setstacksize(&small_stack, STACK_SIZE);
	ends = calloc((exits.count > exits.before ? exits.count : exits.before) + 1, sizeof(*ends));
	if (!ends)
		storm_die("times", ENOMEM);
	took = measure(&exits);
	count = (double)exits.count;
	printf("busy %.1f\nown %.1f\nwall %.1f\n", (double)took.busy / count,
	       (double)took.own / count, (double)took.wall / count);
	printf("typical %" PRIu64 "\n", lower_quartile(exits.count));
	free(ends);
	return 0;
}
