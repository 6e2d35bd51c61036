// SPDX-License-Identifier: GPL-2.0-only
/*
 * joined		all others have ended when the leader ends
 * leader-first		the leader ends first, the others when they are done
 * at-once		all end at the same moment
 * killed		all others are at work when the leader ends the process
 * child		has waited for a child that used more than itself
 */
#include "group-shapes.h"
#include "storm.h"
#include "work-cpu.h"
#include "work-files.h"

#include <pthread.h>
#include <stdnoreturn.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STACK_SIZE	((size_t)64 << 10)
#define PAGE_BYTES	((size_t)4 << 10)
#define BLOCK_BYTES	((size_t)16 << 10)

/* This thread only, whatever the C library thinks of it. */
static noreturn void end_thread(void)
{
	syscall(SYS_exit, 0);
	__builtin_unreachable();
}

/* Something else in each thread. */
static void work(const struct group_plan *plan)
{
	unsigned long choice = plan->turn + gettid();

	work_call(choice % 7);
	work_touch((1 + choice % 8) * PAGE_BYTES);
	if (choice % 2)
		work_burn(choice % 3);
	else
		work_burn_in_kernel(choice % 3);
	if (!plan->directory)
		return;
	switch (choice / 2 % 4) {
	case 0:
		work_read(plan->directory, BLOCK_BYTES);
		break;
	case 1:
		work_write(plan->directory, BLOCK_BYTES);
		break;
	case 2:
		work_cancel(plan->directory, BLOCK_BYTES);
		break;
	default:
		work_map(plan->directory, choice);
	}
}

static void start_threads(const struct group_plan *plan, pthread_t *threads,
			  void *(*run)(void *arg))
{
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	for (unsigned int i = 1; i < plan->threads; i++) {
		int error = pthread_create(&threads[i], &attr, run, (void *)plan);

		if (error)
			storm_die("pthread_create", error);
	}
	pthread_attr_destroy(&attr);
}

static void *run_to_end(void *arg)
{
	work(arg);
	return NULL;
}

static noreturn void end_joined(const struct group_plan *plan)
{
	pthread_t threads[GROUP_THREADS_MAX];

	start_threads(plan, threads, run_to_end);
	work(plan);
	for (unsigned int i = 1; i < plan->threads; i++)
		pthread_join(threads[i], NULL);
	_exit(plan->turn % 256);
}

static void *run_alone(void *arg)
{
	work(arg);
	end_thread();
}

static noreturn void end_leader_first(const struct group_plan *plan)
{
	pthread_t threads[GROUP_THREADS_MAX];

	start_threads(plan, threads, run_alone);
	end_thread();
}

static pthread_barrier_t all_are_done;

static void *run_to_barrier(void *arg)
{
	work(arg);
	pthread_barrier_wait(&all_are_done);
	end_thread();
}

static noreturn void end_at_once(const struct group_plan *plan)
{
	pthread_t threads[GROUP_THREADS_MAX];

	pthread_barrier_init(&all_are_done, NULL, plan->threads);
	start_threads(plan, threads, run_to_barrier);
	run_to_barrier((void *)plan);
	end_thread();
}

/* What is under way when it ends must not depend on when that is: no files. */
static void *run_for_ever(void *arg)
{
	for (;;) {
		work_burn(1);
		work_touch(PAGE_BYTES);
	}
	return arg;
}

static noreturn void end_killed(const struct group_plan *plan)
{
	pthread_t threads[GROUP_THREADS_MAX];

	start_threads(plan, threads, run_for_ever);
	work(plan);
	_exit(plan->turn % 256);
}

static noreturn void end_with_child(const struct group_plan *plan)
{
	pid_t child = storm_fork();

	if (!child) {
		work_call(200);
		work_touch(8 << 20);
		_exit(0);
	}
	storm_await_child(child);
	end_joined(plan);
}

static const struct group_shape shapes[] = {
	{ "joined", end_joined }, { "leader-first", end_leader_first }, { "at-once", end_at_once },
	{ "killed", end_killed }, { "child", end_with_child },
};

const struct group_shape *group_shapes(size_t *count)
{
	*count = ARRAY_SIZE(shapes);
	return shapes;
}
