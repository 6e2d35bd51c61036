// SPDX-License-Identifier: GPL-2.0-only
/* Lists as the kernel writes them into sysfs. */
#include <check.h>
#include <errno.h>
#include <stdio.h>

#include "run_suite.h"
#include "sysfs.h"

/* fmemopen() takes no file of no bytes. */
static int read_line(const char *line, hwloc_bitmap_t numbers)
{
	FILE *file = tmpfile();
	int err;

	ck_assert_ptr_nonnull(file);
	fputs(line, file);
	rewind(file);
	err = tsp_sysfs_read_list(file, numbers);
	fclose(file);
	return err;
}

static void expect_list(const char *line, const char *expected)
{
	hwloc_bitmap_t numbers = hwloc_bitmap_alloc();
	char *list;

	ck_assert_int_eq(read_line(line, numbers), 0);
	ck_assert_int_ge(hwloc_bitmap_list_asprintf(&list, numbers), 0);
	ck_assert_str_eq(list, expected);
	free(list);
	hwloc_bitmap_free(numbers);
}

START_TEST(test_the_last_number_counts)
{
	expect_list("0\n", "0");
	expect_list("0,2\n", "0,2");
	expect_list("0-3,7\n", "0-3,7");
}
END_TEST

START_TEST(test_ranges_are_read_whole)
{
	expect_list("0-3\n", "0-3");
	expect_list("0-3,8-11\n", "0-3,8-11");
	expect_list("1-2", "1-2");
}
END_TEST

START_TEST(test_no_list_leaves_the_numbers_alone)
{
	hwloc_bitmap_t numbers = hwloc_bitmap_alloc();

	hwloc_bitmap_set(numbers, 5);
	ck_assert_int_eq(read_line("", numbers), -ENOENT);
	ck_assert_int_eq(read_line("\n", numbers), -ENOENT);
	ck_assert_int_eq(read_line("none\n", numbers), -ENOENT);
	ck_assert_int_eq(hwloc_bitmap_first(numbers), 5);
	ck_assert_int_eq(hwloc_bitmap_weight(numbers), 1);
	hwloc_bitmap_free(numbers);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sysfs");
	TCase *tcase = tcase_create("lists");

	tcase_add_test(tcase, test_the_last_number_counts);
	tcase_add_test(tcase, test_ranges_are_read_whole);
	tcase_add_test(tcase, test_no_list_leaves_the_numbers_alone);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
