// SPDX-License-Identifier: GPL-2.0-only
/* Wake-ups, back-pressure, the threads and the end of a pool. */
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pool_log.h"
#include "pool_machine.h"
#include "run_suite.h"

/* Of this process, but the calling one, as /proc tells. */
static bool threads_sleep(void)
{
	bool sleep = true;
	DIR *dir = opendir("/proc/self/task");
	const struct dirent *entry;
	char path[300], state;
	FILE *file;

	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || strtol(entry->d_name, NULL, 10) == gettid())
			continue;
		snprintf(path, sizeof(path), "/proc/self/task/%s/stat", entry->d_name);
		file = fopen(path, "re");
		if (!file)
			continue;
		if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1 || state != 'S')
			sleep = false;
		fclose(file);
	}
	closedir(dir);
	return sleep;
}

/* Until all threads of the block sleep again one of them may see what comes, and none is woken. */
static void await_delivered(const struct tspool_pool *pool, uint64_t count)
{
	await(stats_of(pool, 0).delivered == count);
	usleep(2000);
	await(threads_sleep());
}

START_TEST(one_item_is_one_wake_up)
{
	struct tspool_pool *pool = start_pool((struct tspool_pool_options){ .nscheds = 4 });
	struct log log = { 0 };
	const struct tspool_pool_handler handler = { .work = note, .context = &log };
	unsigned int number;

	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	ck_assert_uint_eq(stats_of(pool, 0).threads, 4);
	ck_assert_uint_eq(stats_of(pool, 0).wakeups, 0);
	for (number = 1; number <= 100; number++) {
		ck_assert_int_eq(put_one(pool, 0, number), 1);
		await_delivered(pool, number);
		ck_assert_uint_eq(stats_of(pool, 0).wakeups, number);
		ck_assert_uint_eq(log.last, number);
	}
	ck_assert_uint_eq(log.batches, 100);
	tspool_pool_free(pool);
}

/* One thread is held up: it will see the items, so nobody is woken, until a batch is full. */
START_TEST(nobody_is_woken_for_what_will_be_seen)
{
	struct tspool_pool_options options = { .nscheds = 4, .batch_items = 8 };
	struct tspool_pool *pool = start_pool(options);
	struct log log = { .hold = true };
	const struct tspool_pool_handler handler = { .work = note, .context = &log };
	unsigned int number;

	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	put_one(pool, 0, 1);
	await(log.held == 1);
	for (number = 2; number <= 8; number++)
		put_one(pool, 0, number);
	usleep(20000);
	ck_assert_uint_eq(stats_of(pool, 0).wakeups, 1);
	ck_assert_uint_eq(stats_of(pool, 0).queued, 7);
	put_one(pool, 0, 9);
	await(log.held == 2);
	ck_assert_uint_eq(stats_of(pool, 0).wakeups, 2);
	ck_assert_uint_eq(stats_of(pool, 0).queued, 0);
	ck_assert_uint_eq(stats_of(pool, 0).in_flight, 9);
	ck_assert_uint_eq(stats_of(pool, 0).queued_max, 8);
	log.hold = false;
	await_delivered(pool, 9);
	ck_assert_uint_eq(stats_of(pool, 0).in_flight_max, 9);
	tspool_pool_free(pool);
}

/* With batches of one item each of them is a full one. */
START_TEST(batches_of_one_wake_all)
{
	struct tspool_pool_options options = { .nscheds = 4, .batch_items = 1 };
	struct tspool_pool *pool = start_pool(options);
	struct log log = { .hold = true };
	const struct tspool_pool_handler handler = { .work = note, .context = &log };
	unsigned int number;

	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	for (number = 1; number <= 4; number++) {
		put_one(pool, 0, number);
		await(log.held == number);
	}
	ck_assert_uint_eq(stats_of(pool, 0).wakeups, 4);
	log.hold = false;
	tspool_pool_free(pool);
	ck_assert_uint_eq(log.items, 4);
}

/* Who takes a batch and leaves some behind wakes the next one before it works. */
START_TEST(the_baton_is_passed)
{
	struct tspool_pool_options options = { .nscheds = 4, .batch_items = 8 };
	struct tspool_pool *pool = start_pool(options);
	struct log log = { .hold = true };
	const struct tspool_pool_handler handler = { .work = note, .context = &log };
	void *items[32];
	unsigned int i;

	for (i = 0; i < 32; i++)
		items[i] = item(i + 1);
	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	ck_assert_int_eq(tspool_pool_put(pool, 0, items, 32), 32);
	await(log.held == 4);
	ck_assert_uint_eq(stats_of(pool, 0).wakeups, 4);
	log.hold = false;
	tspool_pool_free(pool);
	ck_assert_uint_eq(log.items, 32);
}

START_TEST(items_gather)
{
	struct tspool_pool_options options = { .nscheds = 2, .coalesce_usecs = 300000 };
	struct tspool_pool *pool = start_pool(options);
	struct log log = { 0 };
	const struct tspool_pool_handler handler = { .work = note, .context = &log };
	unsigned int number;

	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	for (number = 1; number <= 20; number++)
		put_one(pool, 0, number);
	await_delivered(pool, 20);
	ck_assert_uint_eq(log.batches, 1);
	ck_assert_uint_eq(stats_of(pool, 0).wakeups, 1);
	tspool_pool_free(pool);
}

/* A full batch is not waited for, and neither is the end. */
START_TEST(gathering_ends_early)
{
	struct tspool_pool_options options = { .nscheds = 2, .coalesce_usecs = 3600U * 1000000 };
	struct tspool_pool *pool = start_pool(options);
	struct log log = { 0 };
	const struct tspool_pool_handler handler = { .work = note, .context = &log };
	unsigned int number;

	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	for (number = 1; number <= 32; number++)
		put_one(pool, 0, number);
	await_delivered(pool, 32);
	ck_assert_uint_eq(log.batches, 1);
	put_one(pool, 0, 33);
	usleep(20000);
	ck_assert_uint_eq(log.items, 32);
	ck_assert_int_eq(tspool_pool_stop(pool), 0);
	ck_assert_uint_eq(log.items, 33);
	tspool_pool_free(pool);
}

struct putter {
	struct tspool_pool *pool;
	unsigned int count;
	int result;
	atomic_bool done;
};

static void *put_many(void *arg)
{
	struct putter *putter = arg;
	void *items[200];
	unsigned int i;

	for (i = 0; i < putter->count; i++)
		items[i] = item(i + 1);
	putter->result = tspool_pool_put(putter->pool, 0, items, putter->count);
	putter->done = true;
	return NULL;
}

START_TEST(full_queue)
{
	struct tspool_pool_options options = { .nscheds = 1, .queue_items = 7, .batch_items = 2 };
	struct tspool_pool *pool = start_pool(options);
	struct log log = { .hold = true };
	const struct tspool_pool_handler handler = { .work = note, .context = &log };
	struct putter putter = { .pool = pool, .count = 100 };
	pthread_t thread;
	unsigned int number;

	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	ck_assert_int_eq(try_put_one(pool, 1), 1);
	await(log.held == 1);
	for (number = 2; number <= 9; number++)
		ck_assert_int_eq(try_put_one(pool, number), 1);
	ck_assert_int_eq(try_put_one(pool, 10), -EAGAIN);
	ck_assert_uint_eq(stats_of(pool, 0).queued, 8);

	pthread_create(&thread, NULL, put_many, &putter);
	usleep(20000);
	ck_assert(!putter.done);
	log.hold = false;
	pthread_join(thread, NULL);
	ck_assert_int_eq(putter.result, 100);
	tspool_pool_stop(pool);
	ck_assert_uint_eq(log.items, 109);
	ck_assert_uint_eq(log.last, 100);
	ck_assert_uint_eq(stats_of(pool, 0).queued_max, 8);
	tspool_pool_free(pool);
}

START_TEST(some_of_many)
{
	struct tspool_pool_options options = { .nscheds = 1, .queue_items = 8 };
	struct tspool_pool *pool = start_pool(options);
	struct log log = { .hold = true };
	const struct tspool_pool_handler handler = { .work = note, .context = &log };
	void *items[20];
	unsigned int i;

	for (i = 0; i < 20; i++)
		items[i] = item(i + 1);
	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	ck_assert_int_eq(tspool_pool_try_put(pool, 0, items, 3), 3);
	await(log.held == 1);
	ck_assert_int_eq(tspool_pool_try_put(pool, 0, items + 3, 17), 8);
	ck_assert_int_eq(tspool_pool_try_put(pool, 0, items + 11, 9), -EAGAIN);
	log.hold = false;
	tspool_pool_stop(pool);
	ck_assert_uint_eq(log.items, 11);
	ck_assert_uint_eq(log.last, 11);
	tspool_pool_free(pool);
}

static void *stop(void *pool)
{
	tspool_pool_stop(pool);
	return NULL;
}

/* Producers wait in full queues when the pool is stopped: what they say was put is handled. */
START_TEST(stop_with_full_queues)
{
	struct tspool_pool_options options = { .nscheds = 2, .queue_items = 16, .batch_items = 4 };
	struct tspool_pool *pool = start_pool(options);
	struct log log = { .hold = true };
	const struct tspool_pool_handler handler = { .work = note, .context = &log };
	struct putter putters[4];
	pthread_t threads[4], stopper;
	unsigned int i, put = 0;

	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	for (i = 0; i < 4; i++) {
		putters[i] = (struct putter){ .pool = pool, .count = 200 };
		pthread_create(&threads[i], NULL, put_many, &putters[i]);
	}
	await(log.held == 2);
	/* Producers that wait are let on when half of the queue is empty: the last room is ours. */
	while (try_put_one(pool, 1) == 1)
		put++;
	ck_assert_uint_eq(stats_of(pool, 0).queued, 16);
	pthread_create(&stopper, NULL, stop, pool);
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		ck_assert_int_ne(putters[i].result, 0);
		ck_assert_int_lt(putters[i].result, 200);
		if (putters[i].result > 0)
			put += (unsigned int)putters[i].result;
		else
			ck_assert_int_eq(putters[i].result, -ESHUTDOWN);
	}
	ck_assert_int_eq(try_put_one(pool, 1), -ESHUTDOWN);
	log.hold = false;
	pthread_join(stopper, NULL);
	ck_assert_uint_eq(log.items, put);
	ck_assert_uint_eq(stats_of(pool, 0).delivered, put);
	ck_assert_int_eq(put_one(pool, 0, 1), -ESHUTDOWN);
	ck_assert_int_eq(tspool_pool_register(pool, &(struct tspool_pool_handler){ 0 }),
			 -ESHUTDOWN);
	ck_assert_int_eq(tspool_pool_grow(pool, 0), -ESHUTDOWN);
	ck_assert_int_eq(tspool_pool_stop(pool), 0);
	tspool_pool_free(pool);
}

START_TEST(what_can_not_be_put)
{
	struct tspool_pool *pool = start_pool((struct tspool_pool_options){ 0 });
	void *items[3] = { item(1), NULL, item(3) };

	ck_assert_int_eq(put_one(pool, 1, 1), -EINVAL);
	ck_assert_int_eq(tspool_pool_put(pool, 0, items, 3), -EINVAL);
	ck_assert_int_eq(tspool_pool_try_put(pool, 0, items, 3), -EINVAL);
	ck_assert_int_eq(tspool_pool_try_put(pool, 1, items, 1), -EINVAL);
	ck_assert_int_eq(tspool_pool_put(pool, 0, items, 0), 0);
	ck_assert_uint_eq(stats_of(pool, 0).captured, 0);
	tspool_pool_free(pool);
}

static void want_refusal(struct tspool_pool_options options, const char *text)
{
	struct tspool_cpt_error error;
	struct tspool_pool *pool;

	options.topology = topology;
	options.map = map;
	ck_assert_int_eq(tspool_pool_start(&options, &pool, &error), -EINVAL);
	ck_assert_ptr_null(pool);
	ck_assert_str_eq(error.text, text);
}

START_TEST(refused_options)
{
	hwloc_bitmap_t cpts = hwloc_bitmap_alloc();

	want_refusal((struct tspool_pool_options){ .cpts = cpts }, "no CPT is chosen for the pool");
	hwloc_bitmap_set(cpts, 1);
	want_refusal((struct tspool_pool_options){ .cpts = cpts }, "no CPT 1, the highest is 0");
	want_refusal((struct tspool_pool_options){ .queue_items = (1U << 28) + 1 },
		     "a queue of 268435457 items, the most is 268435456");
	hwloc_bitmap_free(cpts);
	tspool_pool_free(NULL);
}

static void use_two_cpts(void)
{
	free_machine();
	load_machine("numa:2 core:4 pu:1");
	make_map("N");
}

START_TEST(threads_grow)
{
	static const unsigned int sizes[] = { 6, 8, 10, 12, 14, 16, 16 };
	struct tspool_pool *pool;
	struct log log = { .hold = true };
	const struct tspool_pool_handler handler = {
		.work = note,
		.context = &log,
		.scratch_bytes = 1,
	};
	unsigned int i;

	free_machine();
	load_machine("numa:1 core:32 pu:1");
	make_map("N 0[0]");
	pool = start_pool((struct tspool_pool_options){ .batch_items = 1 });
	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		ck_assert_uint_eq(stats_of(pool, 0).threads, sizes[i]);
		ck_assert_uint_eq(stats_of(pool, 0).threads_max, 16);
		ck_assert_int_eq(tspool_pool_grow(pool, 0), 0);
	}
	/* all of them work at the same time */
	for (i = 1; i <= 16; i++) {
		put_one(pool, 0, i);
		await(log.held == i);
	}
	log.hold = false;
	tspool_pool_free(pool);
}

START_TEST(cpts_are_apart)
{
	struct tspool_pool *pool;
	struct log log = { 0 };
	const struct tspool_pool_handler handler = { .work = note, .context = &log };

	use_two_cpts();
	pool = start_pool((struct tspool_pool_options){ 0 });
	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	ck_assert_int_eq(put_one(pool, 0, 1), 1);
	ck_assert_int_eq(put_one(pool, 1, 1), 1);
	ck_assert_int_eq(put_one(pool, 1, 2), 1);
	tspool_pool_stop(pool);
	ck_assert_uint_eq(stats_of(pool, 0).delivered, 1);
	ck_assert_uint_eq(stats_of(pool, 1).delivered, 2);
	ck_assert_uint_eq(stats_of(pool, 1).cpt, 1);
	ck_assert_uint_eq(stats_of(pool, 1).served_by, 1);
	ck_assert_uint_eq(stats_of(pool, 1).threads, 3);
	tspool_pool_free(pool);
}

static void count_warning(void *context, const char *sentence)
{
	(void)sentence;
	++*(unsigned int *)context;
}

/* A CPT without threads by choice has a queue all the same. */
START_TEST(chosen_cpts)
{
	hwloc_bitmap_t cpts = hwloc_bitmap_alloc();
	struct tspool_pool *pool;
	unsigned int warnings = 0;
	struct log log = { 0 };
	const struct tspool_pool_handler handler = { .work = note, .context = &log };

	use_two_cpts();
	hwloc_bitmap_set(cpts, 1);
	pool = start_pool((struct tspool_pool_options){
		.cpts = cpts, .warn = count_warning, .context = &warnings });
	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	ck_assert_uint_eq(stats_of(pool, 0).threads, 0);
	ck_assert_uint_eq(stats_of(pool, 0).served_by, 1);
	ck_assert_int_eq(tspool_pool_grow(pool, 0), 0);
	ck_assert_uint_eq(stats_of(pool, 0).threads, 0);
	ck_assert_int_eq(put_one(pool, 0, 1), 1);
	ck_assert_int_eq(put_one(pool, 1, 1), 1);
	tspool_pool_stop(pool);
	ck_assert_uint_eq(stats_of(pool, 0).delivered, 1);
	ck_assert_uint_eq(stats_of(pool, 1).delivered, 1);
	ck_assert_uint_eq(warnings, 0);
	tspool_pool_free(pool);
	hwloc_bitmap_free(cpts);
}

static int meet(void *context, const struct tspool_batch *batch)
{
	(void)batch;
	pthread_barrier_wait(context);
	return 0;
}

/*
 * A block serves two queues, and items of both come while its thread is on its way: with a batch of
 * the one that goes on until the other one is at work there are two threads, be it this one first
 * or that one.
 */
START_TEST(the_baton_is_passed_from_queue_to_queue)
{
	struct tspool_pool_options options = { .nscheds = 2, .batch_items = 1 };
	const unsigned int rounds = times(100);
	struct tspool_pool_handler handler = { .work = meet };
	hwloc_bitmap_t cpts = hwloc_bitmap_alloc();
	pthread_barrier_t meeting;
	struct tspool_pool *pool;
	unsigned int round;

	use_two_cpts();
	hwloc_bitmap_set(cpts, 1);
	options.cpts = cpts;
	pool = start_pool(options);
	pthread_barrier_init(&meeting, NULL, 2);
	handler.context = &meeting;
	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	for (round = 0; round < rounds; round++) {
		ck_assert_int_eq(put_one(pool, round % 2, 1), 1);
		ck_assert_int_eq(put_one(pool, 1 - round % 2, 1), 1);
		await(stats_of(pool, 0).delivered == round + 1 &&
		      stats_of(pool, 1).delivered == round + 1);
	}
	tspool_pool_free(pool);
	pthread_barrier_destroy(&meeting);
	hwloc_bitmap_free(cpts);
}

static void set_up(void)
{
	load_machine("numa:1 core:8 pu:1");
	make_map("N 0[0]");
}

static void add_tests(TCase *cases)
{
	tcase_add_test(cases, one_item_is_one_wake_up);
	tcase_add_test(cases, nobody_is_woken_for_what_will_be_seen);
	tcase_add_test(cases, batches_of_one_wake_all);
	tcase_add_test(cases, the_baton_is_passed);
	tcase_add_test(cases, items_gather);
	tcase_add_test(cases, gathering_ends_early);
	tcase_add_test(cases, full_queue);
	tcase_add_test(cases, some_of_many);
	tcase_add_test(cases, stop_with_full_queues);
	tcase_add_test(cases, what_can_not_be_put);
	tcase_add_test(cases, refused_options);
	tcase_add_test(cases, threads_grow);
	tcase_add_test(cases, cpts_are_apart);
	tcase_add_test(cases, chosen_cpts);
	tcase_add_test(cases, the_baton_is_passed_from_queue_to_queue);
}

int main(void)
{
	Suite *suite = suite_create("pool");
	TCase *cases = tcase_create("pool");

	tcase_add_checked_fixture(cases, set_up, free_machine);
	add_tests(cases);
	suite_add_tcase(suite, cases);
	return run_suite(suite);
}
