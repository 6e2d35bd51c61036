// SPDX-License-Identifier: GPL-2.0-only
#include "scale.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "decimal.h"

#define TSP_US_PER_S	(TSP_NS_PER_S / TSP_NS_PER_US)

/* A number of hundredths, tenths or ones: decimals says which. */
static char *put_decimals(char *to, uint64_t number, unsigned int decimals)
{
	if (!decimals)
		return tsp_put_number(to, number);
	to = tsp_put_number(to, number / (decimals == 2 ? 100 : 10));
	*to++ = '.';
	if (decimals == 2)
		*to++ = (char)('0' + number / 10 % 10);
	*to++ = (char)('0' + number % 10);
	return to;
}

/* Three digits that mean something: 1.23, 12.3, 123. */
static void print_scaled(double value, const char *unit, char *scaled)
{
	static const double power[] = { 1, 10, 100 };
	unsigned int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
	char *to = put_decimals(scaled, (uint64_t)llrint(value * power[decimals]), decimals);

	*to++ = ' ';
	memcpy(to, unit, strlen(unit) + 1);
}

static void print_clock(unsigned long long seconds, char *scaled)
{
	unsigned int clock = seconds % 86400;
	unsigned long long days = seconds / 86400;
	int used = 0;

	if (days)
		used = snprintf(scaled, TSP_SCALED_SIZE, "%llu d ", days);
	snprintf(scaled + used, TSP_SCALED_SIZE - used, "%u:%02u:%02u", clock / 3600,
		 clock / 60 % 60, clock % 60);
}

char *tsp_scale_ns(uint64_t ns, char *scaled)
{
	if (ns < TSP_NS_PER_US)
		snprintf(scaled, TSP_SCALED_SIZE, "%u ns", (unsigned int)ns);
	else if (ns < TSP_NS_PER_MS)
		print_scaled((double)ns / TSP_NS_PER_US, "us", scaled);
	else if (ns < TSP_NS_PER_S)
		print_scaled((double)ns / TSP_NS_PER_MS, "ms", scaled);
	else if (ns < 60 * TSP_NS_PER_S)
		print_scaled((double)ns / TSP_NS_PER_S, "s", scaled);
	else
		print_clock(ns / TSP_NS_PER_S, scaled);
	return scaled;
}

char *tsp_scale_bytes(uint64_t bytes, char *scaled)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	double value = (double)bytes / 1024;
	size_t unit = 0;

	if (bytes < 1024) {
		snprintf(scaled, TSP_SCALED_SIZE, "%u B", (unsigned int)bytes);
		return scaled;
	}
	for (; value >= 1024; unit++)
		value /= 1024;
	print_scaled(value, units[unit], scaled);
	return scaled;
}

char *tsp_scale_mb_us(uint64_t mb_us, char *scaled)
{
	if (mb_us < 1000)
		snprintf(scaled, TSP_SCALED_SIZE, "%u MiB us", (unsigned int)mb_us);
	else if (mb_us < 1000000)
		print_scaled((double)mb_us / 1e3, "MiB ms", scaled);
	else
		print_scaled((double)mb_us / 1e6, "MiB s", scaled);
	return scaled;
}

/* The date and the time of a second, written to text. Records come many a second. */
static void print_second(uint64_t second, char text[TSP_SCALED_SIZE])
{
	static __thread uint64_t last_second = UINT64_MAX;
	static __thread char last[TSP_SCALED_SIZE];
	time_t seconds = (time_t)second;
	struct tm local;

	if (second != last_second) {
		localtime_r(&seconds, &local);
		strftime(last, sizeof(last), "%F %T", &local);
		last_second = second;
	}
	memcpy(text, last, sizeof(last));
}

char *tsp_date(uint64_t ns_since_epoch, char *scaled)
{
	uint64_t us = ns_since_epoch % TSP_NS_PER_S / TSP_NS_PER_US;
	char *to;

	print_second(ns_since_epoch / TSP_NS_PER_S, scaled);
	to = scaled + strlen(scaled);
	/* The digit in front keeps the zeros, and gives way to the point. */
	*tsp_put_number(to, TSP_US_PER_S + us) = '\0';
	*to = '.';
	return scaled;
}

char *tsp_time_of_day(uint64_t ns_since_epoch, char *scaled)
{
	const char *time = strchr(tsp_date(ns_since_epoch, scaled), ' ') + 1;

	memmove(scaled, time, strlen(time) + 1);
	return scaled;
}
