// SPDX-License-Identifier: GPL-2.0-only
/*
 * Quick:
 * burn, call, sleep	CPU time in user mode and in the kernel; system calls; waiting
 * touch, copy		page faults of fresh memory, and of memory shared since the fork
 * read, write, cancel, map	on a disk
 * threads		several of these at once
 * user, nice, policy	under another user, at another level
 * cgroup, name, exec	in another cgroup, under another name, another program
 * signal, core		killed
 *
 * Slow:
 * memory		up to 200 MB
 * squeeze		more memory than its cgroup has, with swap
 * compact		huge pages until a node of memory has none
 */
#include "storm.h"
#include "work-cpu.h"
#include "work-files.h"
#include "work-kinds.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define KB		((size_t)1 << 10)
#define MB		((size_t)1 << 20)
#define SHARED_BYTES	(512 * KB)
#define HOT_BYTES	(5 * MB)
#define COLD_BYTES	(8 * MB)
#define MAX_SQUEEZES	20
#define MAX_THREADS	128
#define STACK_SIZE	(64 * KB)

/* Written by the parent: all children share its pages until they write. */
static char *shared_memory;

void work_prepare(const struct work_plan *plan)
{
	shared_memory = work_memory(SHARED_BYTES);
	work_dirty(shared_memory, SHARED_BYTES);
	if (plan->directory)
		work_make_file(plan->directory);
}

static void burn(const struct work_plan *plan)
{
	work_burn(1 + plan->turn % 12);
	work_burn_in_kernel(1 + plan->turn % 8);
}

static void call(const struct work_plan *plan)
{
	work_call(plan->turn % 4 ? 200 : 1500);
}

static void nap(const struct work_plan *plan)
{
	struct timespec time = { .tv_nsec = (1 + plan->turn % 5) * 1000000 };

	nanosleep(&time, NULL);
}

static void touch(const struct work_plan *plan)
{
	work_touch((1 + plan->turn % 32) * 64 * KB);
}

static void copy(const struct work_plan *plan)
{
	work_dirty(shared_memory, (1 + plan->turn % 8) * 64 * KB);
}

static bool has_disk(const struct work_plan *plan)
{
	return plan->directory;
}

static void read_disk(const struct work_plan *plan)
{
	work_read(plan->directory, (1 + plan->turn % 8) * 16 * KB);
}

static void write_disk(const struct work_plan *plan)
{
	work_write(plan->directory, (1 + plan->turn % 8) * 16 * KB);
}

static void cancel(const struct work_plan *plan)
{
	work_cancel(plan->directory, (1 + plan->turn % 8) * 16 * KB);
}

static void map(const struct work_plan *plan)
{
	work_map(plan->directory, plan->turn);
}

static void *run_thread(void *arg)
{
	const struct work_plan *plan = arg;

	switch (plan->turn % 4) {
	case 0:
		work_burn(1);
		break;
	case 1:
		work_call(10);
		break;
	case 2:
		work_touch(8 * KB);
		break;
	default:
		if (plan->directory)
			work_read(plan->directory, 16 * KB);
	}
	return NULL;
}

static void run_threads(const struct work_plan *plan)
{
	unsigned int count = 1 + plan->turn * 47 % MAX_THREADS;
	pthread_t threads[MAX_THREADS];
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	for (unsigned int i = 0; i < count; i++) {
		int error = pthread_create(&threads[i], &attr, run_thread, (void *)plan);

		if (error)
			storm_die("pthread_create", error);
	}
	/* In every other turn they end with the process. */
	for (unsigned int i = 0; i < count && plan->turn % 2; i++)
		pthread_join(threads[i], NULL);
	pthread_attr_destroy(&attr);
}

static void become_user(const struct work_plan *plan)
{
	gid_t gid = 1000 + plan->turn % 50;
	uid_t uid = 2000 + plan->turn % 70;

	if (setgroups(0, NULL) || setresgid(gid, gid, gid) || setresuid(uid, uid, uid))
		storm_die("another user", errno);
}

static void become_nice(const struct work_plan *plan)
{
	if (setpriority(PRIO_PROCESS, 0, (int)(plan->turn % 40) - 20))
		storm_die("setpriority", errno);
}

static void change_policy(const struct work_plan *plan)
{
	static const int policies[] = { SCHED_BATCH, SCHED_IDLE, SCHED_FIFO, SCHED_RR };
	int policy = policies[plan->turn % 4];
	struct sched_param param = { .sched_priority = policy == SCHED_FIFO || policy == SCHED_RR };

	if (sched_setscheduler(0, policy, &param))
		storm_die("sched_setscheduler", errno);
}

static void write_text(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		storm_die(file, errno);
	close(fd);
}

static void enter(const char *cgroup)
{
	char procs[256];

	snprintf(procs, sizeof(procs), "%s/cgroup.procs", cgroup);
	write_text(procs, "0");
}

static bool has_cgroup(const struct work_plan *plan)
{
	return plan->cgroup;
}

static void enter_cgroup(const struct work_plan *plan)
{
	enter(plan->cgroup);
}

static void rename_task(const struct work_plan *plan)
{
	char name[16];

	snprintf(name, sizeof(name), "work %10lu", plan->turn);
	prctl(PR_SET_NAME, name);
}

static void execute(const struct work_plan *plan)
{
	(void)plan;
	execl("/bin/true", "true", NULL);
	storm_die("/bin/true", errno);
}

static void be_killed(const struct work_plan *plan)
{
	(void)plan;
	raise(SIGKILL);
}

/* It counts as a core dump even where the dump may have no byte. */
static void dump_core(const struct work_plan *plan)
{
	(void)plan;
	abort();
}

static void use_memory(const struct work_plan *plan)
{
	work_touch((plan->turn % 2 ? 50 : 200) * MB);
}

static bool has_small_cgroup(const struct work_plan *plan)
{
	return plan->small_cgroup;
}

/* How often something came back to the cgroup from swap that should not have gone. */
static unsigned long count_restored(const char *cgroup)
{
	static const char name[] = "workingset_restore_anon ";
	unsigned long count = 0;
	char line[256];
	FILE *file;

	snprintf(line, sizeof(line), "%s/memory.stat", cgroup);
	file = fopen(line, "re");
	if (!file)
		storm_die(line, errno);
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, name, strlen(name)))
			count = strtoul(line + strlen(name), NULL, 10);
	fclose(file);
	return count;
}

/*
 * In a cgroup of 8 MB. What is in use all the time stays while the rest comes and goes; then it has
 * to make room as well, and comes back from swap as what should not have gone: not each time, as
 * what else goes on decides which pages go.
 */
static void squeeze(const struct work_plan *plan)
{
	unsigned long before = count_restored(plan->small_cgroup);
	char *hot, *cold;

	enter(plan->small_cgroup);
	hot = work_memory(HOT_BYTES);
	cold = work_memory(COLD_BYTES);
	for (int i = 0; i < MAX_SQUEEZES && count_restored(plan->small_cgroup) == before; i++) {
		for (size_t at = 0; at < COLD_BYTES; at += MB) {
			work_dirty(cold + at, MB);
			work_dirty(hot, HOT_BYTES);
		}
		work_dirty(cold, COLD_BYTES);
		work_dirty(hot, HOT_BYTES);
	}
}

static bool has_huge_pages(const struct work_plan *plan)
{
	return plan->huge_pages;
}

static void compact(const struct work_plan *plan)
{
	write_text(plan->huge_pages, "100000");
	write_text(plan->huge_pages, "0");
}

static const struct work_kind quick_kinds[] = {
	{ "burn", burn, NULL },
	{ "call", call, NULL },
	{ "sleep", nap, NULL },
	{ "touch", touch, NULL },
	{ "copy", copy, NULL },
	{ "read", read_disk, has_disk },
	{ "write", write_disk, has_disk },
	{ "cancel", cancel, has_disk },
	{ "map", map, has_disk },
	{ "threads", run_threads, NULL },
	{ "user", become_user, NULL },
	{ "nice", become_nice, NULL },
	{ "policy", change_policy, NULL },
	{ "cgroup", enter_cgroup, has_cgroup },
	{ "name", rename_task, NULL },
	{ "exec", execute, NULL },
	{ "signal", be_killed, NULL },
	{ "core", dump_core, NULL },
};

static const struct work_kind slow_kinds[] = {
	{ "memory", use_memory, NULL },
	{ "squeeze", squeeze, has_small_cgroup },
	{ "compact", compact, has_huge_pages },
};

const struct work_kind *work_quick_kinds(size_t *count)
{
	*count = ARRAY_SIZE(quick_kinds);
	return quick_kinds;
}

const struct work_kind *work_slow_kinds(size_t *count)
{
	*count = ARRAY_SIZE(slow_kinds);
	return slow_kinds;
}
