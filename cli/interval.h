/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_INTERVAL_H
#define TSP_CLI_INTERVAL_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* A command that looks again and again, at regular times, until SIGINT or SIGTERM. */
struct tsp_interval {
	struct timespec span;
	struct pollfd end;
	int64_t next_ns;	/* look, monotonic */
};

/*
 * The first look is now, and from here on none of the signals is missed. Once in a program: it
 * takes them to its end, as end_signals.h says.
 */
void tsp_interval_start(struct tsp_interval *interval, const struct timespec *span);

/* Waits until the next look is due. Returns false when a signal ends it. */
bool tsp_interval_wait(struct tsp_interval *interval);

int64_t tsp_timespec_ns(const struct timespec *time);

/* The time of a clock in nanoseconds. */
int64_t tsp_clock_ns(clockid_t clock);

#endif
