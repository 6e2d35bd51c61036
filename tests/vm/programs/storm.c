// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "storm.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void storm_die(const char *what, int error)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(error));
	exit(1);
}

static void bad_argument(const char *what, const char *text)
{
	fprintf(stderr, "%s: %s: \"%s\" is not valid\n", program_invocation_short_name, what, text);
	exit(2);
}

unsigned long storm_number(const char *what, const char *text, unsigned long max)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || *text < '0' || *text > '9' || *end || number < 1 || number > max)
		bad_argument(what, text);
	return number;
}

/* One item of the list, "2" or "0-1"; returns what follows it. */
static const char *add_range(const char *list, cpu_set_t *cpus)
{
	char *end;
	unsigned long first = strtoul(list, &end, 10);
	unsigned long last = *end == '-' ? strtoul(end + 1, &end, 10) : first;

	if (last >= CPU_SETSIZE)
		bad_argument("CPU list", list);
	while (first <= last)
		CPU_SET(first++, cpus);
	return end;
}

void storm_bind(const char *list)
{
	const char *rest = list;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	for (;;) {
		rest = add_range(rest, &cpus);
		if (*rest != ',')
			break;
		rest++;
	}
	if (*rest)
		bad_argument("CPU list", list);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		storm_die("sched_setaffinity", errno);
}
