// SPDX-License-Identifier: GPL-2.0-only
/*
 * fail-nth [-c | -s FIRST] STEP [ARGUMENT]...
 *
 * Runs a step with the first of the kernel's allocations for it failing, then with the second one
 * and so on (-s: from this one), until none fails any more. Each time it checks what the step left
 * behind. Prints how often the step ended in which way: "ok 12", "ENOMEM 7". With -c nothing
 * fails: it prints how many allocations there are.
 *
 * The kernel counts by itself: /proc/PID/fail-nth, in kernels with fault injection.
 */
#include "fail-steps.h"
#include "storm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_ALLOCATIONS	100000UL
#define MAX_ERRNO	4095

static unsigned int endings[MAX_ERRNO + 1];

static int open_fail_nth(void)
{
	int fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		storm_die("/proc/thread-self/fail-nth", errno);
	return fd;
}

static void set_fail_nth(int fd, unsigned long n)
{
	char text[32];
	int length = snprintf(text, sizeof(text), "%lu", n);

	if (pwrite(fd, text, length, 0) != length)
		storm_die("fail-nth", errno);
}

/* How many allocations are left until one fails; 0 if it has failed. */
static unsigned long get_fail_nth(int fd)
{
	char text[32] = "";

	if (pread(fd, text, sizeof(text) - 1, 0) <= 0)
		storm_die("fail-nth", errno);
	return strtoul(text, NULL, 10);
}

/* Runs the step; returns how many allocations were left until the nth, 0 if that one failed. */
static unsigned long run_step(const struct fail_step *step, int fd, unsigned long n, int *ret)
{
	unsigned long left;

	if (step->begin)
		step->begin();
	set_fail_nth(fd, n);
	*ret = step->run();
	left = get_fail_nth(fd);
	set_fail_nth(fd, 0);
	step->check(*ret);
	return left;
}

static void fail_each(const struct fail_step *step, int fd, unsigned long n)
{
	int ret;

	while (!run_step(step, fd, n, &ret)) {
		endings[-ret]++;
		if (++n > MAX_ALLOCATIONS)
			storm_die("no end of failing allocations", ERANGE);
	}
	/* With none left to fail it has gone well: what failed before has left no trace. */
	if (ret)
		storm_die("failed without a failing allocation", -ret);
}

static void count_allocations(const struct fail_step *step, int fd)
{
	int ret;

	printf("%lu\n", MAX_ALLOCATIONS - run_step(step, fd, MAX_ALLOCATIONS, &ret));
}

static void print_endings(void)
{
	for (int error = 0; error <= MAX_ERRNO; error++)
		if (endings[error])
			printf("%s %u\n", error ? strerrorname_np(error) : "ok", endings[error]);
}

static const struct fail_step *find_step(const char *name)
{
	for (const struct fail_step *step = fail_steps; step->name; step++)
		if (name && !strcmp(step->name, name))
			return step;
	fputs("usage: fail-nth [-c | -s FIRST] STEP [ARGUMENT]...\nsteps:", stderr);
	for (const struct fail_step *step = fail_steps; step->name; step++)
		fprintf(stderr, " %s", step->name);
	fputc('\n', stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	const struct fail_step *step;
	unsigned long first = 1;
	bool count = false;
	int option;
	int fd;

	while ((option = getopt(argc, argv, "+cs:")) != -1) {
		switch (option) {
		case 'c':
			count = true;
			break;
		case 's':
			first = storm_number("-s", optarg, MAX_ALLOCATIONS);
			break;
		default:
			exit(2);
		}
	}
	step = find_step(argv[optind]);
	if (step->prepare)
		step->prepare(argv + optind + 1);
	fd = open_fail_nth();
	if (count) {
		count_allocations(step, fd);
	} else {
		fail_each(step, fd, first);
		print_endings();
	}
	close(fd);
	return 0;
}
