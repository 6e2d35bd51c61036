// SPDX-License-Identifier: GPL-2.0-only
/* The order in which lines leave the window of tslisten --ordered. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "window.h"

#include "../unit/run_suite.h"

#define WIDTH	100

static struct tsp_window window;
static char *written;
static size_t written_bytes;
static FILE *out;

static void setup(void)
{
	tsp_window_init(&window, WIDTH, 1000);
	out = open_memstream(&written, &written_bytes);
	ck_assert_ptr_nonnull(out);
}

static void teardown(void)
{
	tsp_window_free(&window);
	fclose(out);
	free(written);
}

/* Lines of one character each, and their times. */
static void add(const char *lines, const uint64_t *times)
{
	struct tsp_held_text *text = tsp_held_text(lines, strlen(lines));

	ck_assert_ptr_nonnull(text);
	for (size_t i = 0; lines[i]; i++)
		ck_assert_int_eq(tsp_window_add(&window, times[i], text, text->bytes + i, 1), 0);
	tsp_let_go_text(text);
}

static void check_written(uint64_t now, const char *expected)
{
	ck_assert_int_eq(tsp_window_write(&window, now, out), 0);
	fflush(out);
	ck_assert_str_eq(written, expected);
}

START_TEST(sorts_by_time)
{
	add("ca", (uint64_t[]){ 30, 10 });
	add("bd", (uint64_t[]){ 20, 40 });
	check_written(1000, "abcd");
	ck_assert_uint_eq(window.late, 0);
	ck_assert_uint_eq(window.bytes, 0);
}
END_TEST

START_TEST(keeps_the_order_of_one_time)
{
	add("abc", (uint64_t[]){ 10, 10, 10 });
	add("de", (uint64_t[]){ 10, 10 });
	check_written(1000, "abcde");
}
END_TEST

START_TEST(waits_for_as_long_as_it_is_wide)
{
	add("ab", (uint64_t[]){ 10, 11 });
	check_written(WIDTH + 9, "");
	check_written(WIDTH + 10, "a");
	check_written(WIDTH + 11, "ab");
}
END_TEST

START_TEST(counts_what_comes_too_late)
{
	add("b", (uint64_t[]){ 20 });
	check_written(WIDTH + 20, "b");
	add("a", (uint64_t[]){ 19 });
	add("c", (uint64_t[]){ 20 });
	ck_assert_uint_eq(window.late, 1);
	check_written(WIDTH + 20, "bac");
	add("d", (uint64_t[]){ 19 });
	ck_assert_uint_eq(window.late, 2);
}
END_TEST

/* The first ones leave before their time. */
START_TEST(holds_no_more_bytes_than_it_may)
{
	window.bytes_max = 3;
	add("edcba", (uint64_t[]){ 50, 40, 30, 20, 10 });
	check_written(0, "ab");
	ck_assert_uint_eq(window.bytes, 3);
	ck_assert_int_eq(tsp_window_flush(&window, out), 0);
	check_written(0, "abcde");
}
END_TEST

static int by_time(const void *a, const void *b)
{
	const unsigned char *left = a, *right = b;

	return *left - *right;
}

START_TEST(sorts_any_number)
{
	static const uint64_t count = 5000;
	char lines[5001] = "";
	uint64_t times[5000];
	uint32_t random = 1;

	window.bytes_max = count;
	for (size_t i = 0; i < count; i++) {
		random = random * 1103515245 + 12345;
		lines[i] = (char)('!' + random / 65536 % 90);
		times[i] = (uint64_t)lines[i];
	}
	add(lines, times);
	qsort(lines, count, 1, by_time);
	check_written(1000, lines);
}
END_TEST

START_TEST(tells_of_a_stream_that_fails)
{
	FILE *full = fopen("/dev/full", "w");

	setvbuf(full, NULL, _IONBF, 0);
	add("ab", (uint64_t[]){ 1, 2 });
	ck_assert_int_eq(tsp_window_write(&window, 1000, full), -1);
	fclose(full);
	ck_assert_uint_eq(window.count, 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("window");
	TCase *tests = tcase_create("window");

	suite_add_tcase(suite, tests);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, sorts_by_time);
	tcase_add_test(tests, keeps_the_order_of_one_time);
	tcase_add_test(tests, waits_for_as_long_as_it_is_wide);
	tcase_add_test(tests, counts_what_comes_too_late);
	tcase_add_test(tests, holds_no_more_bytes_than_it_may);
	tcase_add_test(tests, sorts_any_number);
	tcase_add_test(tests, tells_of_a_stream_that_fails);
	return run_suite(suite);
}
