// SPDX-License-Identifier: GPL-2.0-only
#include "when.h"

#include <argp.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S	1000000000ULL
/* So many seconds since the epoch still fit, as nanoseconds. */
#define SECONDS_MAX	18000000000ULL

/* The digits behind a point, as nanoseconds. Returns what follows them. */
static const char *parse_fraction(const char *text, uint64_t *ns)
{
	uint64_t unit = NS_PER_S / 10;

	*ns = 0;
	if (*text != '.')
		return text;
	for (text++; isdigit((unsigned char)*text); text++) {
		*ns += (uint64_t)(*text - '0') * unit;
		unit /= 10;
	}
	return text;
}

static bool parse_epoch(const char *text, uint64_t *ns)
{
	unsigned long long seconds;
	uint64_t fraction;
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	seconds = strtoull(text, &end, 10);
	if (*parse_fraction(end, &fraction) || seconds > SECONDS_MAX)
		return false;
	*ns = seconds * NS_PER_S + fraction;
	return true;
}

static uint64_t seconds_of(char unit)
{
	switch (unit) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return 86400;
	default:
		return 0;
	}
}

static bool parse_ago(const char *text, time_t now, uint64_t *ns)
{
	unsigned long long count;
	uint64_t unit;
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	count = strtoull(text, &end, 10);
	unit = seconds_of(*end);
	if (!unit || end[1] || count > (uint64_t)now / unit)
		return false;
	*ns = ((uint64_t)now - count * unit) * NS_PER_S;
	return true;
}

/* What is left of the text behind a date, or a time, in one of these formats; NULL: in none. */
static const char *parse_by(const char *text, struct tm *time, const char *const *formats)
{
	for (; *formats; formats++) {
		struct tm parsed = *time;
		const char *rest = strptime(text, *formats, &parsed);

		if (!rest)
			continue;
		*time = parsed;
		return rest;
	}
	return NULL;
}

/* strptime() knows no month that is shorter than 31 days; mktime() goes on into the next. */
static bool is_date(const struct tm *time)
{
	struct tm date = {
		.tm_year = time->tm_year,
		.tm_mon = time->tm_mon,
		.tm_mday = time->tm_mday,
	};

	timegm(&date);
	return date.tm_mday == time->tm_mday;
}

static bool parse_local(const char *text, time_t now, uint64_t *ns)
{
	static const char *const dates[] = { "%Y-%m-%d", NULL };
	static const char *const times[] = { "%H:%M:%S", "%H:%M", NULL };
	struct tm time = { 0 };
	uint64_t fraction = 0;
	const char *rest;
	time_t seconds;

	localtime_r(&now, &time);
	time.tm_hour = 0;
	time.tm_min = 0;
	time.tm_sec = 0;
	rest = parse_by(text, &time, dates);
	if (rest && (*rest == ' ' || *rest == 'T'))
		rest++;
	if (!rest || *rest)
		rest = parse_by(rest ? rest : text, &time, times);
	if (!rest || *parse_fraction(rest, &fraction) || !is_date(&time))
		return false;
	time.tm_isdst = -1;
	seconds = mktime(&time);
	if (seconds < 0 || (uint64_t)seconds > SECONDS_MAX)
		return false;
	*ns = (uint64_t)seconds * NS_PER_S + fraction;
	return true;
}

bool tsp_when_parse(const char *text, time_t now, uint64_t *ns)
{
	/* strptime() would pass over blanks. */
	if (isspace((unsigned char)*text))
		return false;
	if (*text == '@')
		return parse_epoch(text + 1, ns);
	if (*text == '-')
		return parse_ago(text + 1, now, ns);
	return parse_local(text, now, ns);
}

uint64_t tsp_arg_when(const struct argp_state *state, const char *what, const char *text)
{
	uint64_t ns = 0;

	if (!tsp_when_parse(text, time(NULL), &ns))
		argp_error(state, "%s '%s' is not a time, such as %s", what, text,
			   "'2026-11-22 15:40', 15:40:30, -10m or @1795362003.5");
	return ns;
}
