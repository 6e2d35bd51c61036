// SPDX-License-Identifier: GPL-2.0-only
/*
 * random-listeners [-n LISTENERS] [-s SEED]
 *
 * LISTENERS processes (default: 4), each of which does this over and over: it subscribes to a
 * random choice of CPTs or CPUs, reads for a while, sometimes stops reading and goes on, and ends
 * by unsubscribing or without a word; now and then one is killed, and another takes its place.
 * Without the module they wait for it. What each got must be whole, and what the module counts
 * (listener-life.c).
 *
 * After SIGTERM each listens a last time, until nothing exits any more, which the caller sees to.
 * Prints the seed at once, and totals at the end; status 1 if any listener found something wrong.
 */
#include "listener-life.h"
#include "storm.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_LISTENERS	256
#define KILL_MIN_MSECS	200
#define KILL_RANGE_MSECS 800

struct nursery {
	unsigned int count;
	unsigned int born;
	unsigned int seed;
	unsigned int random;
	pid_t pids[MAX_LISTENERS];
};

static struct life_totals *totals;

static void on_sigterm(int number)
{
	(void)number;
	atomic_store(&totals->stop, true);
}

/* None exits before all are done: the others would see it. */
static noreturn void run_listener(struct nursery *nursery, unsigned int seed)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGTERM, SIG_IGN);
	live_on(totals, seed);
	while (atomic_load(&totals->done) < nursery->count)
		usleep(10000);
	_exit(0);
}

static void bear(struct nursery *nursery, unsigned int place)
{
	unsigned int seed = nursery->seed + ++nursery->born;
	pid_t pid = storm_fork();

	if (!pid)
		run_listener(nursery, seed);
	nursery->pids[place] = pid;
}

static void kill_one(struct nursery *nursery)
{
	unsigned int place = rand_r(&nursery->random) % nursery->count;

	kill(nursery->pids[place], SIGKILL);
	storm_await_child(nursery->pids[place]);
	atomic_fetch_add(&totals->ends[LIFE_KILLED], 1);
	bear(nursery, place);
}

/* One that ended by itself has said why. */
static void expect_all_alive(void)
{
	siginfo_t info = { 0 };

	if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid)
		exit(1);
}

static void kill_at_random(struct nursery *nursery)
{
	while (!atomic_load(&totals->stop)) {
		usleep((KILL_MIN_MSECS + rand_r(&nursery->random) % KILL_RANGE_MSECS) * 1000);
		expect_all_alive();
		if (!atomic_load(&totals->stop))
			kill_one(nursery);
	}
}

static void await_all(const struct nursery *nursery)
{
	/* In any order: who failed is not to be waited for by the others. */
	for (unsigned int i = 0; i < nursery->count; i++)
		if (storm_await_child(-1))
			exit(1);
}

static void print_totals(void)
{
	static const char *const ends[] = {
		[LIFE_UNSUBSCRIBED] = "unsubscribed",
		[LIFE_CLOSED] = "closed",
		[LIFE_KILLED] = "killed",
		[LIFE_UNLOADED] = "unloaded",
	};

	printf("checked %u", atomic_load(&totals->checked));
	for (unsigned int end = 0; end < LIFE_ENDS; end++)
		printf(" %s %lu", ends[end], atomic_load(&totals->ends[end]));
	printf(" stalls %lu records %lu", atomic_load(&totals->stalls),
	       atomic_load(&totals->records));
	for (unsigned int cause = TSPOOL_CAUSE_UNSPEC + 1; cause < TSPOOL_CAUSES; cause++)
		printf(" %s %lu", tspool_cause_name(cause), atomic_load(&totals->lost[cause]));
	putchar('\n');
}

static void parse_options(struct nursery *nursery, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "n:s:")) != -1) {
		switch (option) {
		case 'n':
			nursery->count = storm_number("-n", optarg, MAX_LISTENERS);
			break;
		case 's':
			nursery->seed = storm_number("-s", optarg, UINT32_MAX);
			break;
		default:
			exit(2);
		}
	}
	if (optind != argc) {
		fputs("usage: random-listeners [-n LISTENERS] [-s SEED]\n", stderr);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_sigterm };
	struct nursery nursery = { .count = 4, .seed = time(NULL) };

	parse_options(&nursery, argc, argv);
	nursery.random = nursery.seed;
	printf("seed %u\n", nursery.seed);
	fflush(stdout);
	totals = mmap(NULL, sizeof(*totals), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (totals == MAP_FAILED)
		storm_die("mmap", errno);
	sigaction(SIGTERM, &action, NULL);
	for (unsigned int i = 0; i < nursery.count; i++)
		bear(&nursery, i);
	kill_at_random(&nursery);
	await_all(&nursery);
	print_totals();
	return 0;
}
