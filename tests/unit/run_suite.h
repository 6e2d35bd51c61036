/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_RUN_SUITE_H
#define TSP_RUN_SUITE_H

#include <check.h>
#include <stdlib.h>

/* So often, or less where each takes some 50 times as long: run.sh says so for valgrind. */
static inline unsigned int times(unsigned int count)
{
	return getenv("TSPOOL_SLOW") ? count / 20 : count;
}

/* Runs and releases the suite. Returns the exit status of its program. */
static inline int run_suite(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif /* TSP_RUN_SUITE_H */
