// SPDX-License-Identifier: GPL-2.0-only
/*
 * exit-storm [-c CPUS] [-f FILE] [-g CGROUP] [-k KIND]... [-w WORKERS] COUNT
 * exit-storm -x STATUS
 *
 * WORKERS processes (default: 4) make COUNT processes each, one after the other, of each KIND in
 * turn (default: all but oom; see exit-kinds.c), on CPUS where given. SIGTERM ends it early, once
 * those under way have ended. FILE gets a line for each process: pid, number of threads, the wait
 * status that waitpid gave, and the kind, which is "worker" for the workers and the program itself.
 *
 * -x: does nothing but exit with STATUS, for those that execute something.
 */
#include "exit-kinds.h"
#include "storm.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define MAX_COUNT	10000000UL
#define MAX_WORKERS	1000

struct storm {
	unsigned long count;
	unsigned long workers;
	const char *file;
	const char *cgroup;
	unsigned int n_kinds;
	const struct exit_kind *kinds[EXIT_KINDS_MAX];
};

/* Seen by all workers. */
static atomic_bool *stop;

static void on_sigterm(int number)
{
	(void)number;
	atomic_store(stop, true);
}

/* A write for each line: what a worker wrote stays, and its children have no copy of it. */
static FILE *open_file(const char *name)
{
	FILE *file = fopen(name, "ae");

	if (!file)
		storm_die(name, errno);
	setvbuf(file, NULL, _IOLBF, BUFSIZ);
	return file;
}

static void note(FILE *file, pid_t pid, unsigned int threads, int status, const char *kind)
{
	if (fprintf(file, "%d %u %d %s\n", (int)pid, threads, status, kind) < 0)
		storm_die("output", errno);
}

static void run_process(const struct storm *storm, unsigned long turn, FILE *file)
{
	const struct exit_kind *kind = storm->kinds[turn % storm->n_kinds];
	struct exit_plan plan = {
		.turn = turn / storm->n_kinds,
		.cgroup = storm->cgroup,
	};
	pid_t pid;

	plan.threads = kind->threads_min + plan.turn % (kind->threads_max - kind->threads_min + 1);
	pid = storm_fork();
	if (!pid)
		kind->end(&plan);
	note(file, pid, plan.threads, storm_await_child(pid), kind->name);
}

/* Each worker begins elsewhere, so that all kinds are under way at the same time. */
static void work(const struct storm *storm, unsigned long worker, FILE *file)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGTERM, SIG_DFL);
	for (unsigned long turn = 0; turn < storm->count && !atomic_load(stop); turn++)
		run_process(storm, worker + turn, file);
	_exit(0);
}

static void run_workers(const struct storm *storm, FILE *file)
{
	pid_t pids[MAX_WORKERS];

	for (unsigned long i = 0; i < storm->workers; i++) {
		pids[i] = storm_fork();
		if (!pids[i])
			work(storm, i, file);
	}
	for (unsigned long i = 0; i < storm->workers; i++)
		note(file, pids[i], 1, storm_await_child(pids[i]), "worker");
	note(file, getpid(), 1, 0, "worker");
}

static void usage(void)
{
	fputs("exit-storm [-c CPUS] [-f FILE] [-g CGROUP] [-k KIND]... [-w WORKERS] COUNT\n",
	      stderr);
	exit(2);
}

static void add_kind(struct storm *storm, const char *name)
{
	const struct exit_kind *kind = exit_kind_named(name);

	if (!kind || storm->n_kinds == EXIT_KINDS_MAX)
		usage();
	storm->kinds[storm->n_kinds++] = kind;
}

static void parse_options(struct storm *storm, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "c:f:g:k:w:x:")) != -1) {
		switch (option) {
		case 'c':
			storm_bind(optarg);
			break;
		case 'f':
			storm->file = optarg;
			break;
		case 'g':
			storm->cgroup = optarg;
			break;
		case 'k':
			add_kind(storm, optarg);
			break;
		case 'w':
			storm->workers = storm_number("-w", optarg, MAX_WORKERS);
			break;
		case 'x':
			_exit(storm_number("-x", optarg, 255));
		default:
			usage();
		}
	}
	if (optind != argc - 1)
		usage();
	storm->count = storm_number("COUNT", argv[optind], MAX_COUNT);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_sigterm };
	struct storm storm = { .workers = 4, .file = "/dev/null" };
	FILE *file;

	parse_options(&storm, argc, argv);
	if (!storm.n_kinds)
		storm.n_kinds = exit_kinds_by_default(storm.kinds);
	stop = mmap(NULL, sizeof(*stop), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stop == MAP_FAILED)
		storm_die("mmap", errno);
	sigaction(SIGTERM, &action, NULL);
	file = open_file(storm.file);
	run_workers(&storm, file);
	if (fclose(file))
		storm_die(storm.file, errno);
	return 0;
}
