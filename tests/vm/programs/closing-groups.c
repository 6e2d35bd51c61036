// SPDX-License-Identifier: GPL-2.0-only
/*
 * closing-groups COUNT
 *
 * COUNT processes of two threads that end at the same moment, some at a time, while something of
 * real time takes each CPU again and again: then it happens that a thread is put off between being
 * counted as dead and its record.
 */
#include "storm.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define AT_ONCE		4
#define NSEC_PER_SEC	1000000000LL
#define PAUSE_USECS	300
#define TAKE_NSECS	400000
#define PRIORITY	10
#define CPUS_MAX	64

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

static noreturn void take_cpu(long cpu)
{
	const struct sched_param param = { .sched_priority = PRIORITY };
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		storm_die("sched_setaffinity", errno);
	if (sched_setscheduler(0, SCHED_FIFO, &param))
		storm_die("sched_setscheduler", errno);
	for (;;) {
		long long end;

		usleep(PAUSE_USECS);
		end = now_ns() + TAKE_NSECS;
		while (now_ns() < end)
			;
	}
}

/* Returns how many there are. */
static long take_cpus(pid_t *takers)
{
	long cpu, count = sysconf(_SC_NPROCESSORS_ONLN);

	if (count > CPUS_MAX)
		storm_die("CPUs", ERANGE);
	for (cpu = 0; cpu < count; cpu++) {
		takers[cpu] = storm_fork();
		if (takers[cpu])
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		take_cpu(cpu);
	}
	return count;
}

static atomic_int there;

static void *end_together(void *arg)
{
	atomic_fetch_add(&there, 1);
	while (atomic_load(&there) < 2)
		sched_yield();
	syscall(SYS_exit, 0);
	return arg;
}

static noreturn void end_group(void)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, end_together, NULL);

	if (error)
		storm_die("pthread_create", error);
	end_together(NULL);
	__builtin_unreachable();
}

static void close_groups(unsigned long count)
{
	pid_t groups[AT_ONCE];

	for (unsigned int i = 0; i < count; i++) {
		groups[i] = storm_fork();
		if (!groups[i])
			end_group();
	}
	for (unsigned int i = 0; i < count; i++)
		storm_await_child(groups[i]);
}

int main(int argc, char **argv)
{
	unsigned long left = argc == 2 ? storm_number("COUNT", argv[1], 1000000) : 0;
	pid_t takers[CPUS_MAX];
	long cpus;

	if (!left) {
		dprintf(STDERR_FILENO, "usage: closing-groups COUNT\n");
		return 2;
	}
	cpus = take_cpus(takers);
	for (; left > AT_ONCE; left -= AT_ONCE)
		close_groups(AT_ONCE);
	close_groups(left);
	while (cpus--)
		kill(takers[cpus], SIGKILL);
	return 0;
}
