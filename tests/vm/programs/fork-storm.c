// SPDX-License-Identifier: GPL-2.0-only
/*
 * fork-storm [-c CPUS] [-f FILE] [-p USECS] COUNT
 *
 * Forks COUNT processes, one after the other, on CPUS where given, with a pause of USECS after
 * each: in turn each ends with an exit status of 1 to 255, or is killed by a signal. FILE gets, one
 * a line, the pid and the wait status that waitpid gave for it.
 */
#include "storm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_PROCESSES	10000000UL
#define MAX_PAUSE	1000000UL

struct storm {
	unsigned long count;
	unsigned long pause_usecs;
	const char *file;
};

static void run_child(unsigned long turn, FILE *file)
{
	pid_t pid = storm_fork();

	if (!pid)
		storm_end(turn);
	fprintf(file, "%d %d\n", (int)pid, storm_await_child(pid));
}

static void parse_options(struct storm *storm, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "c:f:p:")) != -1) {
		switch (option) {
		case 'c':
			storm_bind(optarg);
			break;
		case 'f':
			storm->file = optarg;
			break;
		case 'p':
			storm->pause_usecs = storm_number("-p", optarg, MAX_PAUSE);
			break;
		default:
			exit(2);
		}
	}
	if (optind != argc - 1) {
		fputs("usage: fork-storm [-c CPUS] [-f FILE] [-p USECS] COUNT\n", stderr);
		exit(2);
	}
	storm->count = storm_number("COUNT", argv[optind], MAX_PROCESSES);
}

int main(int argc, char **argv)
{
	struct storm storm = { .file = "/dev/null" };
	FILE *file;

	parse_options(&storm, argc, argv);
	file = fopen(storm.file, "we");
	if (!file)
		storm_die(storm.file, errno);
	setvbuf(file, NULL, _IOFBF, 1 << 16);
	for (unsigned long turn = 0; turn < storm.count; turn++) {
		run_child(turn, file);
		if (storm.pause_usecs)
			usleep(storm.pause_usecs);
	}
	if (fclose(file))
		storm_die(storm.file, errno);
	return 0;
}
