// SPDX-License-Identifier: GPL-2.0-only
/* Patterns for names, against the C library's fnmatch(3) and a table written down by hand. */
#include <check.h>
#include <fnmatch.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "glob.h"
#include "run_suite.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define RANDOM_PATTERNS		50000
#define NAMES_A_PATTERN		8
#define PATTERN_MAX		14
#define NAME_MAX_LENGTH		10

struct match {
	const char *pattern;
	const char *name;
	bool matches;
};

static const struct match matches[] = {
	{ "bash", "bash", true },
	{ "bash", "bash2", false },
	{ "bash", "bas", false },
	{ "b*", "bash", true },
	{ "*", "", true },
	{ "*", "kworker/0:1", true },
	{ "kworker/*", "kworker/0:1", true },
	{ "*sh", "bash", true },
	{ "*s*s*", "systemd", true },
	{ "*s*s*t*s", "systemd", false },
	{ "?", "", false },
	{ "??", "sh", true },
	{ "[a-c]h", "bh", true },
	{ "[a-c]h", "dh", false },
	{ "[!a-c]h", "dh", true },
	{ "[!a-c]h", "bh", false },
	{ "[]]", "]", true },
	{ "[!]]", "]", false },
	{ "[a-]", "-", true },
	{ "\\*", "*", true },
	{ "\\*", "a", false },
	{ "[\\]]", "]", true },
	{ "[z-a]", "m", false },
	{ "\xc3?", "\xc3\xa4", true },
	{ "[\x80-\xff]*", "\xc3\xa4", true },
	{ ".*", ".hidden", true },
	{ "*hidden", ".hidden", true },
};

START_TEST(by_hand)
{
	const struct match *match = &matches[_i];

	ck_assert(tsp_glob_is_valid(match->pattern));
	ck_assert_msg(tsp_glob_match(match->pattern, match->name) == match->matches,
		      "'%s' and '%s'", match->pattern, match->name);
}
END_TEST

static const char *const invalid[] = { "",	  "[",	  "[]",	    "[!",	   "[!]",
				       "[a",	  "a[b-", "[a-]b[", "\\",	   "a\\",
				       "[\\]",	  "[a\\", "[a-\\",  "[[:alpha:]]", "[a[.-.]]",
				       "[[=a=]]", "*[" };

START_TEST(no_pattern)
{
	ck_assert_msg(!tsp_glob_is_valid(invalid[_i]), "'%s'", invalid[_i]);
}
END_TEST

/* xorshift: the same cases each time. */
static uint32_t next_random(void)
{
	static uint32_t state = 2463534242;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static void make_text(char *text, size_t max, const char *bytes, size_t n_bytes)
{
	size_t length = next_random() % (max + 1);

	for (size_t i = 0; i < length; i++)
		text[i] = bytes[next_random() % n_bytes];
	text[length] = '\0';
}

START_TEST(as_fnmatch)
{
	static const char in_patterns[] = { 'a', 'b', 'c', '*', '*',  '?', '[', ']',   '[',
					    ']', '-', '!', '^', '\\', ':', '.', '\xe4' };
	static const char in_names[] = { 'a', 'b', 'c', '-', ']', '[', '!', '\\', '*', '\xe4' };
	unsigned int n_valid = 0, n_matches = 0;

	for (unsigned int i = 0; i < RANDOM_PATTERNS; i++) {
		char pattern[PATTERN_MAX + 1], name[NAME_MAX_LENGTH + 1];

		make_text(pattern, PATTERN_MAX, in_patterns, sizeof(in_patterns));
		if (!tsp_glob_is_valid(pattern))
			continue;
		n_valid++;
		for (unsigned int j = 0; j < NAMES_A_PATTERN; j++) {
			bool expected;

			make_text(name, NAME_MAX_LENGTH, in_names, sizeof(in_names));
			expected = !fnmatch(pattern, name, 0);
			n_matches += expected;
			ck_assert_msg(tsp_glob_match(pattern, name) == expected,
				      "'%s' and '%s': fnmatch says %d", pattern, name, expected);
		}
	}
	/* Else nothing was compared. */
	printf("%u patterns, %u matches of %u as fnmatch\n", n_valid, n_matches,
	       n_valid * NAMES_A_PATTERN);
	ck_assert_uint_gt(n_valid, RANDOM_PATTERNS / 4);
	ck_assert_uint_gt(n_matches, 3000);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("glob");
	TCase *tcase = tcase_create("patterns");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, by_hand, 0, ARRAY_SIZE(matches));
	tcase_add_loop_test(tcase, no_pattern, 0, ARRAY_SIZE(invalid));
	tcase_add_test(tcase, as_fnmatch);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
