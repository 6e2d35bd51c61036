// SPDX-License-Identifier: GPL-2.0-only
/*
 * What tslisten does with the records that several threads deliver: buffers go through a pool as
 * they do there, and what is printed is looked at line by line.
 */
#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <tspool/decode.h>
#include <unistd.h>

#include "reader.h"

#include "../unit/pool_machine.h"
#include "../unit/run_suite.h"

#define PRODUCERS	4
/* Of each producer. */
#define RECORDS		5000

static struct tsp_reader reader;
static struct tsp_frame_stock stocks[PRODUCERS];
static struct tspool_pool *pool;
static struct tsp_lines *all_lines[64];
static _Atomic unsigned int lines_count;
static atomic_uint under_way;
static char path[32];
static int saved_stdout;

static int make_lines(void *context, const struct tspool_batch *batch)
{
	struct tsp_lines *lines = batch->scratch;

	(void)context;
	if (!lines->text) {
		ck_assert_int_eq(tsp_lines_open(lines), 0);
		all_lines[lines_count++] = lines;
	}
	return tsp_lines_make(lines, batch->items[0], reader.sink, &reader.cgroups);
}

static int deliver_lines(void *context, const struct tspool_batch *batch)
{
	(void)context;
	tsp_reader_deliver(&reader, batch->items[0], batch->scratch, &under_way);
	return 0;
}

static void give_back(void *context, void *const *items, unsigned int count)
{
	(void)context;
	while (count--)
		tsp_stock_give(items[count]);
}

static const struct tspool_pool_handler handler = {
	.work = make_lines,
	.deliver = deliver_lines,
	.scratch_bytes = sizeof(struct tsp_lines),
};

/* Two CPTs, so that two threads deliver at once. */
static void setup(void)
{
	int fd;

	load_machine("numa:2 core:4 pu:1");
	make_map("N");
	pool = start_pool((struct tspool_pool_options){
		.batch_items = 1,
		.ordered = true,
		.release = give_back,
	});
	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	reader = (struct tsp_reader){
		.sink = &tsp_sink_csv,
		.records_left = UINT64_MAX,
	};
	ck_assert_int_eq(tsp_reader_init(&reader, 2), 0);
	for (unsigned int i = 0; i < PRODUCERS; i++)
		ck_assert_int_eq(tsp_stock_init(&stocks[i], topology,
						tspool_cpt_map_nodes(map, i % 2)),
				 0);

	lines_count = 0;
	fflush(stdout);
	saved_stdout = dup(STDOUT_FILENO);
	snprintf(path, sizeof(path), "/tmp/test_reader.XXXXXX");
	fd = mkstemp(path);
	dup2(fd, STDOUT_FILENO);
	close(fd);
}

static void teardown(void)
{
	for (unsigned int i = 0; i < lines_count; i++)
		tsp_lines_close(all_lines[i]);
	tspool_pool_free(pool);
	for (unsigned int i = 0; i < PRODUCERS; i++)
		tsp_stock_free(&stocks[i]);
	tsp_reader_close(&reader);
	free_machine();
	unlink(path);
}

/* A record, and a time that makes the last ones of a producer come before its first ones. */
static void add(struct tsp_frames *frames, uint32_t producer, uint32_t number)
{
	struct tspool_record record = {
		.frame = { .size = sizeof(record), .type = TSPOOL_FRAME_TASK, .cpt = producer % 2 },
		.seq = number,
		.exit_time_ns = RECORDS - number,
		.pid = producer,
	};

	record.present[TSPOOL_FIELD_seq / 64] |= UINT64_C(1) << TSPOOL_FIELD_seq % 64;
	record.present[TSPOOL_FIELD_pid / 64] |= UINT64_C(1) << TSPOOL_FIELD_pid % 64;
	record.present[TSPOOL_FIELD_exit_time_ns / 64] |= UINT64_C(1)
							  << TSPOOL_FIELD_exit_time_ns % 64;
	tsp_frames_add(frames, &record.frame);
}

static void put(struct tsp_frames *frames, unsigned int cpt)
{
	void *item = frames;

	frames->received_ns = UINT64_MAX;
	under_way++;
	ck_assert_int_eq(tspool_pool_put(pool, cpt, &item, 1), 1);
}

static void *produce(void *arg)
{
	unsigned int producer = *(const unsigned int *)arg;
	struct tsp_frames *frames = tsp_stock_take(&stocks[producer]);

	for (unsigned int i = 0; i < RECORDS; i++) {
		add(frames, producer, i);
		/* Full ones, and some that are not. */
		if (tsp_frames_has_room(frames) && i % 1000)
			continue;
		put(frames, producer % 2);
		frames = tsp_stock_take(&stocks[producer]);
	}
	put(frames, producer % 2);
	return NULL;
}

/* All that was printed is in the file, before the end. */
static void check_flushed(void)
{
	const struct tsp_summary_row *rows = reader.summary.rows;
	char line[8192];
	FILE *file = fopen(path, "r");
	size_t lines = 0;

	while (fgets(line, sizeof(line), file))
		lines++;
	fclose(file);
	if (!reader.ordered && !tsp_reader_is_full(&reader))
		ck_assert_uint_eq(lines, 1 + rows[0].tasks + rows[1].tasks);
}

static void produce_all(void)
{
	pthread_t threads[PRODUCERS];
	unsigned int numbers[PRODUCERS];

	reader.sink->begin(stdout);
	for (unsigned int i = 0; i < PRODUCERS; i++) {
		numbers[i] = i;
		ck_assert_int_eq(pthread_create(&threads[i], NULL, produce, &numbers[i]), 0);
	}
	for (unsigned int i = 0; i < PRODUCERS; i++)
		pthread_join(threads[i], NULL);
	tspool_pool_stop(pool);
	ck_assert_uint_eq(under_way, 0);
	check_flushed();
	tsp_reader_end(&reader, 0);
	dup2(saved_stdout, STDOUT_FILENO);
	close(saved_stdout);
}

/* The numbers of a line, of which there are three: those that are absent are empty. */
static void read_numbers(char *line, uint64_t numbers[3])
{
	const char *word;
	unsigned int count = 0;

	ck_assert_str_eq(strsep(&line, ","), "task");
	/* The CPT. */
	strsep(&line, ",");
	while ((word = strsep(&line, ",\n"))) {
		if (!*word)
			continue;
		ck_assert_uint_lt(count, 3);
		numbers[count++] = strtoull(word, NULL, 10);
	}
	ck_assert_uint_eq(count, 3);
}

/* One of the lines printed, or false at their end. */
static bool next_line(FILE *file, unsigned int *producer, unsigned int *number, uint64_t *time)
{
	uint64_t numbers[3];
	char line[8192];

	if (!fgets(line, sizeof(line), file))
		return false;
	read_numbers(line, numbers);
	*number = (unsigned int)numbers[0];
	*time = numbers[1];
	*producer = (unsigned int)numbers[2];
	ck_assert_uint_lt(*producer, PRODUCERS);
	return true;
}

static FILE *open_lines(void)
{
	FILE *file = fopen(path, "r");
	char heading[8192];

	ck_assert_ptr_nonnull(fgets(heading, sizeof(heading), file));
	return file;
}

/* No line is mixed with another, none is lost, and those of one producer are in their order. */
START_TEST(writes_lines_in_the_order_of_each_producer)
{
	unsigned int next[PRODUCERS] = { 0 };
	unsigned int producer, number;
	uint64_t time;
	FILE *file;

	produce_all();
	file = open_lines();
	while (next_line(file, &producer, &number, &time))
		ck_assert_uint_eq(number, next[producer]++);
	for (unsigned int i = 0; i < PRODUCERS; i++)
		ck_assert_uint_eq(next[i], RECORDS);
	fclose(file);
	ck_assert_uint_eq(reader.summary.rows[0].tasks, PRODUCERS / 2 * RECORDS);
	ck_assert_uint_eq(reader.summary.rows[1].tasks, PRODUCERS / 2 * RECORDS);
}
END_TEST

/* A window of all time: nothing leaves it before the end. */
START_TEST(writes_lines_in_the_order_of_their_times)
{
	unsigned int producer, number, count = 0;
	uint64_t time, last = 0;
	FILE *file;

	reader.ordered = true;
	tsp_window_init(&reader.window, UINT64_MAX / 2, SIZE_MAX);
	produce_all();
	file = open_lines();
	for (; next_line(file, &producer, &number, &time); count++) {
		ck_assert_uint_ge(time, last);
		last = time;
	}
	fclose(file);
	ck_assert_uint_eq(count, PRODUCERS * RECORDS);
	ck_assert_uint_eq(reader.window.late, 0);
}
END_TEST

/* Those that come after the last one wanted are neither printed nor counted. */
START_TEST(takes_as_many_as_it_may)
{
	unsigned int producer, number, count = 0;
	uint64_t time;
	FILE *file;

	reader.records_left = RECORDS + 7;
	produce_all();
	file = open_lines();
	while (next_line(file, &producer, &number, &time))
		count++;
	fclose(file);
	ck_assert_uint_eq(count, RECORDS + 7);
	ck_assert_uint_eq(reader.summary.rows[0].tasks + reader.summary.rows[1].tasks, RECORDS + 7);
	ck_assert(tsp_reader_is_full(&reader));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reader");
	TCase *tests = tcase_create("reader");

	suite_add_tcase(suite, tests);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, writes_lines_in_the_order_of_each_producer);
	tcase_add_test(tests, writes_lines_in_the_order_of_their_times);
	tcase_add_test(tests, takes_as_many_as_it_may);
	return run_suite(suite);
}
