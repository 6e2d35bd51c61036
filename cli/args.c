// SPDX-License-Identifier: GPL-2.0-only
#include "args.h"

#include <argp.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS_MAX	1000000000

static bool parse_number(const char *text, uint32_t *number)
{
	unsigned long long value;
	char *end;

	/* strtoull() would take blanks, signs and "-1" as a huge number. */
	if (!isdigit((unsigned char)text[0]))
		return false;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (*end || errno || value > UINT32_MAX)
		return false;
	*number = (uint32_t)value;
	return true;
}

uint32_t tsp_arg_number(const struct argp_state *state, const char *what, const char *text,
			uint32_t min, uint32_t max)
{
	uint32_t number;

	if (!parse_number(text, &number) || number < min || number > max) {
		argp_error(state, "%s '%s' is not a number from %u to %u", what, text, min, max);
		return min;
	}
	return number;
}

struct timespec tsp_arg_seconds(const struct argp_state *state, const char *what, const char *text)
{
	struct timespec seconds = { 0 };
	double value, whole;
	char *end;

	/* strtod() would take signs, exponents, hexadecimal and names of numbers. */
	value = strtod(text, &end);
	if (text[strspn(text, "0123456789.")] || *end || !(value > 0) || value > SECONDS_MAX) {
		argp_error(state, "%s '%s' is not a number of seconds, more than 0 and up to %d",
			   what, text, SECONDS_MAX);
		return seconds;
	}

	seconds.tv_nsec = (long)(modf(value, &whole) * 1e9);
	seconds.tv_sec = (time_t)whole;
	/* An all-zero timer would never end. */
	if (!seconds.tv_sec && !seconds.tv_nsec)
		seconds.tv_nsec = 1;
	return seconds;
}

static void refuse_choice(const struct argp_state *state, const char *what, const char *text,
			  const char *const *names)
{
	char list[128] = "";

	for (int i = 0; names[i]; i++) {
		if (i)
			strcat(list, names[i + 1] ? ", " : " and ");
		strcat(list, names[i]);
	}
	argp_error(state, "%s '%s' is none of %s", what, text, list);
}

int tsp_arg_choice(const struct argp_state *state, const char *what, const char *text,
		   const char *const *names)
{
	for (int i = 0; names[i]; i++)
		if (!strcmp(text, names[i]))
			return i;

	refuse_choice(state, what, text, names);
	return 0;
}
