// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
#ifdef __KERNEL__
#include <linux/stddef.h>
#include <linux/string.h>
#else
#include <stddef.h>
#include <string.h>
#endif

#include "glob.h"

/*
 * One end of a range in a set: "a" or "\a". Steps over it; false where the set can't go on so.
 */
static bool read_member(const char **place, unsigned char *member)
{
	const char *next = *place;

	if (*next == '[' && next[1] && strchr(":.=", next[1]))
		return false;
	if (*next == '\\')
		next++;
	if (!*next)
		return false;
	*member = (unsigned char)*next;
	*place = next + 1;
	return true;
}

/*
 * Whether a byte is in the set whose [ stands at @set. Returns what follows the set's ], NULL if
 * there is none.
 */
static const char *look_in_set(const char *set, unsigned char byte, bool *is_in)
{
	const char *place = set + 1;
	bool negated = *place == '!' || *place == '^';
	bool found = false;

	if (negated)
		place++;
	/* A ] that comes first is a member. */
	do {
		unsigned char first, last;

		if (!read_member(&place, &first))
			return NULL;
		last = first;
		if (place[0] == '-' && place[1] != ']') {
			place++;
			if (!read_member(&place, &last))
				return NULL;
		}
		found |= first <= byte && byte <= last;
	} while (*place != ']');
	*is_in = found != negated;
	return place + 1;
}

bool tsp_glob_is_valid(const char *pattern)
{
	const char *place = pattern;
	bool is_in;

	while (place && *place) {
		if (*place == '[')
			place = look_in_set(place, 0, &is_in);
		else if (*place == '\\')
			place = place[1] ? place + 2 : NULL;
		else
			place++;
	}
	return place && *pattern;
}

/* Returns what follows the part of the pattern that the byte matches, NULL if it does not. */
static const char *match_byte(const char *pattern, char byte)
{
	bool matches;

	switch (*pattern) {
	case '\0':
		return NULL;
	case '?':
		return pattern + 1;
	case '[':
		pattern = look_in_set(pattern, (unsigned char)byte, &matches);
		return pattern && matches ? pattern : NULL;
	case '\\':
		pattern++;
		break;
	}
	return *pattern == byte ? pattern + 1 : NULL;
}

bool tsp_glob_match(const char *pattern, const char *text)
{
	const char *after_star = NULL, *taken_by_star = NULL;

	while (*text) {
		const char *next;

		if (*pattern == '*') {
			after_star = ++pattern;
			taken_by_star = text;
			continue;
		}
		next = match_byte(pattern, *text);
		if (next) {
			pattern = next;
			text++;
		} else if (after_star) {
			/* The last star takes one byte more. Earlier ones need not change. */
			pattern = after_star;
			text = ++taken_by_star;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}
