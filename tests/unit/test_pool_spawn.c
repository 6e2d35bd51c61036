// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads and memory that can't be had, at each place in turn: what starts is whole, what does not
 * leaves nothing behind. The program's own pthread_create() and mmap() stand before those of the C
 * library.
 */
#include <dlfcn.h>
#include <errno.h>
#include <hwloc.h>
#include <hwloc/distances.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "pool_machine.h"
#include "pool_warnings.h"
#include "run_suite.h"

/* A square of nodes, of which the opposite ones are further from each other. */
#define SQUARE "numa:4 core:4 pu:1"
#define CPTS	4
#define THREADS	3 /* of each CPT */

static atomic_int threads_made;
static int first_failing, last_failing; /* calls of pthread_create(), from 0 */

static int maps_left = -1; /* of mmap(); below 0: all */

typedef int (*create_function)(pthread_t *thread, const pthread_attr_t *attributes,
			       void *(*run)(void *arg), void *arg);

#define STANDS_BEFORE __attribute__((visibility("default")))

STANDS_BEFORE int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
				 void *(*run)(void *arg), void *arg)
{
	create_function create = (create_function)dlsym(RTLD_NEXT, "pthread_create");
	int number = atomic_fetch_add(&threads_made, 1);
	bool fails = number >= first_failing && number <= last_failing;

	return fails ? EAGAIN : create(thread, attributes, run, arg);
}

typedef void *(*map_function)(void *address, size_t bytes, int protection, int flags, int fd,
			      off_t offset);

STANDS_BEFORE void *mmap(void *address, size_t bytes, int protection, int flags, int fd,
			 off_t offset)
{
	map_function map_memory = (map_function)dlsym(RTLD_NEXT, "mmap");

	if (!maps_left) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	if (maps_left > 0)
		maps_left--;
	return map_memory(address, bytes, protection, flags, fd, offset);
}

static void fail_threads(int first, int last)
{
	threads_made = 0;
	first_failing = first;
	last_failing = last;
	warnings[0] = 0;
}

static int count_items(void *context, const struct tspool_batch *batch)
{
	atomic_fetch_add((atomic_uint *)context, batch->count);
	return 0;
}

/* Each CPT's queue works, whoever serves it. */
static void want_all_handled(struct tspool_pool *pool)
{
	atomic_uint handled = 0;
	const struct tspool_pool_handler handler = {
		.work = count_items,
		.context = &handled,
		.scratch_bytes = 1,
	};
	void *item = &handled;
	unsigned int cpt, round;

	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	for (round = 0; round < 100; round++)
		for (cpt = 0; cpt < CPTS; cpt++)
			ck_assert_int_eq(tspool_pool_put(pool, cpt, &item, 1), 1);
	ck_assert_int_eq(tspool_pool_stop(pool), 0);
	ck_assert_uint_eq(handled, 100 * CPTS);
	for (cpt = 0; cpt < CPTS; cpt++)
		ck_assert_uint_eq(stats_of(pool, cpt).delivered, 100);
}

static struct tspool_pool *start_square(void)
{
	return start_pool((struct tspool_pool_options){ .warn = take_warning });
}

/* The threads of a CPT are started one after the other, and no more after one that failed. */
START_TEST(nth_thread_fails)
{
	unsigned int failing = (unsigned int)_i / THREADS, kept = (unsigned int)_i % THREADS;
	struct tspool_pool *pool;
	unsigned int cpt;
	char want[500];

	fail_threads(_i, _i);
	pool = start_square();
	for (cpt = 0; cpt < CPTS; cpt++)
		ck_assert_uint_eq(stats_of(pool, cpt).threads, cpt == failing ? kept : THREADS);
	snprintf(want, sizeof(want),
		 "only %u of 3 threads could be started for CPT %u: Resource temporarily unavailable\n",
		 kept, failing);
	ck_assert_int_eq(strncmp(warnings, want, strlen(want)), 0);
	if (kept) {
		ck_assert_str_eq(warnings, want);
		ck_assert_uint_eq(stats_of(pool, failing).served_by, failing);
	} else {
		/* the lower one of its two neighbours: 0 and 2 of 1 and 3, 1 and 3 of 0 and 2 */
		unsigned int server = failing % 2 ? 0 : 1;

		ck_assert_uint_eq(stats_of(pool, failing).served_by, server);
		snprintf(want, sizeof(want), "CPT %u has no threads: CPT %u serves it\n", failing,
			 server);
		ck_assert_ptr_nonnull(strstr(warnings, want));
	}
	want_all_handled(pool);
	tspool_pool_free(pool);
}

START_TEST(all_from_nth_thread_fail)
{
	struct tspool_pool *pool;
	unsigned int cpt, threads = 0;

	fail_threads(_i, 1000);
	pool = start_square();
	for (cpt = 0; cpt < CPTS; cpt++)
		threads += stats_of(pool, cpt).threads;
	ck_assert_uint_eq(threads, (unsigned int)_i);
	want_all_handled(pool);
	tspool_pool_free(pool);
}

/* Only the last CPT has threads; each other one is served by the nearest, of whatever number. */
START_TEST(no_thread_but_the_last)
{
	struct tspool_pool *pool;
	unsigned int cpt;

	fail_threads(0, CPTS - 2);
	pool = start_square();
	for (cpt = 0; cpt < CPTS; cpt++)
		ck_assert_uint_eq(stats_of(pool, cpt).served_by, CPTS - 1);
	want_all_handled(pool);
	tspool_pool_free(pool);
}

static void want_no_pool(int err, const char *text)
{
	const struct tspool_pool_options options = { .topology = topology, .map = map };
	struct tspool_cpt_error error;
	struct tspool_pool *pool;

	ck_assert_int_eq(tspool_pool_start(&options, &pool, &error), err);
	ck_assert_ptr_null(pool);
	ck_assert_str_eq(error.text, text);
}

START_TEST(no_thread_at_all)
{
	fail_threads(0, 1000);
	want_no_pool(-EAGAIN,
		     "no thread could be started for any CPT: Resource temporarily unavailable");
}

START_TEST(growth_fails)
{
	struct tspool_pool *pool;

	free_machine();
	load_machine("numa:1 core:32 pu:1");
	make_map("N 0[0]");
	fail_threads(7, 8);
	pool = start_pool((struct tspool_pool_options){ .warn = take_warning });
	ck_assert_int_eq(tspool_pool_grow(pool, 0), -EAGAIN);
	ck_assert_uint_eq(stats_of(pool, 0).threads, 7);
	ck_assert_str_eq(warnings, "only 1 of 2 threads could be started for CPT 0: "
				   "Resource temporarily unavailable\n");
	ck_assert_int_eq(tspool_pool_grow(pool, 0), -EAGAIN);
	ck_assert_uint_eq(stats_of(pool, 0).threads, 7);
	ck_assert_int_eq(tspool_pool_grow(pool, 0), 0);
	ck_assert_uint_eq(stats_of(pool, 0).threads, 9);
	tspool_pool_free(pool);
}

/* A block and a queue of each CPT come first, then threads: with any of these it works. */
START_TEST(nth_memory_fails)
{
	const struct tspool_pool_options options = { .topology = topology, .map = map };
	struct tspool_cpt_error error;
	struct tspool_pool *pool;
	int err;

	fail_threads(-1, -1);
	maps_left = _i;
	err = tspool_pool_start(&options, &pool, &error);
	maps_left = -1;
	if (err) {
		ck_assert_int_eq(err, -ENOMEM);
		ck_assert_int_le(_i, 2 * CPTS);
		ck_assert_ptr_null(pool);
		return;
	}
	ck_assert_int_gt(_i, 2 * CPTS);
	want_all_handled(pool);
	tspool_pool_free(pool);
}

/* Either all threads have their scratch or the handler is not there. */
START_TEST(nth_scratch_fails)
{
	struct tspool_pool *pool = start_square();
	atomic_uint handled = 0;
	const struct tspool_pool_handler handler = {
		.work = count_items,
		.context = &handled,
		.scratch_bytes = 1 << 20,
	};

	maps_left = _i;
	ck_assert_int_eq(tspool_pool_register(pool, &handler), -ENOMEM);
	maps_left = -1;
	ck_assert_int_eq(tspool_pool_unregister(pool, &handler), -ENOENT);
	want_all_handled(pool);
	ck_assert_uint_eq(handled, 0);
	tspool_pool_free(pool);
}

static void add_distances(void)
{
	unsigned long kind = HWLOC_DISTANCES_KIND_FROM_USER | HWLOC_DISTANCES_KIND_MEANS_LATENCY;
	hwloc_distances_add_handle_t handle;
	hwloc_uint64_t values[CPTS * CPTS];
	hwloc_obj_t nodes[CPTS];
	unsigned int i, j;

	for (i = 0; i < CPTS; i++)
		nodes[i] = hwloc_get_obj_by_type(topology, HWLOC_OBJ_NUMANODE, i);
	for (i = 0; i < CPTS; i++)
		for (j = 0; j < CPTS; j++)
			values[i * CPTS + j] = i == j ? 10 : (i + j) % 2 ? 20 : 31;
	handle = hwloc_distances_add_create(topology, "NUMALatency", kind, 0);
	ck_assert_int_eq(hwloc_distances_add_values(topology, handle, CPTS, nodes, values, 0), 0);
	ck_assert_int_eq(hwloc_distances_add_commit(topology, handle, 0), 0);
}

static void set_up(void)
{
	load_machine(SQUARE);
	add_distances();
	make_map("N");
	fail_threads(-1, -1);
}

int main(void)
{
	Suite *suite = suite_create("pool_spawn");
	TCase *cases = tcase_create("pool_spawn");

	tcase_add_checked_fixture(cases, set_up, free_machine);
	tcase_add_loop_test(cases, nth_thread_fails, 0, CPTS * THREADS);
	tcase_add_loop_test(cases, all_from_nth_thread_fail, 1, CPTS * THREADS);
	tcase_add_test(cases, no_thread_but_the_last);
	tcase_add_test(cases, no_thread_at_all);
	tcase_add_test(cases, growth_fails);
	tcase_add_loop_test(cases, nth_memory_fails, 0, 2 * CPTS + CPTS * THREADS);
	tcase_add_loop_test(cases, nth_scratch_fails, 0, CPTS * THREADS);
	suite_add_tcase(suite, cases);
	return run_suite(suite);
}
