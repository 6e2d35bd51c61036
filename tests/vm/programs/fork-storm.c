// SPDX-License-Identifier: GPL-2.0-only
/*
 * fork-storm [-c CPUS] [-f FILE] COUNT
 *
 * Forks COUNT processes, one after the other, on CPUS where given: in turn each ends with an exit
 * status of 1 to 255, or is killed by a signal. FILE gets, one a line, the pid and the wait status
 * that waitpid gave for it.
 */
#include "storm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_PROCESSES	10000000UL

static void run_child(unsigned long turn, FILE *file)
{
	pid_t pid = storm_fork();

	if (!pid)
		storm_end(turn);
	fprintf(file, "%d %d\n", (int)pid, storm_await_child(pid));
}

static unsigned long parse_options(int argc, char **argv, const char **file)
{
	int option;

	while ((option = getopt(argc, argv, "c:f:")) != -1) {
		switch (option) {
		case 'c':
			storm_bind(optarg);
			break;
		case 'f':
			*file = optarg;
			break;
		default:
			exit(2);
		}
	}
	if (optind != argc - 1) {
		fputs("usage: fork-storm [-c CPUS] [-f FILE] COUNT\n", stderr);
		exit(2);
	}
	return storm_number("COUNT", argv[optind], MAX_PROCESSES);
}

int main(int argc, char **argv)
{
	const char *name = "/dev/null";
	unsigned long count = parse_options(argc, argv, &name);
	FILE *file = fopen(name, "we");

	if (!file)
		storm_die(name, errno);
	setvbuf(file, NULL, _IOFBF, 1 << 16);
	for (unsigned long turn = 0; turn < count; turn++)
		run_child(turn, file);
	if (fclose(file))
		storm_die(name, errno);
	return 0;
}
