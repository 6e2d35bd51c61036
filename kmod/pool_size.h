/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * How many threads the pool of a CPT has, and which CPT stands in for one without any. The same for
 * the module and for userspace. weight: the CPUs of the CPT; nscheds: the threads asked for, 0 for
 * automatic.
 */
#ifndef TSP_POOL_SIZE_H
#define TSP_POOL_SIZE_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#endif

#define TSP_POOL_MIN_THREADS		3	/* small CPTs: so many, if they have the CPUs */
#define TSP_POOL_INITIAL_THREADS	6	/* an automatic pool starts with so many at most */
#define TSP_POOL_GROWTH			2	/* so many threads more for each listener */

/* The threads that the pool may grow to. */
static inline unsigned int tsp_pool_max_threads(unsigned int weight, unsigned int nscheds)
{
	unsigned int threads = nscheds;

	if (!threads)
		threads = weight / 2 > TSP_POOL_MIN_THREADS ? weight / 2 : TSP_POOL_MIN_THREADS;
	return threads < weight ? threads : weight;
}

/* The threads that the pool starts with. */
static inline unsigned int tsp_pool_initial_threads(unsigned int weight, unsigned int nscheds)
{
	unsigned int max = tsp_pool_max_threads(weight, nscheds);

	return nscheds || max < TSP_POOL_INITIAL_THREADS ? max : TSP_POOL_INITIAL_THREADS;
}

/* The threads to add for a new listener to a pool of so many, which may grow to max. */
static inline unsigned int tsp_pool_growth(unsigned int threads, unsigned int max)
{
	if (threads >= max)
		return 0;
	return max - threads < TSP_POOL_GROWTH ? max - threads : TSP_POOL_GROWTH;
}

/* A CPT that could stand in for one whose threads could not be started. */
struct tsp_pool_candidate {
	unsigned int cpt;
	unsigned int distance;		/* from the CPT that needs it */
	unsigned long long queued;	/* records that wait there already */
};

/* Whether a is the better choice: the nearer one, then the less busy one, then the lower number. */
static inline bool tsp_pool_better_fallback(const struct tsp_pool_candidate *a,
					    const struct tsp_pool_candidate *b)
{
	if (a->distance != b->distance)
		return a->distance < b->distance;
	if (a->queued != b->queued)
		return a->queued < b->queued;
	return a->cpt < b->cpt;
}

#endif /* TSP_POOL_SIZE_H */
