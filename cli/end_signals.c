// SPDX-License-Identifier: GPL-2.0-only
#include "end_signals.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include "interval.h"

#define PATIENCE_NS	1000000000

/* Of the handler, which one thread runs, and not inside itself. */
static int end_fd;
static atomic_llong first_ns;

static sigset_t end_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	return signals;
}

void tsp_end_signals_block(void)
{
	const sigset_t signals = end_signals();

	pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

static void tell(void)
{
	const uint64_t one = 1;
	const int before = errno;

	/* It can't be full: nobody else adds as much. */
	if (write(end_fd, &one, sizeof(one)) < 0)
		errno = before;
}

static void take(int number)
{
	const long long now_ns = tsp_clock_ns(CLOCK_MONOTONIC);
	const long long before_ns = atomic_load(&first_ns);

	if (!before_ns) {
		atomic_store(&first_ns, now_ns);
		tell();
	} else if (now_ns - before_ns >= PATIENCE_NS) {
		signal(number, SIG_DFL);
		raise(number);
	}
}

void tsp_end_signals_heed(int fd)
{
	const struct sigaction action = {
		.sa_handler = take,
		.sa_mask = end_signals(),
		.sa_flags = SA_RESTART,
	};

	end_fd = fd;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	pthread_sigmask(SIG_UNBLOCK, &action.sa_mask, NULL);
}
