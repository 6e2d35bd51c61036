// SPDX-License-Identifier: GPL-2.0-only
#include "quantiles.h"

/* Values below 2 * STEPS have a bucket each; from there on each power of two has STEPS buckets. */
static unsigned int bucket_of(uint64_t value)
{
	unsigned int shift;

	if (value < TSP_QUANTILE_STEPS)
		return (unsigned int)value;
	shift = 63 - TSP_QUANTILE_STEP_BITS - (unsigned int)__builtin_clzll(value);
	return shift * TSP_QUANTILE_STEPS + (unsigned int)(value >> shift);
}

static uint64_t highest_of(unsigned int bucket)
{
	unsigned int shift;
	uint64_t step;

	if (bucket < 2 * TSP_QUANTILE_STEPS)
		return bucket;
	shift = bucket / TSP_QUANTILE_STEPS - 1;
	step = TSP_QUANTILE_STEPS + bucket % TSP_QUANTILE_STEPS;
	return (step << shift) + ((UINT64_C(1) << shift) - 1);
}

void tsp_quantiles_add(struct tsp_quantiles *quantiles, uint64_t value)
{
	quantiles->counts[bucket_of(value)]++;
	quantiles->total++;
	if (value > quantiles->highest)
		quantiles->highest = value;
}

/* How many of the total are percent of it, rounded up, and one at least. */
static uint64_t rank_of(uint64_t total, unsigned int percent)
{
	uint64_t rank = total / 100 * percent + (total % 100 * percent + 99) / 100;

	return rank ? rank : 1;
}

uint64_t tsp_quantile(const struct tsp_quantiles *quantiles, unsigned int percent)
{
	uint64_t rank = rank_of(quantiles->total, percent);
	uint64_t seen = 0;

	for (unsigned int bucket = 0; bucket < TSP_QUANTILE_BUCKETS; bucket++) {
		uint64_t highest = highest_of(bucket);

		seen += quantiles->counts[bucket];
		if (seen >= rank)
			return highest < quantiles->highest ? highest : quantiles->highest;
	}
	return quantiles->highest;
}
