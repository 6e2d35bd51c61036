// SPDX-License-Identifier: GPL-2.0-only
/*
 * mixed-work [-d DIRECTORY] [-g CGROUP] [-p HUGE_PAGES] [-r ROUNDS] [-s SMALL_CGROUP]
 *	[-w WORKERS] COUNT
 *
 * WORKERS processes (default: 4) make COUNT processes each, one after the other, of each quick kind
 * in turn (work-kinds.c); meanwhile the program makes ROUNDS (default: 1) of the slow ones. Kinds
 * of work for which nothing is given are left out.
 */
#include "storm.h"
#include "work-kinds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_COUNT	1000000UL
#define MAX_WORKERS	100

struct mixed_work {
	struct work_plan plan;
	unsigned long count;
	unsigned long rounds;
	unsigned long workers;
};

/* What was to kill itself was killed, all others have exited. */
static void check_status(const struct work_kind *kind, int status)
{
	bool killed = !strcmp(kind->name, "signal") || !strcmp(kind->name, "core");

	if (killed ? WIFSIGNALED(status) : !status)
		return;
	fprintf(stderr, "mixed-work: %s: wait status %#x\n", kind->name, status);
	exit(1);
}

static void run_kind(const struct work_kind *kind, const struct work_plan *plan)
{
	pid_t pid;

	if (kind->possible && !kind->possible(plan))
		return;
	pid = storm_fork();
	if (!pid) {
		kind->work(plan);
		_exit(0);
	}
	check_status(kind, storm_await_child(pid));
}

/* Each worker begins elsewhere, so that all kinds are under way at the same time. */
static noreturn void run_quick_kinds(struct work_plan *plan, unsigned long worker,
				     unsigned long count)
{
	const struct work_kind *kinds;
	size_t n_kinds;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	kinds = work_quick_kinds(&n_kinds);
	for (unsigned long i = 0; i < count; i++) {
		plan->turn = i / n_kinds * (worker + 1) + worker;
		run_kind(&kinds[(worker * 5 + i) % n_kinds], plan);
	}
	_exit(0);
}

static void run_slow_kinds(struct work_plan *plan, unsigned long rounds)
{
	const struct work_kind *kinds;
	size_t n_kinds;

	kinds = work_slow_kinds(&n_kinds);
	for (plan->turn = 0; plan->turn < rounds; plan->turn++)
		for (size_t kind = 0; kind < n_kinds; kind++)
			run_kind(&kinds[kind], plan);
}

static void run(struct mixed_work *mixed)
{
	pid_t pids[MAX_WORKERS] = { 0 };

	work_prepare(&mixed->plan);
	for (unsigned long i = 0; i < mixed->workers; i++) {
		pids[i] = storm_fork();
		if (!pids[i])
			run_quick_kinds(&mixed->plan, i, mixed->count);
	}
	run_slow_kinds(&mixed->plan, mixed->rounds);
	for (unsigned long i = 0; i < mixed->workers; i++)
		if (storm_await_child(pids[i]))
			exit(1);
}

static noreturn void bad_usage(void)
{
	fputs("usage: mixed-work [-d DIRECTORY] [-g CGROUP] [-p HUGE_PAGES] [-r ROUNDS] "
	      "[-s SMALL_CGROUP] [-w WORKERS] COUNT\n",
	      stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	struct mixed_work mixed = { .rounds = 1, .workers = 4 };
	int option;

	while ((option = getopt(argc, argv, "d:g:p:r:s:w:")) != -1) {
		switch (option) {
		case 'd':
			mixed.plan.directory = optarg;
			break;
		case 'g':
			mixed.plan.cgroup = optarg;
			break;
		case 'p':
			mixed.plan.huge_pages = optarg;
			break;
		case 'r':
			mixed.rounds = storm_number("-r", optarg, MAX_COUNT);
			break;
		case 's':
			mixed.plan.small_cgroup = optarg;
			break;
		case 'w':
			mixed.workers = storm_number("-w", optarg, MAX_WORKERS);
			break;
		default:
			bad_usage();
		}
	}
	if (optind != argc - 1)
		bad_usage();
	mixed.count = storm_number("COUNT", argv[optind], MAX_COUNT);
	run(&mixed);
	return 0;
}
