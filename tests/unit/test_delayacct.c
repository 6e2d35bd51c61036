// SPDX-License-Identifier: GPL-2.0-only
/* Whether delay accounting is on, and which fields need it. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "delayacct.h"
#include "run_suite.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *text;
	enum tspool_delayacct accounting;
} settings[] = {
	{ "0\n", TSPOOL_DELAYACCT_OFF },
	{ "1\n", TSPOOL_DELAYACCT_ON },
	{ "", TSPOOL_DELAYACCT_UNKNOWN },
	{ "on\n", TSPOOL_DELAYACCT_UNKNOWN },
};

START_TEST(test_setting)
{
	char path[] = "/tmp/tspool-test-XXXXXX";
	size_t length = strlen(settings[_i].text);
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, settings[_i].text, length), length);
	close(fd);
	ck_assert_int_eq(tsp_delayacct_read(path), settings[_i].accounting);
	unlink(path);
}
END_TEST

START_TEST(test_no_setting)
{
	ck_assert_int_eq(tsp_delayacct_read("/nowhere/task_delayacct"), TSPOOL_DELAYACCT_UNKNOWN);
}
END_TEST

/* As the kernel's delayacct.h names them; without cpu, which the scheduler always accounts. */
static const char *const kinds[] = {
	"blkio", "swapin", "freepages", "thrashing", "compact", "wpcopy", "irq",
};

static const char *const figures[] = {
	"_delay_ns", "_count", "_delay_max_ns", "_delay_min_ns", "_delay_max_wall_time_ns",
};

static bool is_named_delay(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t length = strlen(kinds[i]);

		if (strncmp(name, kinds[i], length))
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(figures); j++)
			if (!strcmp(name + length, figures[j]))
				return true;
	}
	return false;
}

START_TEST(test_fields)
{
	const struct tspool_field_info *fields;
	size_t count, delays = 0;

	fields = tspool_record_fields(&count);
	for (size_t i = 0; i < count; i++) {
		bool needed = tspool_needs_delay_accounting(&fields[i]);

		ck_assert_msg(needed == is_named_delay(fields[i].name), "%s", fields[i].name);
		delays += needed;
	}
	ck_assert_uint_eq(delays, ARRAY_SIZE(kinds) * ARRAY_SIZE(figures));

	fields = tspool_lost_fields(&count);
	for (size_t i = 0; i < count; i++)
		ck_assert(!tspool_needs_delay_accounting(&fields[i]));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("delayacct");
	TCase *tcase = tcase_create("setting and fields");

	tcase_add_loop_test(tcase, test_setting, 0, ARRAY_SIZE(settings));
	tcase_add_test(tcase, test_no_setting);
	tcase_add_test(tcase, test_fields);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
