// SPDX-License-Identifier: GPL-2.0-only
/*
 * Millions of items (TSPOOL_TEST_ITEMS) through pools of all sizes: each is handled exactly once,
 * and in order where order is asked for.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "pool_machine.h"
#include "run_suite.h"

#define DEFAULT_ITEMS	5000 /* for checkers that are slow */
#define PRODUCERS_MAX	4
#define THREADS_MAX	8
#define PUT_MAX	100

static size_t item_count;

struct item {
	unsigned int producer;
	unsigned int number; /* among its producer's */
	unsigned int handled; /* how often; not atomic, as the checkers look for races */
};

static struct item *items;

struct producer {
	struct tspool_pool *pool;
	unsigned int number;
	unsigned int put_at_once;
	struct item *first;
	size_t count;
	bool tries; /* whether it uses tspool_pool_try_put() */
};

static unsigned int put(const struct producer *producer, void **pointers, unsigned int count)
{
	int result;

	if (!producer->tries) {
		result = tspool_pool_put(producer->pool, 0, pointers, count);
		if (result != (int)count)
			abort();
		return count;
	}
	result = tspool_pool_try_put(producer->pool, 0, pointers, count);
	if (result > 0)
		return (unsigned int)result;
	if (result != -EAGAIN)
		abort();
	sched_yield();
	return 0;
}

static void *produce(void *arg)
{
	const struct producer *producer = arg;
	void *pointers[PUT_MAX];
	size_t done = 0;

	while (done < producer->count) {
		size_t left = producer->count - done;
		unsigned int i, count = left < producer->put_at_once ? (unsigned int)left :
								       producer->put_at_once;

		for (i = 0; i < count; i++) {
			struct item *item = &producer->first[done + i];

			item->producer = producer->number;
			item->number = (unsigned int)(done + i);
			pointers[i] = item;
		}
		done += put(producer, pointers, count);
	}
	return NULL;
}

static void run_producers(struct tspool_pool *pool, unsigned int count, bool tries)
{
	static const unsigned int put_at_once[PRODUCERS_MAX] = { 1, 7, 32, PUT_MAX };
	struct producer producers[PRODUCERS_MAX];
	pthread_t threads[PRODUCERS_MAX];
	unsigned int i;

	for (i = 0; i < count; i++) {
		size_t first = item_count * i / count;

		producers[i] = (struct producer){
			.pool = pool,
			.number = i,
			.put_at_once = put_at_once[i],
			.first = items + first,
			.count = item_count * (i + 1) / count - first,
			.tries = tries,
		};
		ck_assert_int_eq(pthread_create(&threads[i], NULL, produce, &producers[i]), 0);
	}
	for (i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
}

static int count_items(void *context, const struct tspool_batch *batch)
{
	unsigned int i;

	(void)context;
	for (i = 0; i < batch->count; i++)
		((struct item *)batch->items[i])->handled++;
	return 0;
}

static void want_each_once(const struct tspool_pool *pool)
{
	struct tspool_pool_stats stats = stats_of(pool, 0);
	size_t i, wrong = 0;

	/* An assertion writes to a file: not one for each item. */
	for (i = 0; i < item_count; i++)
		wrong += items[i].handled != 1;
	ck_assert_uint_eq(wrong, 0);
	ck_assert_uint_eq(stats.captured, item_count);
	ck_assert_uint_eq(stats.drained, item_count);
	ck_assert_uint_eq(stats.delivered, item_count);
	ck_assert_uint_eq(stats.queued, 0);
	ck_assert_uint_eq(stats.in_flight, 0);
	ck_assert_uint_ge(stats.queued_max, 1);
	ck_assert_uint_ge(stats.in_flight_max, 1);
	ck_assert_uint_ge(stats.wakeups, 1);
}

/* One handler, the pool stopped right after the last put: what is queued then is handled, too. */
static void run_through(struct tspool_pool_options options,
			const struct tspool_pool_handler *handler, unsigned int producers,
			bool tries)
{
	struct tspool_pool *pool = start_pool(options);

	memset(items, 0, item_count * sizeof(*items));
	ck_assert_int_eq(tspool_pool_register(pool, handler), 0);
	run_producers(pool, producers, tries);
	ck_assert_int_eq(tspool_pool_stop(pool), 0);
	want_each_once(pool);
	ck_assert_int_eq(tspool_pool_free(pool), 0);
}

static const unsigned int producer_counts[] = { 1, 2, 4 };

START_TEST(each_once)
{
	static const struct tspool_pool_handler handler = { .work = count_items };
	struct tspool_pool_options options = { .nscheds = (unsigned int)_i % THREADS_MAX + 1 };

	run_through(options, &handler, producer_counts[_i / THREADS_MAX], false);
}

START_TEST(each_once_trying)
{
	static const struct tspool_pool_handler handler = { .work = count_items };
	struct tspool_pool_options options = { .nscheds = 3, .queue_items = 64 };

	run_through(options, &handler, 4, true);
}

START_TEST(each_once_through_one_place)
{
	static const struct tspool_pool_handler handler = { .work = count_items };
	struct tspool_pool_options options = { .nscheds = 2, .queue_items = 1 };

	/* each of them takes two threads in turns */
	item_count /= 100;
	run_through(options, &handler, 4, false);
}

START_TEST(each_once_gathering)
{
	static const struct tspool_pool_handler handler = { .work = count_items };
	struct tspool_pool_options options = { .nscheds = 4, .coalesce_usecs = 200 };

	run_through(options, &handler, 2, false);
}

/* What deliver() keeps between its calls; not atomic, as calls follow each other. */
struct order {
	uint64_t next;
	unsigned int next_of[PRODUCERS_MAX];
	atomic_uint inside;
	unsigned int wrong; /* batches and items that came at the wrong time */
};

static int check_order(void *context, const struct tspool_batch *batch)
{
	struct order *order = context;
	unsigned int i;

	order->wrong += atomic_fetch_add(&order->inside, 1) != 0;
	order->wrong += batch->first != order->next;
	order->next += batch->count;
	for (i = 0; i < batch->count; i++) {
		const struct item *item = batch->items[i];

		order->wrong += item->number != order->next_of[item->producer];
		order->next_of[item->producer]++;
	}
	atomic_fetch_sub(&order->inside, 1);
	return 0;
}

START_TEST(in_order)
{
	struct order order = { 0 };
	const struct tspool_pool_handler handler = {
		.work = count_items,
		.deliver = check_order,
		.context = &order,
	};
	struct tspool_pool_options options = {
		.nscheds = (unsigned int)_i % THREADS_MAX + 1,
		.batch_items = 8,
		.ordered = true,
	};

	item_count /= 10;
	run_through(options, &handler, producer_counts[_i / THREADS_MAX], false);
	ck_assert_uint_eq(order.next, item_count);
	ck_assert_uint_eq(order.wrong, 0);
}

static void set_up(void)
{
	const char *count = getenv("TSPOOL_TEST_ITEMS");

	item_count = count ? strtoul(count, NULL, 10) : DEFAULT_ITEMS;
	items = calloc(item_count, sizeof(*items));
	load_machine("numa:1 core:8 pu:1");
	make_map("N 0[0]");
}

static void tear_down(void)
{
	free_machine();
	free(items);
}

int main(void)
{
	Suite *suite = suite_create("pool_items");
	TCase *cases = tcase_create("pool_items");
	int pools = (int)(sizeof(producer_counts) / sizeof(*producer_counts)) * THREADS_MAX;

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_loop_test(cases, each_once, 0, pools);
	tcase_add_test(cases, each_once_trying);
	tcase_add_test(cases, each_once_through_one_place);
	tcase_add_test(cases, each_once_gathering);
	tcase_add_loop_test(cases, in_order, 0, pools);
	suite_add_tcase(suite, cases);
	return run_suite(suite);
}
