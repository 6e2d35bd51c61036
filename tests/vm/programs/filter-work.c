// SPDX-License-Identifier: GPL-2.0-only
/*
 * filter-work CGROUP TAG COUNT [WORKERS]
 *
 * WORKERS processes (default: 2) make COUNT processes each, one after the other, by chance of this
 * or that user, name, exit status, time on a CPU, number of threads, and cgroup: where the program
 * is, in CGROUP/a or CGROUP/b, or in one of its own below these, which is removed as soon as the
 * process is gone. Tells of each cgroup that it makes: "ID PATH", the path from CGROUP on. TAG is
 * in the names of those, so that several of this program do not get into each other's way.
 */
#include "storm.h"
#include "work-cpu.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_COUNT	1000000UL
#define MAX_WORKERS	100
#define MAX_THREADS	3
#define LONG_MS		20
#define PATH_BYTES	256

struct plan {
	uid_t uid;
	const char *name;
	int status;
	int signal;			/* 0: exits with the status */
	unsigned int milliseconds;	/* of work, in its first thread */
	unsigned int threads;		/* beside the first one */
	char cgroup[PATH_BYTES];	/* "": where the program is */
	bool own_cgroup;		/* which is to be made and removed, and so is its parent */
};

struct filter_work {
	const char *cgroup;
	const char *tag;
	unsigned long count;
};

static unsigned int below(unsigned int *seed, unsigned int limit)
{
	return (unsigned int)rand_r(seed) / 16 % limit;
}

static void plan_cgroup(struct plan *plan, const struct filter_work *work, unsigned int *seed,
			unsigned long worker, unsigned long turn)
{
	unsigned int place = below(seed, 5);
	char branch = place % 2 ? 'a' : 'b';

	plan->own_cgroup = place > 2;
	if (!place)
		plan->cgroup[0] = '\0';
	else if (!plan->own_cgroup)
		snprintf(plan->cgroup, sizeof(plan->cgroup), "/%c", branch);
	else
		snprintf(plan->cgroup, sizeof(plan->cgroup), "/%c/%s-%lu-%lu/inner", branch,
			 work->tag, worker, turn);
}

static struct plan make_plan(const struct filter_work *work, unsigned int *seed,
			     unsigned long worker, unsigned long turn)
{
	static const char *const names[] = { "worker-1", "worker-2", "wander", "a \\ b", "[x]" };
	static const uid_t uids[] = { 0, 2001, 2002, 2003 };
	static const int statuses[] = { 0, 0, 1, 42 };
	struct plan plan = {
		.uid = uids[below(seed, ARRAY_SIZE(uids))],
		.name = names[below(seed, ARRAY_SIZE(names))],
		.status = statuses[below(seed, ARRAY_SIZE(statuses))],
		.signal = below(seed, 6) ? 0 : SIGKILL,
		.milliseconds = below(seed, 3) ? 0 : LONG_MS,
		.threads = below(seed, MAX_THREADS + 1),
	};

	plan_cgroup(&plan, work, seed, worker, turn);
	return plan;
}

static char *full_path(char *path, const struct filter_work *work, const char *cgroup)
{
	snprintf(path, PATH_BYTES, "%s%s", work->cgroup, cgroup);
	return path;
}

static void make_cgroup(const struct filter_work *work, const char *cgroup)
{
	char path[PATH_BYTES];
	struct stat made;

	full_path(path, work, cgroup);
	if (mkdir(path, 0755) || stat(path, &made))
		storm_die(path, errno);
	/* A line is one write: others write, too. */
	dprintf(STDOUT_FILENO, "%llu %s\n", (unsigned long long)made.st_ino, cgroup);
}

static void remove_cgroup(const struct filter_work *work, const char *cgroup)
{
	char path[PATH_BYTES];

	if (rmdir(full_path(path, work, cgroup)))
		storm_die(path, errno);
}

static char *parent_of(char *path, const char *cgroup)
{
	snprintf(path, PATH_BYTES, "%s", cgroup);
	*strrchr(path, '/') = '\0';
	return path;
}

static void enter_cgroup(const struct filter_work *work, const char *cgroup)
{
	char path[PATH_BYTES], procs[PATH_BYTES + 16];
	int fd;

	snprintf(procs, sizeof(procs), "%s/cgroup.procs", full_path(path, work, cgroup));
	fd = open(procs, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) < 0)
		storm_die(procs, errno);
	close(fd);
}

static void *run_thread(void *arg)
{
	(void)arg;
	work_call(2);
	return NULL;
}

static noreturn void carry_out(const struct filter_work *work, const struct plan *plan)
{
	pthread_t thread;

	if (plan->cgroup[0])
		enter_cgroup(work, plan->cgroup);
	prctl(PR_SET_NAME, plan->name);
	if (setgroups(0, NULL) || setresuid(plan->uid, plan->uid, plan->uid))
		storm_die("another user", errno);
	for (unsigned int i = 0; i < plan->threads; i++) {
		int error = pthread_create(&thread, NULL, run_thread, NULL);

		if (error)
			storm_die("pthread_create", error);
		/* The last one may end with the process. */
		if (i + 1 < plan->threads)
			pthread_join(thread, NULL);
	}
	if (plan->milliseconds)
		work_burn(plan->milliseconds);
	if (plan->signal)
		raise(plan->signal);
	_exit(plan->status);
}

static void run_plan(const struct filter_work *work, const struct plan *plan)
{
	char parent[PATH_BYTES];
	pid_t pid;

	if (plan->own_cgroup) {
		make_cgroup(work, parent_of(parent, plan->cgroup));
		make_cgroup(work, plan->cgroup);
	}
	pid = storm_fork();
	if (!pid)
		carry_out(work, plan);
	storm_await_child(pid);
	if (plan->own_cgroup) {
		remove_cgroup(work, plan->cgroup);
		remove_cgroup(work, parent);
	}
}

static noreturn void run_worker(const struct filter_work *work, unsigned long worker)
{
	unsigned int seed = (unsigned int)(worker + 1 + (unsigned char)work->tag[0] * 1000U);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned long turn = 0; turn < work->count; turn++) {
		struct plan plan = make_plan(work, &seed, worker, turn);

		run_plan(work, &plan);
	}
	_exit(0);
}

static void run(const struct filter_work *work, unsigned long workers)
{
	pid_t pids[MAX_WORKERS] = { 0 };

	for (unsigned long i = 0; i < workers; i++) {
		pids[i] = storm_fork();
		if (!pids[i])
			run_worker(work, i);
	}
	for (unsigned long i = 0; i < workers; i++)
		if (storm_await_child(pids[i]))
			exit(1);
}

int main(int argc, char **argv)
{
	struct filter_work work;

	if (argc != 4 && argc != 5) {
		fputs("usage: filter-work CGROUP TAG COUNT [WORKERS]\n", stderr);
		return 2;
	}
	work.cgroup = argv[1];
	work.tag = argv[2];
	work.count = storm_number("COUNT", argv[3], MAX_COUNT);
	run(&work, argc == 5 ? storm_number("WORKERS", argv[4], MAX_WORKERS) : 2);
	return 0;
}
