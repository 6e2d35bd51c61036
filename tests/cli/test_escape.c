// SPDX-License-Identifier: GPL-2.0-only
/* Names of tasks made printable. */
#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"

static const struct {
	const char *name;
	size_t length;
	const char *escaped;
} cases[] = {
	{ "bash", 16, "bash" },
	{ "", 16, "" },
	{ "no NUL", 2, "no" },
	{ "two words", 16, "two words" },
	{ "a\\b", 16, "a\\\\b" },
	{ "\\x41", 16, "\\\\x41" },
	{ "a\nb\tc", 16, "a\\x0ab\\x09c" },
	{ "\033[31mred", 16, "\\x1b[31mred" },
	{ "\177", 16, "\\x7f" },
	{ "gr\xc3\xbc\xc3\x9f", 16, "gr\xc3\xbc\xc3\x9f" },		/* two bytes each */
	{ "\xe2\x82\xac", 16, "\xe2\x82\xac" },				/* the euro sign */
	{ "\xf0\x9f\x90\xa7", 16, "\xf0\x9f\x90\xa7" },			/* a penguin */
	{ "\xc2\x9b", 16, "\\xc2\\x9b" },				/* a control character */
	{ "\xc2\xa0", 16, "\xc2\xa0" },					/* the first that is none */
	{ "\xff\xfe", 16, "\\xff\\xfe" },
	{ "\x80", 16, "\\x80" },
	{ "a\xc3", 16, "a\\xc3" },					/* cut */
	{ "\xe2\x82", 2, "\\xe2\\x82" },				/* cut by the field's end */
	{ "\xc3(", 16, "\\xc3(" },
	{ "\xc0\xaf", 16, "\\xc0\\xaf" },				/* overlong */
	{ "\xe0\x80\xaf", 16, "\\xe0\\x80\\xaf" },			/* overlong */
	{ "\xed\xa0\x80", 16, "\\xed\\xa0\\x80" },			/* a surrogate */
	{ "\xf4\x90\x80\x80", 16, "\\xf4\\x90\\x80\\x80" },		/* beyond Unicode */
};

#define LENGTH(array)	((int)(sizeof(array) / sizeof((array)[0])))

START_TEST(escapes)
{
	char escaped[TSP_ESCAPED_SIZE(16)];

	tsp_escape(cases[_i].name, cases[_i].length, escaped);
	ck_assert_str_eq(escaped, cases[_i].escaped);
}
END_TEST

/* The name fills its field without a NUL, and every byte grows; overreads show under ASan. */
START_TEST(fits_the_largest)
{
	char *name = malloc(16);
	char *escaped = malloc(TSP_ESCAPED_SIZE(16));

	ck_assert_uint_eq(TSP_ESCAPED_SIZE(16), 65);
	memset(name, 0x01, 16);
	tsp_escape(name, 16, escaped);
	ck_assert_uint_eq(strlen(escaped), 64);
	memset(name, 0xf0, 16);
	tsp_escape(name, 16, escaped);
	ck_assert_uint_eq(strlen(escaped), 64);
	free(escaped);
	free(name);
}
END_TEST

/* At each place of names of each length: what else is in a word of it must not matter. */
START_TEST(plain_up_to_each_byte)
{
	char name[20];

	for (unsigned int byte = 0; byte < 256; byte++) {
		bool plain = byte >= ' ' && byte < 0x7f && !strchr("\"\\,", (int)byte);

		for (size_t place = 0; place < sizeof(name); place++) {
			memset(name, '~', sizeof(name));
			/* Seen or not, it must not hide or show what is in front of it. */
			memset(name + place, (int)byte, sizeof(name) - place);
			for (size_t length = place; length <= sizeof(name); length++)
				ck_assert_uint_eq(tsp_plain_length(name, length),
						  plain ? length : place);
		}
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("escape");
	TCase *tcase = tcase_create("escape");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, escapes, 0, LENGTH(cases));
	tcase_add_test(tcase, fits_the_largest);
	tcase_add_test(tcase, plain_up_to_each_byte);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
