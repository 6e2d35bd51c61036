// SPDX-License-Identifier: GPL-2.0-only
#include "scale.h"

#include <stdio.h>
#include <time.h>

#define NS_PER_US	1000ULL
#define NS_PER_MS	1000000ULL
#define NS_PER_S	1000000000ULL

/* Three digits that mean something: 1.23, 12.3, 123. */
static void print_scaled(double value, const char *unit, char *scaled)
{
	int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;

	snprintf(scaled, TSP_SCALED_SIZE, "%.*f %s", decimals, value, unit);
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
	if (ns < NS_PER_US)
		snprintf(scaled, TSP_SCALED_SIZE, "%u ns", (unsigned int)ns);
	else if (ns < NS_PER_MS)
		print_scaled((double)ns / NS_PER_US, "us", scaled);
	else if (ns < NS_PER_S)
		print_scaled((double)ns / NS_PER_MS, "ms", scaled);
	else if (ns < 60 * NS_PER_S)
		print_scaled((double)ns / NS_PER_S, "s", scaled);
	else
		print_clock(ns / NS_PER_S, scaled);
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

static struct tm local_time(uint64_t ns)
{
	time_t seconds = (time_t)(ns / NS_PER_S);
	struct tm local;

	localtime_r(&seconds, &local);
	return local;
}

static void append_fraction(uint64_t ns, size_t used, char *scaled)
{
	unsigned int us = ns % NS_PER_S / NS_PER_US;

	snprintf(scaled + used, TSP_SCALED_SIZE - used, ".%06u", us);
}

char *tsp_time_of_day(uint64_t ns_since_epoch, char *scaled)
{
	struct tm local = local_time(ns_since_epoch);

	append_fraction(ns_since_epoch, strftime(scaled, TSP_SCALED_SIZE, "%T", &local), scaled);
	return scaled;
}

char *tsp_date(uint64_t ns_since_epoch, char *scaled)
{
	struct tm local = local_time(ns_since_epoch);

	append_fraction(ns_since_epoch, strftime(scaled, TSP_SCALED_SIZE, "%F %T", &local), scaled);
	return scaled;
}
