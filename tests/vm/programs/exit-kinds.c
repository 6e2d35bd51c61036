// SPDX-License-Identifier: GPL-2.0-only
/*
 * alone		exits, or is killed by a signal
 * exec			executes exit-storm -x, which exits
 * threads		its threads end by themselves, or are still at it when it exits or is killed
 * group		a thread ends the whole group while the others sleep
 * leader-first		the leader ends first, the others when it has
 * last-two		the last two threads end at the same moment, on two CPUs
 * thread-exec		a thread executes exit-storm -x and takes over the leader's pid; the leader
 *			has ended before, or is killed for it
 * oom			uses memory in a cgroup until it is killed for it
 */
#include "exit-kinds.h"
#include "storm.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdnoreturn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STACK_SIZE	(64UL * 1024)
#define HOG_BYTES	(256UL << 20)

static void start_threads(unsigned int count, void *(*run)(void *arg), const struct exit_plan *plan)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	while (count--) {
		int error = pthread_create(&thread, &attr, run, (void *)plan);

		if (error)
			storm_die("pthread_create", error);
	}
	pthread_attr_destroy(&attr);
}

/* This thread only, whatever the C library thinks of it. */
static noreturn void end_thread(int status)
{
	syscall(SYS_exit, status);
	__builtin_unreachable();
}

static noreturn void sleep_on(void)
{
	for (;;)
		pause();
}

static void *run_nothing(void *arg)
{
	return arg;
}

static void *run_sleeper(void *arg)
{
	(void)arg;
	sleep_on();
}

static noreturn void execute_exit(const struct exit_plan *plan)
{
	char status[16];

	snprintf(status, sizeof(status), "%lu", 1 + plan->turn % 255);
	/* By its own name, and not as "exe". */
	execlp("exit-storm", "exit-storm", "-x", status, NULL);
	storm_die("exec", errno);
}

static noreturn void end_alone(const struct exit_plan *plan)
{
	storm_end(plan->turn);
}

static noreturn void end_by_exec(const struct exit_plan *plan)
{
	execute_exit(plan);
}

static noreturn void end_with_threads(const struct exit_plan *plan)
{
	start_threads(plan->threads - 1, run_nothing, plan);
	if (plan->turn % 3)
		usleep(1000);
	storm_end(plan->turn);
}

static void *run_group_end(void *arg)
{
	const struct exit_plan *plan = arg;

	storm_end(plan->turn);
}

static noreturn void end_group(const struct exit_plan *plan)
{
	start_threads(plan->threads - 2, run_sleeper, plan);
	start_threads(1, run_group_end, plan);
	sleep_on();
}

/* The kernel clears it in the ending leader, after its exit was caught. */
static atomic_int leader_lives = 1;

static void *run_after_leader(void *arg)
{
	const struct exit_plan *plan = arg;

	while (atomic_load(&leader_lives))
		usleep(100);
	end_thread(plan->turn % 256);
}

static noreturn void end_leader_first(const struct exit_plan *plan)
{
	start_threads(plan->threads - 1, run_after_leader, plan);
	syscall(SYS_set_tid_address, &leader_lives);
	end_thread((plan->turn + 1) % 256);
}

static atomic_uint at_the_end;

static void relax(void)
{
#ifdef __x86_64__
	__builtin_ia32_pause();
#else
	sched_yield();
#endif
}

/* To one of the CPUs that it may run on, by its number among them. */
static void move_to(unsigned long number)
{
	cpu_set_t allowed, one;
	int cpu = 0;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		storm_die("sched_getaffinity", errno);
	number %= CPU_COUNT(&allowed);
	while (!CPU_ISSET(cpu, &allowed) || number--)
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	/* A CPU that goes offline meanwhile: it ends where it is. */
	sched_setaffinity(0, sizeof(one), &one);
}

static noreturn void end_beside_another(const struct exit_plan *plan, unsigned int place)
{
	move_to(plan->turn + place);
	atomic_fetch_add(&at_the_end, 1);
	while (atomic_load(&at_the_end) < 2)
		relax();
	end_thread((plan->turn + place) % 256);
}

static void *run_beside_leader(void *arg)
{
	end_beside_another(arg, 1);
}

static noreturn void end_last_two(const struct exit_plan *plan)
{
	start_threads(plan->threads - 2, run_nothing, plan);
	start_threads(1, run_beside_leader, plan);
	end_beside_another(plan, 0);
}

static void *run_exec(void *arg)
{
	execute_exit(arg);
}

static void *run_exec_after_leader(void *arg)
{
	while (atomic_load(&leader_lives))
		usleep(100);
	execute_exit(arg);
}

static noreturn void end_by_thread_exec(const struct exit_plan *plan)
{
	bool leader_ends = plan->turn % 2;

	start_threads(plan->threads - 2, run_sleeper, plan);
	start_threads(1, leader_ends ? run_exec_after_leader : run_exec, plan);
	if (!leader_ends)
		sleep_on();
	syscall(SYS_set_tid_address, &leader_lives);
	end_thread(plan->turn % 256);
}

static void enter_cgroup(const char *directory)
{
	int dir = open(directory ? directory : "", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int file = dir < 0 ? -1 : openat(dir, "cgroup.procs", O_WRONLY | O_CLOEXEC);

	if (file < 0 || write(file, "0", 1) != 1)
		storm_die("cgroup", errno);
	close(file);
	close(dir);
}

static noreturn void end_out_of_memory(const struct exit_plan *plan)
{
	char *memory = mmap(NULL, HOG_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);

	if (memory == MAP_FAILED)
		storm_die("mmap", errno);
	start_threads(plan->threads - 1, run_sleeper, plan);
	enter_cgroup(plan->cgroup);
	memset(memory, 1, HOG_BYTES);
	fputs("exit-storm: the cgroup has no limit\n", stderr);
	_exit(1);
}

#define N_KINDS		8

/* The last one needs a cgroup. */
static const struct exit_kind kinds[N_KINDS] = {
	{ "alone", 1, 1, end_alone },
	{ "exec", 1, 1, end_by_exec },
	{ "threads", 2, 17, end_with_threads },
	{ "group", 2, 5, end_group },
	{ "leader-first", 2, 4, end_leader_first },
	{ "last-two", 2, 4, end_last_two },
	{ "thread-exec", 2, 5, end_by_thread_exec },
	{ "oom", 1, 3, end_out_of_memory },
};

const struct exit_kind *exit_kind_named(const char *name)
{
	for (unsigned int i = 0; i < N_KINDS; i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

unsigned int exit_kinds_by_default(const struct exit_kind **chosen)
{
	for (unsigned int i = 0; i < N_KINDS - 1; i++)
		chosen[i] = &kinds[i];
	return N_KINDS - 1;
}
