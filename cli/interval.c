// SPDX-License-Identifier: GPL-2.0-only
#include "interval.h"

#include <sys/eventfd.h>

#include "end_signals.h"
#include "scale.h"

int64_t tsp_timespec_ns(const struct timespec *time)
{
	return (int64_t)time->tv_sec * (int64_t)TSP_NS_PER_S + time->tv_nsec;
}

int64_t tsp_clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return tsp_timespec_ns(&now);
}

void tsp_interval_start(struct tsp_interval *interval, const struct timespec *span)
{
	interval->span = *span;
	interval->end = (struct pollfd){ .fd = eventfd(0, EFD_CLOEXEC), .events = POLLIN };
	/* Without it they end the program as they do others. */
	if (interval->end.fd >= 0)
		tsp_end_signals_heed(interval->end.fd);
	interval->next_ns = tsp_clock_ns(CLOCK_MONOTONIC);
}

bool tsp_interval_wait(struct tsp_interval *interval)
{
	int64_t now = tsp_clock_ns(CLOCK_MONOTONIC);
	struct timespec pause = { 0 };

	interval->next_ns += tsp_timespec_ns(&interval->span);
	/* What was missed is not made up for. */
	if (interval->next_ns < now)
		interval->next_ns = now;
	pause.tv_sec = (interval->next_ns - now) / (int64_t)TSP_NS_PER_S;
	pause.tv_nsec = (interval->next_ns - now) % (int64_t)TSP_NS_PER_S;
	/* A signal may interrupt it, before it has seen what that did. */
	ppoll(&interval->end, 1, &pause, NULL);
	return poll(&interval->end, 1, 0) == 0;
}
