// SPDX-License-Identifier: GPL-2.0-only
#include "args.h"

#include <argp.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS_MAX	1000000000

/* Reads decimal digits at text. Returns what stands behind them, NULL if there are none. */
static const char *parse_digits(const char *text, unsigned long long *number)
{
	char *end;

	/* strtoull() would take blanks, signs and "-1" as a huge number. */
	if (!isdigit((unsigned char)text[0]))
		return NULL;
	/* More digits than fit make the largest number, which no range here reaches. */
	*number = strtoull(text, &end, 10);
	return end;
}

bool tsp_arg_parse_u32(const char *text, uint32_t *number, const char **rest)
{
	unsigned long long parsed;

	*rest = parse_digits(text, &parsed);
	if (!*rest || parsed > UINT32_MAX)
		return false;
	*number = (uint32_t)parsed;
	return true;
}

uint32_t tsp_arg_number(const struct argp_state *state, const char *what, const char *text,
			uint32_t min, uint32_t max)
{
	unsigned long long number;
	const char *end = parse_digits(text, &number);

	if (!end || *end || number < min || number > max) {
		argp_error(state, "%s '%s' is not a number from %u to %u", what, text, min, max);
		return min;
	}
	return (uint32_t)number;
}

uint64_t tsp_arg_id(const struct argp_state *state, const char *what, const char *text)
{
	unsigned long long number;
	const char *end;

	errno = 0;
	end = parse_digits(text, &number);
	if (!end || *end || !number || errno == ERANGE) {
		argp_error(state, "%s '%s' is not a number from 1 to %llu", what, text, ULLONG_MAX);
		return 1;
	}
	return number;
}

static unsigned int parse_suffix(const char *suffix)
{
	if (!strcmp(suffix, ""))
		return 0;
	if (!strcasecmp(suffix, "K"))
		return 10;
	if (!strcasecmp(suffix, "M"))
		return 20;
	if (!strcasecmp(suffix, "G"))
		return 30;
	return UINT_MAX;
}

uint64_t tsp_arg_bytes(const struct argp_state *state, const char *what, const char *text,
		       uint64_t min, uint64_t max)
{
	unsigned long long number;
	const char *end = parse_digits(text, &number);
	unsigned int shift = end ? parse_suffix(end) : UINT_MAX;

	if (shift == UINT_MAX || number > max >> shift || number << shift < min) {
		argp_error(state, "%s '%s' is not a size from %llu to %llu bytes, such as %s", what,
			   text, (unsigned long long)min, (unsigned long long)max, "512K or 8M");
		return min;
	}
	return number << shift;
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

static void append(char *list, size_t size, const char *text)
{
	strncat(list, text, size - strlen(list) - 1);
}

static void refuse_choice(const struct argp_state *state, const char *what, const char *text,
			  const char *const *names)
{
	char list[128] = "";

	for (int i = 0; names[i]; i++) {
		if (i)
			append(list, sizeof(list), names[i + 1] ? ", " : " and ");
		append(list, sizeof(list), names[i]);
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
