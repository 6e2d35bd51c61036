// SPDX-License-Identifier: GPL-2.0-only
/* Paths kept by id up to a limit, of which the one asked for least recently goes first. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "path_cache.h"
#include "run_suite.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

static const char *path_of(uint64_t id)
{
	static char path[32];

	snprintf(path, sizeof(path), "/group-%llx", (unsigned long long)id);
	return path;
}

static void add(struct tsp_path_cache *cache, uint64_t id)
{
	ck_assert_str_eq(tsp_path_cache_add(cache, id, path_of(id)), path_of(id));
}

static void expect(struct tsp_path_cache *cache, uint64_t id)
{
	ck_assert_pstr_eq(tsp_path_cache_find(cache, id), path_of(id));
}

/* Ids that share a bucket, and such as 64-bit machines have. */
START_TEST(test_finds_what_was_added)
{
	static const uint64_t ids[] = { 1, 2, 4097, 8193, 1ULL << 32 | 1, UINT64_MAX };
	struct tsp_path_cache *cache = tsp_path_cache_new(100);

	ck_assert_ptr_null(tsp_path_cache_find(cache, 1));
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		add(cache, ids[i]);
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		expect(cache, ids[i]);
	ck_assert_ptr_null(tsp_path_cache_find(cache, 3));
	ck_assert_ptr_null(tsp_path_cache_find(cache, 0));
	tsp_path_cache_free(cache);
	tsp_path_cache_free(NULL);
}
END_TEST

START_TEST(test_forgets_least_recent)
{
	struct tsp_path_cache *cache = tsp_path_cache_new(3);

	for (uint64_t id = 1; id <= 3; id++)
		add(cache, id);
	expect(cache, 1);
	add(cache, 4);
	ck_assert_ptr_null(tsp_path_cache_find(cache, 2));
	expect(cache, 3);
	expect(cache, 1);
	add(cache, 5);
	ck_assert_ptr_null(tsp_path_cache_find(cache, 4));
	expect(cache, 1);
	expect(cache, 3);
	expect(cache, 5);
	tsp_path_cache_free(cache);
}
END_TEST

/* Of a hundred thousand, the last ones are kept, and no more. */
START_TEST(test_stays_within_limit)
{
	struct tsp_path_cache *cache = tsp_path_cache_new(1000);
	const uint64_t last = 100000;
	unsigned int kept = 0;

	for (uint64_t id = 1; id <= last; id++)
		add(cache, id);
	for (uint64_t id = 1; id <= last; id++)
		kept += !!tsp_path_cache_find(cache, id);
	ck_assert_uint_eq(kept, 1000);
	for (uint64_t id = last - 999; id <= last; id++)
		expect(cache, id);
	tsp_path_cache_free(cache);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("path cache");
	TCase *tcase = tcase_create("paths by id");

	tcase_add_test(tcase, test_finds_what_was_added);
	tcase_add_test(tcase, test_forgets_least_recent);
	tcase_add_test(tcase, test_stays_within_limit);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
