// SPDX-License-Identifier: GPL-2.0-only
/* Tasks found by their names: the test's own, a process of two threads. */
#include <check.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "find_comm.h"

static sem_t named, ended;
static pid_t thread_id;

static void *second_thread(void *arg)
{
	prctl(PR_SET_NAME, "tsp[thread] 2");
	thread_id = gettid();
	sem_post(&named);
	sem_wait(&ended);
	return arg;
}

static void check_found(const char *pattern, bool threads, const uint32_t *expected, size_t count)
{
	struct tsp_ids ids = { 0 };

	ck_assert_int_eq(tsp_find_comm(pattern, threads, &ids), 0);
	ck_assert_msg(ids.count == count, "%s: %zu, not %zu", pattern, ids.count, count);
	for (size_t i = 0; i < count; i++)
		ck_assert_uint_eq(ids.ids[i], expected[i]);
	free(ids.ids);
}

START_TEST(finds_by_name)
{
	uint32_t both[2] = { (uint32_t)getpid() };
	pthread_t thread;

	sem_init(&named, 0, 0);
	sem_init(&ended, 0, 0);
	prctl(PR_SET_NAME, "tsp-leader\n");
	ck_assert_int_eq(pthread_create(&thread, NULL, second_thread, NULL), 0);
	sem_wait(&named);
	both[1] = (uint32_t)thread_id;

	check_found("tsp-leader\n", false, both, 1);
	check_found("tsp-lead*", false, both, 1);
	check_found("tsp-lead*", true, both, 1);
	check_found("tsp-leader", false, NULL, 0);
	check_found("tsp-lead", true, NULL, 0);
	check_found("tsp\\[thread] 2", true, both + 1, 1);
	check_found("tsp\\[thread] ?", false, NULL, 0);
	check_found("tsp[-[][lt]*", true, both, 2);

	sem_post(&ended);
	pthread_join(thread, NULL);
	check_found("tsp\\[thread] 2", true, NULL, 0);
}
END_TEST

START_TEST(keeps_those_before)
{
	struct tsp_ids ids = { 0 };

	prctl(PR_SET_NAME, "tsp-alone");
	for (uint32_t id = 1; id <= 1000; id++)
		ck_assert_int_eq(tsp_ids_add(&ids, id), 0);
	ck_assert_int_eq(tsp_find_comm("tsp-alone", true, &ids), 0);
	ck_assert_uint_eq(ids.count, 1001);
	for (uint32_t id = 1; id <= 1000; id++)
		ck_assert_uint_eq(ids.ids[id - 1], id);
	ck_assert_uint_eq(ids.ids[1000], getpid());
	free(ids.ids);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("find_comm");
	TCase *tcase = tcase_create("find_comm");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, finds_by_name);
	tcase_add_test(tcase, keeps_those_before);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
