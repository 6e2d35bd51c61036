// SPDX-License-Identifier: GPL-2.0-only
/* The handlers of a pool: they come and go, refuse items, lack memory for them, call the pool. */
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "pool_log.h"
#include "pool_machine.h"
#include "pool_warnings.h"
#include "run_suite.h"

/* How often it still has no memory, in work() and in deliver(). */
struct short_of_memory {
	atomic_int work_failures;
	atomic_int deliver_failures;
	struct log log;
};

static int work_without_memory(void *context, const struct tspool_batch *batch)
{
	struct short_of_memory *shortage = context;

	return batch->first == 2 && shortage->work_failures-- > 0 ? -ENOMEM : 0;
}

static int deliver_without_memory(void *context, const struct tspool_batch *batch)
{
	struct short_of_memory *shortage = context;

	if (batch->first == 4 && shortage->deliver_failures-- > 0)
		return -ENOMEM;
	ck_assert_uint_eq(batch->first, shortage->log.items);
	return note(&shortage->log, batch);
}

START_TEST(retries_keep_the_order)
{
	struct tspool_pool_options options = {
		.nscheds = 4,
		.batch_items = 1,
		.ordered = true,
		.nomem_retry_ms = 1,
		.warn = take_warning,
	};
	struct tspool_pool *pool = start_pool(options);
	struct short_of_memory shortage = { .work_failures = 5, .deliver_failures = 4 };
	const struct tspool_pool_handler handler = {
		.work = work_without_memory,
		.deliver = deliver_without_memory,
		.context = &shortage,
	};
	unsigned int number;

	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	for (number = 1; number <= 50; number++)
		put_one(pool, 0, number);
	/* while it is short of memory, too, nothing is lost by the end */
	ck_assert_int_eq(tspool_pool_stop(pool), 0);
	ck_assert_uint_eq(shortage.log.items, 50);
	ck_assert_uint_eq(shortage.log.last, 50);
	ck_assert_uint_eq(stats_of(pool, 0).nomem_retries, 9);
	ck_assert_uint_eq(stats_of(pool, 0).failed, 0);
	ck_assert_str_eq(warnings, "no memory to handle items of CPT 0, put off 1 time\n"
				   "no memory to handle items of CPT 0, put off 2 times\n"
				   "no memory to handle items of CPT 0, put off 4 times\n"
				   "no memory to handle items of CPT 0, put off 8 times\n");
	tspool_pool_free(pool);
}

static int refuse_odd_batches(void *context, const struct tspool_batch *batch)
{
	(void)context;
	return batch->first % 2 ? -EPROTO : 0;
}

static int refuse_third_batches(void *context, const struct tspool_batch *batch)
{
	struct log *log = context;

	ck_assert_uint_eq(batch->first % 2, 0);
	atomic_fetch_add(&log->batches, 1);
	return batch->first % 3 ? 0 : -EPROTO;
}

/* A handler that refuses items does not keep others from having them. */
START_TEST(refused_items)
{
	struct tspool_pool_options options = { .nscheds = 2, .batch_items = 1, .ordered = true };
	struct tspool_pool *pool = start_pool(options);
	struct log refusing_log = { 0 }, other_log = { 0 };
	const struct tspool_pool_handler refusing = {
		.work = refuse_odd_batches,
		.deliver = refuse_third_batches,
		.context = &refusing_log,
	};
	const struct tspool_pool_handler other = { .deliver = note, .context = &other_log };
	unsigned int number;

	ck_assert_int_eq(tspool_pool_register(pool, &refusing), 0);
	ck_assert_int_eq(tspool_pool_register(pool, &other), 0);
	for (number = 1; number <= 60; number++)
		put_one(pool, 0, number);
	tspool_pool_stop(pool);
	ck_assert_uint_eq(refusing_log.batches, 30);
	ck_assert_uint_eq(other_log.items, 60);
	ck_assert_uint_eq(stats_of(pool, 0).failed, 30 + 10);
	ck_assert_uint_eq(stats_of(pool, 0).delivered, 60);
	tspool_pool_free(pool);
}

static void count_released(void *context, void *const *items, unsigned int count)
{
	(void)items;
	atomic_fetch_add((atomic_uint *)context, count);
}

START_TEST(without_handler)
{
	atomic_uint released = 0;
	struct tspool_pool *pool = start_pool((struct tspool_pool_options){
		.nscheds = 2, .release = count_released, .context = &released });
	unsigned int number;

	for (number = 1; number <= 10; number++)
		put_one(pool, 0, number);
	tspool_pool_stop(pool);
	ck_assert_uint_eq(stats_of(pool, 0).unhandled, 10);
	ck_assert_uint_eq(stats_of(pool, 0).delivered, 10);
	ck_assert_uint_eq(released, 10);
	tspool_pool_free(pool);
}

static void *put_until_stopped(void *arg)
{
	while (put_one(arg, 0, 1) == 1)
		;
	return NULL;
}

/* Handlers come and go while items pass; one that stays gets all of them. */
START_TEST(handlers_change)
{
	atomic_uint released = 0;
	struct tspool_pool *pool = start_pool((struct tspool_pool_options){
		.nscheds = 3, .release = count_released, .context = &released });
	struct log steady_log = { 0 };
	const struct tspool_pool_handler steady = { .work = note, .context = &steady_log };
	pthread_t producers[2];
	unsigned int round, i;

	ck_assert_int_eq(tspool_pool_register(pool, &steady), 0);
	for (i = 0; i < 2; i++)
		pthread_create(&producers[i], NULL, put_until_stopped, pool);
	for (round = 0; round < 50; round++) {
		struct log *log = calloc(1, sizeof(*log));
		struct tspool_pool_handler *handler = calloc(1, sizeof(*handler));

		handler->work = note;
		handler->context = log;
		handler->scratch_bytes = 100;
		ck_assert_int_eq(tspool_pool_register(pool, handler), 0);
		await(atomic_load(&log->items));
		ck_assert_int_eq(tspool_pool_unregister(pool, handler), 0);
		atomic_store(&log->gone, true);
		usleep(100);
		ck_assert_uint_eq(atomic_load(&log->called_when_gone), 0);
		free(handler);
		free(log);
	}
	tspool_pool_stop(pool);
	for (i = 0; i < 2; i++)
		pthread_join(producers[i], NULL);
	ck_assert_uint_eq(steady_log.items, stats_of(pool, 0).captured);
	ck_assert_uint_eq(released, stats_of(pool, 0).captured);
	ck_assert_uint_eq(stats_of(pool, 0).unhandled, 0);
	tspool_pool_free(pool);
}

START_TEST(unregister_waits)
{
	struct tspool_pool *pool = start_pool((struct tspool_pool_options){ .nscheds = 2 });
	struct log log = { .hold = true };
	const struct tspool_pool_handler handler = { .work = note, .context = &log };
	pthread_t thread;

	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	put_one(pool, 0, 1);
	await(log.held == 1);
	/* Its functions have run to their end when it returns: the log is read after it alone. */
	pthread_create(&thread, NULL, put_until_stopped, pool);
	usleep(1000);
	log.hold = false;
	ck_assert_int_eq(tspool_pool_unregister(pool, &handler), 0);
	ck_assert_uint_eq(log.held, 0);
	log.gone = true;
	tspool_pool_stop(pool);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(log.called_when_gone, 0);
	tspool_pool_free(pool);
}

START_TEST(table_of_handlers)
{
	struct tspool_pool *pool = start_pool((struct tspool_pool_options){ .nscheds = 1 });
	struct tspool_pool_handler handlers[33] = { 0 };
	struct tspool_pool_handler ordered = { .deliver = note };
	int i;

	ck_assert_int_eq(tspool_pool_register(pool, &ordered), -EINVAL);
	ck_assert_int_eq(tspool_pool_unregister(pool, &handlers[0]), -ENOENT);
	for (i = 0; i < 32; i++)
		ck_assert_int_eq(tspool_pool_register(pool, &handlers[i]), 0);
	ck_assert_int_eq(tspool_pool_register(pool, &handlers[32]), -ENOSPC);
	ck_assert_int_eq(tspool_pool_register(pool, &handlers[31]), -EEXIST);
	ck_assert_int_eq(tspool_pool_unregister(pool, &handlers[5]), 0);
	ck_assert_int_eq(tspool_pool_unregister(pool, &handlers[5]), -ENOENT);
	ck_assert_int_eq(tspool_pool_register(pool, &handlers[32]), 0);
	tspool_pool_free(pool);
}

#define SCRATCH_BYTES	70000

/* Marks its scratch in work(), finds the mark in deliver(), and nobody else's in between. */
static int mark_scratch(void *context, const struct tspool_batch *batch)
{
	(void)context;
	memset(batch->scratch, (int)(batch->first & 0xff), SCRATCH_BYTES);
	return 0;
}

static int find_mark(void *context, const struct tspool_batch *batch)
{
	const unsigned char *scratch = batch->scratch;
	atomic_uint *wrong = context;
	size_t i;

	for (i = 0; i < SCRATCH_BYTES; i++)
		if (scratch[i] != (batch->first & 0xff))
			atomic_fetch_add(wrong, 1);
	return 0;
}

START_TEST(scratch_is_a_handlers_own)
{
	struct tspool_pool_options options = { .nscheds = 4, .batch_items = 1, .ordered = true };
	struct tspool_pool *pool = start_pool(options);
	atomic_uint wrong = 0;
	const struct tspool_pool_handler handlers[2] = {
		{ mark_scratch, find_mark, &wrong, SCRATCH_BYTES },
		{ mark_scratch, find_mark, &wrong, SCRATCH_BYTES },
	};
	unsigned int number;

	ck_assert_int_eq(tspool_pool_register(pool, &handlers[0]), 0);
	for (number = 1; number <= 300; number++) {
		if (number == 100)
			ck_assert_int_eq(tspool_pool_register(pool, &handlers[1]), 0);
		if (number == 200)
			ck_assert_int_eq(tspool_pool_unregister(pool, &handlers[0]), 0);
		put_one(pool, 0, number);
	}
	tspool_pool_stop(pool);
	ck_assert_uint_eq(wrong, 0);
	tspool_pool_free(pool);
}

struct insider {
	struct tspool_pool *pool;
	const struct tspool_pool_handler *handler;
	int results[7];
	atomic_bool done;
};

static int call_everything(void *context, const struct tspool_batch *batch)
{
	struct insider *insider = context;
	struct tspool_pool *pool = insider->pool;

	if (batch->first)
		return 0;
	insider->results[0] = tspool_pool_register(pool, insider->handler);
	insider->results[1] = tspool_pool_unregister(pool, insider->handler);
	insider->results[2] = tspool_pool_grow(pool, 0);
	insider->results[3] = tspool_pool_bind_again(pool);
	insider->results[4] = tspool_pool_stop(pool);
	insider->results[5] = tspool_pool_free(pool);
	while (try_put_one(pool, 1) == 1)
		;
	insider->results[6] = put_one(pool, 0, 1);
	insider->done = true;
	return 0;
}

/* What would wait for the handler itself is refused; it can put as long as there is room. */
START_TEST(from_a_handler)
{
	struct tspool_pool_options options = { .nscheds = 1, .queue_items = 8 };
	struct tspool_pool *pool = start_pool(options);
	struct insider insider = { .pool = pool };
	const struct tspool_pool_handler handler = { .work = call_everything, .context = &insider };
	int i;

	insider.handler = &handler;
	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	put_one(pool, 0, 1);
	await(insider.done);
	for (i = 0; i < 7; i++)
		ck_assert_int_eq(insider.results[i], -EDEADLK);
	tspool_pool_stop(pool);
	ck_assert_uint_eq(stats_of(pool, 0).delivered, 9);
	tspool_pool_free(pool);
}

static void set_up(void)
{
	load_machine("numa:1 core:8 pu:1");
	make_map("N 0[0]");
	warnings[0] = 0;
}

int main(void)
{
	Suite *suite = suite_create("pool_handlers");
	TCase *cases = tcase_create("pool_handlers");

	tcase_add_checked_fixture(cases, set_up, free_machine);
	tcase_add_test(cases, retries_keep_the_order);
	tcase_add_test(cases, refused_items);
	tcase_add_test(cases, without_handler);
	tcase_add_test(cases, handlers_change);
	tcase_add_test(cases, unregister_waits);
	tcase_add_test(cases, table_of_handlers);
	tcase_add_test(cases, scratch_is_a_handlers_own);
	tcase_add_test(cases, from_a_handler);
	suite_add_tcase(suite, cases);
	return run_suite(suite);
}
