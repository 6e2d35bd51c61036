// SPDX-License-Identifier: GPL-2.0-only
/* What tslisten says at its end. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "summary.h"

static void receive(struct tsp_summary *summary, unsigned int type, uint32_t cpt, int times)
{
	const struct tspool_record record = { .frame = { .type = type, .cpt = cpt } };

	while (times--)
		tsp_summary_record(summary, &record.frame);
}

static void lose(struct tsp_summary *summary, uint32_t cpt, uint64_t count, uint32_t cause)
{
	const struct tspool_lost lost = {
		.frame = { .type = TSPOOL_FRAME_LOST, .cpt = cpt },
		.count = count,
		.cause = cause,
	};

	tsp_summary_lost(summary, &lost);
}

static void check_text(const struct tsp_summary *summary, const char *expected)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	ck_assert_ptr_nonnull(out);
	tsp_summary_print(summary, out);
	fclose(out);
	ck_assert_str_eq(text, expected);
	free(text);
}

static struct tsp_summary summary;

static void setup(void)
{
	ck_assert_int_eq(tsp_summary_init(&summary, 3), 0);
}

static void teardown(void)
{
	tsp_summary_free(&summary);
}

START_TEST(names_the_cpts_listened_to)
{
	tsp_summary_listen(&summary, 1);
	check_text(&summary, "tslisten: received 0 (task 0, process 0), lost 0\n"
			     "  CPT 1: received 0 (task 0, process 0), lost 0\n");
}
END_TEST

/* Any loss counts, also one of which nobody knows how large it is. */
START_TEST(tells_whether_anything_was_lost)
{
	receive(&summary, TSPOOL_FRAME_TASK, 0, 5);
	ck_assert(!tsp_summary_has_losses(&summary));
	lose(&summary, 2, 1, TSPOOL_CAUSE_BACKLOG_FULL);
	ck_assert(tsp_summary_has_losses(&summary));
}
END_TEST

START_TEST(tells_of_an_unknown_loss)
{
	lose(&summary, TSPOOL_CPT_ANY, TSPOOL_COUNT_UNKNOWN, TSPOOL_CAUSE_RECEIVE_OVERRUN);
	ck_assert(tsp_summary_has_losses(&summary));
}
END_TEST

START_TEST(adds_up)
{
	receive(&summary, TSPOOL_FRAME_TASK, 0, 5);
	receive(&summary, TSPOOL_FRAME_PROCESS, 0, 2);
	receive(&summary, TSPOOL_FRAME_TASK, 2, 1);
	lose(&summary, 0, 10, TSPOOL_CAUSE_NO_SLOT);
	lose(&summary, 0, 3, TSPOOL_CAUSE_BACKLOG_FULL);
	lose(&summary, 2, 4, TSPOOL_CAUSE_BACKLOG_FULL);
	check_text(&summary,
		   "tslisten: received 8 (task 6, process 2), lost 17 (no_slot 10, backlog_full 7)\n"
		   "  CPT 0: received 7 (task 5, process 2), lost 13 (no_slot 10, backlog_full 3)\n"
		   "  CPT 2: received 1 (task 1, process 0), lost 4 (backlog_full 4)\n");
}
END_TEST

START_TEST(takes_what_it_does_not_know)
{
	receive(&summary, TSPOOL_FRAME_TASK, 3, 1);
	lose(&summary, 0, 2, 77);
	lose(&summary, TSPOOL_CPT_ANY, TSPOOL_COUNT_UNKNOWN, TSPOOL_CAUSE_RECEIVE_OVERRUN);
	check_text(&summary, "tslisten: received 1 (task 1, process 0), lost 2 (unknown 2) "
			     "and an unknown number (receive_overrun)\n"
			     "  CPT 0: received 0 (task 0, process 0), lost 2 (unknown 2)\n"
			     "  no known CPT: received 1 (task 1, process 0), lost 0 "
			     "and an unknown number (receive_overrun)\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("summary");
	TCase *tcase = tcase_create("summary");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, names_the_cpts_listened_to);
	tcase_add_test(tcase, tells_whether_anything_was_lost);
	tcase_add_test(tcase, tells_of_an_unknown_loss);
	tcase_add_test(tcase, adds_up);
	tcase_add_test(tcase, takes_what_it_does_not_know);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
