// SPDX-License-Identifier: GPL-2.0-only
/* What is said of failures, by sessions and a machine that are told here. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "report.h"

#define FAKE	__attribute__((visibility("default")))

static bool is_loaded;
static enum tspool_backend backend;

FAKE const char *tspool_error(const struct tspool_session *session)
{
	(void)session;
	return "it failed";
}

FAKE enum tspool_backend tspool_session_backend(const struct tspool_session *session)
{
	(void)session;
	return backend;
}

FAKE int access(const char *path, int mode)
{
	ck_assert_str_eq(path, "/sys/module/tspool");
	ck_assert_int_eq(mode, F_OK);
	errno = ENOENT;
	return is_loaded ? 0 : -1;
}

static void check_words(int err, const char *words)
{
	FILE *before = stderr;
	char *text = NULL;
	size_t length;
	enum tsp_exit status;

	stderr = open_memstream(&text, &length);
	ck_assert_ptr_nonnull(stderr);
	status = tsp_report(NULL, err);
	fclose(stderr);
	stderr = before;
	ck_assert_int_eq(status, TSP_EXIT_FAILURE);
	ck_assert_str_eq(text, words);
	free(text);
}

/* Only where it is the module that is missing, and was asked for. */
START_TEST(how_to_load_the_module)
{
	backend = TSPOOL_BACKEND_TSPOOL;
	check_words(-ENOENT, "test_report: it failed; "
			     "'modprobe tspool' or 'insmod tspool.ko' loads it\n");
	check_words(-EPERM, "test_report: it failed\n");
	is_loaded = true;
	check_words(-ENOENT, "test_report: it failed\n");
	is_loaded = false;
	backend = TSPOOL_BACKEND_TASKSTATS;
	check_words(-ENOENT, "test_report: it failed\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("report");
	TCase *tcase = tcase_create("report");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, how_to_load_the_module);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
