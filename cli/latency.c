// SPDX-License-Identifier: GPL-2.0-only
#include "latency.h"

#include <math.h>
#include <string.h>

#include "json.h"
#include "scale.h"

#define BAR_WIDTH	40
#define LAST_BUCKET	(TSPOOL_LATENCY_BUCKETS - 1)
#define BUCKETS_PER_BAR	4
#define BARS		(TSPOOL_LATENCY_BUCKETS / BUCKETS_PER_BAR)

/* The parts that are told of. */
static const struct quantile {
	const char *percent;
	const char *text;
	double part;
} quantiles[] = {
	{ "50", "half", 0.5 },
	{ "99", "99 %", 0.99 },
	{ "100", "all", 1 },
	{ 0 },
};

static uint64_t sum_of(const uint64_t counts[TSPOOL_LATENCY_BUCKETS])
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < TSPOOL_LATENCY_BUCKETS; i++)
		sum += counts[i];
	return sum;
}

static uint64_t bucket_begin_us(unsigned int bucket)
{
	return bucket < 4 ? bucket : (UINT64_C(4) + bucket % 4) << (bucket / 4 - 1);
}

static uint64_t bucket_end_us(unsigned int bucket)
{
	return bucket < LAST_BUCKET ? bucket_begin_us(bucket + 1) : UINT64_MAX;
}

uint64_t tsp_latency_below_us(const uint64_t counts[TSPOOL_LATENCY_BUCKETS], double part)
{
	uint64_t wanted = (uint64_t)ceil(part * (double)sum_of(counts));
	uint64_t sum = 0;

	for (unsigned int i = 0; i < TSPOOL_LATENCY_BUCKETS; i++) {
		sum += counts[i];
		if (sum && sum >= wanted)
			return bucket_end_us(i);
	}
	return 0;
}

void tsp_latency_line(FILE *out, uint32_t cpt, const uint64_t counts[TSPOOL_LATENCY_BUCKETS])
{
	unsigned long long sum = sum_of(counts);
	const char *separator = ": ";
	char time[TSP_SCALED_SIZE];

	fprintf(out, "CPT %u, from exit to delivery of %llu records", cpt, sum);
	for (const struct quantile *quantile = quantiles; sum && quantile->text; quantile++) {
		uint64_t below = tsp_latency_below_us(counts, quantile->part);

		if (below == UINT64_MAX)
			fprintf(out, "%s%s with no limit", separator, quantile->text);
		else
			fprintf(out, "%s%s within %s", separator, quantile->text,
				tsp_scale_ns(below * TSP_NS_PER_US, time));
		separator = ", ";
	}
	fputc('\n', out);
}

/* A bar is of a power of two, the first one of all below that. */
static void sum_bars(const uint64_t counts[TSPOOL_LATENCY_BUCKETS], uint64_t sums[BARS])
{
	memset(sums, 0, BARS * sizeof(*sums));
	for (unsigned int i = 0; i < TSPOOL_LATENCY_BUCKETS; i++)
		sums[i / BUCKETS_PER_BAR] += counts[i];
}

static uint64_t highest(const uint64_t sums[BARS])
{
	uint64_t high = 0;

	for (unsigned int i = 0; i < BARS; i++)
		if (sums[i] > high)
			high = sums[i];
	return high;
}

/* What is not zero shows. */
static int bar_length(uint64_t count, uint64_t high)
{
	return (int)ceil((double)count * BAR_WIDTH / (double)high);
}

static void print_bar(FILE *out, unsigned int number, uint64_t count, uint64_t high)
{
	static const char bar[BAR_WIDTH + 1] = "########################################";
	uint64_t begin_us = bucket_begin_us(number * BUCKETS_PER_BAR);
	uint64_t end_us = bucket_end_us((number + 1) * BUCKETS_PER_BAR - 1);
	char begin[TSP_SCALED_SIZE], end[TSP_SCALED_SIZE] = "";

	tsp_scale_ns(begin_us * TSP_NS_PER_US, begin);
	if (end_us != UINT64_MAX)
		tsp_scale_ns(end_us * TSP_NS_PER_US, end);
	fprintf(out, "  %8s - %8s %12llu%s%.*s\n", begin, end, (unsigned long long)count,
		count ? " " : "", bar_length(count, high), bar);
}

void tsp_latency_bars(FILE *out, uint32_t cpt, const uint64_t counts[TSPOOL_LATENCY_BUCKETS])
{
	unsigned int first = 0, last = BARS;
	uint64_t sums[BARS], high;

	tsp_latency_line(out, cpt, counts);
	sum_bars(counts, sums);
	high = highest(sums);
	if (!high)
		return;
	while (!sums[first])
		first++;
	while (!sums[last - 1])
		last--;
	for (unsigned int i = first; i < last; i++)
		print_bar(out, i, sums[i], high);
}

/* UINT64_MAX stands for no number. */
static int append(json_t *array, uint64_t number)
{
	if (number == UINT64_MAX)
		return json_array_append_new(array, json_null());
	return json_array_append_new(array, json_integer((json_int_t)number));
}

static json_t *json_quantiles(const uint64_t counts[TSPOOL_LATENCY_BUCKETS])
{
	json_t *object = json_object();
	int err = 0;

	for (const struct quantile *quantile = quantiles; quantile->text; quantile++) {
		uint64_t below = tsp_latency_below_us(counts, quantile->part);
		bool known = below && below != UINT64_MAX;

		err |= json_object_set_new(object, quantile->percent,
					   known ? json_integer((json_int_t)below) : json_null());
	}
	return tsp_json_checked(object, err);
}

json_t *tsp_latency_json(const uint64_t counts[TSPOOL_LATENCY_BUCKETS])
{
	json_t *numbers = json_array(), *ends = json_array();
	json_t *object = json_object();
	int err = 0;

	for (unsigned int i = 0; i < TSPOOL_LATENCY_BUCKETS; i++) {
		err |= append(numbers, counts[i]);
		err |= append(ends, bucket_end_us(i));
	}
	err |= json_object_set_new(object, "counts", numbers);
	err |= json_object_set_new(object, "below_us", ends);
	err |= json_object_set_new(object, "quantiles_us", json_quantiles(counts));
	return tsp_json_checked(object, err);
}
