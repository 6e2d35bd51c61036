/* SPDX-License-Identifier: GPL-2.0-only */
/* What a parent is told of a child that has ended. */
#ifndef TSPOOL_GROUP_TRUTH_H
#define TSPOOL_GROUP_TRUTH_H

#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#define GROUP_IO_LINES	7

struct group_truth {
	const char *shape;
	unsigned int threads;		/* that it made, the leader included */
	pid_t pid;
	int status;
	uint64_t reaped_ns;		/* boot clock: it was gone by then */
	struct rusage usage;		/* of it, and of the children that it waited for */
	uint64_t io[GROUP_IO_LINES];	/* /proc/PID/io */
};

/* The name of a line of /proc/PID/io. */
const char *group_io_name(unsigned int line);

/*
 * Waits for the child, and looks at /proc/PID/io before it is reaped. Ends the program where a call
 * fails.
 */
void group_truth_await(struct group_truth *truth);

#endif /* TSPOOL_GROUP_TRUTH_H */
