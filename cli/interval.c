// SPDX-License-Identifier: GPL-2.0-only
#include "interval.h"

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
	sigemptyset(&interval->signals);
	sigaddset(&interval->signals, SIGINT);
	sigaddset(&interval->signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &interval->signals, NULL);
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
	return sigtimedwait(&interval->signals, NULL, &pause) < 0;
}
