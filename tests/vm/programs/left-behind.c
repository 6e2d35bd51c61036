// SPDX-License-Identifier: GPL-2.0-only
/*
 * left-behind COUNT
 *
 * The first process of a new pid namespace listens there, forks COUNT children that end in turn as
 * storm_end() has it, and exits; the namespace ends with it. The listener is then in the hands of a
 * process outside. Its children, COUNT as well, exit there; and the listener must have got exactly
 * those of the namespace, its first process included, by their pids there. Prints how many.
 */
#include "collect.h"
#include "storm.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_CHILDREN	10000
#define STACK_BYTES	((size_t)1 << 20)
#define FIRST_STATUS	77
#define FIRST_PID	1U

struct inside {
	struct collection collection;
	unsigned long count;
	int status[MAX_CHILDREN + 2];	/* by pid; -1: none has it */
};

static void run_child(struct inside *inside, unsigned long turn)
{
	pid_t pid = storm_fork();
	int status;

	if (!pid)
		storm_end(turn);
	status = storm_await_child(pid);
	if (inside && pid < (pid_t)ARRAY_SIZE(inside->status))
		inside->status[pid] = status;
}

/* In the memory and with the files of who started it, who waits meanwhile. */
static int live_in_namespace(void *arg)
{
	struct inside *inside = arg;

	collect_begin(&inside->collection);
	for (unsigned long turn = 0; turn < inside->count; turn++)
		run_child(inside, turn);
	inside->status[FIRST_PID] = FIRST_STATUS << 8;
	_exit(FIRST_STATUS);
}

static void run_namespace(struct inside *inside)
{
	char *stack = malloc(STACK_BYTES);
	pid_t pid;

	if (!stack)
		storm_die("stack", ENOMEM);
	pid = clone(live_in_namespace, stack + STACK_BYTES,
		    CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_NEWPID | SIGCHLD, inside);
	if (pid < 0)
		storm_die("clone", errno);
	if (storm_await_child(pid) != FIRST_STATUS << 8)
		storm_die("the first process of the namespace", ECANCELED);
	free(stack);
}

/* Ticks off the process; false if there was none like it, or it comes twice. */
static bool is_expected(struct inside *inside, const struct tspool_record *record)
{
	int *status;

	if (record->pid >= ARRAY_SIZE(inside->status))
		return false;
	status = &inside->status[record->pid];
	if (*status != (int)record->exit_code)
		return false;
	*status = -1;
	return true;
}

static unsigned long check(struct inside *inside)
{
	const struct collection *collection = &inside->collection;
	unsigned long processes = 0;

	for (size_t i = 0; i < collection->count; i++) {
		const struct tspool_record *record = &collection->records[i];

		if (record->frame.type != TSPOOL_FRAME_PROCESS)
			continue;
		if (!is_expected(inside, record)) {
			fprintf(stderr, "left-behind: pid %u, status %#x: not of the namespace\n",
				record->pid, record->exit_code);
			exit(1);
		}
		processes++;
	}
	return processes;
}

int main(int argc, char **argv)
{
	static struct inside inside;
	unsigned long processes;

	if (argc != 2) {
		fputs("usage: left-behind COUNT\n", stderr);
		return 2;
	}
	inside.count = storm_number("COUNT", argv[1], MAX_CHILDREN);
	memset(inside.status, -1, sizeof(inside.status));
	run_namespace(&inside);
	for (unsigned long turn = 0; turn < inside.count; turn++)
		run_child(NULL, turn);
	collect_end(&inside.collection);
	processes = check(&inside);
	collect_free(&inside.collection);
	if (processes != inside.count + 1) {
		fprintf(stderr, "left-behind: %lu processes of %lu\n", processes, inside.count + 1);
		return 1;
	}
	printf("%lu\n", processes);
	return 0;
}
