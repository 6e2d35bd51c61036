/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_QUANTILES_H
#define TSP_CLI_QUANTILES_H

#include <stdint.h>

/* Each power of two in so many steps of equal width: a quantile is at most an eighth too high. */
#define TSP_QUANTILE_STEP_BITS	3
#define TSP_QUANTILE_STEPS	8	/* two to that */
#define TSP_QUANTILE_BUCKETS	((64 - TSP_QUANTILE_STEP_BITS + 1) * TSP_QUANTILE_STEPS)

/* How often which values came, in a room that does not grow with them. All zero: none did. */
struct tsp_quantiles {
	uint64_t counts[TSP_QUANTILE_BUCKETS];
	uint64_t total;
	uint64_t highest;
};

void tsp_quantiles_add(struct tsp_quantiles *quantiles, uint64_t value);

/*
 * What at least percent of the values do not exceed: the highest value that may stand in for the
 * exact one, which is no higher and more than 8/9 of it. 0 without values.
 */
uint64_t tsp_quantile(const struct tsp_quantiles *quantiles, unsigned int percent);

#endif
