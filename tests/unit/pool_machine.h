/* SPDX-License-Identifier: GPL-2.0-only */
/* A pool on a made-up machine, its threads bound to nothing. One program includes this once. */
#ifndef TSP_TEST_POOL_MACHINE_H
#define TSP_TEST_POOL_MACHINE_H

#include <check.h>
#include <hwloc.h>
#include <stdlib.h>
#include <tspool/sched.h>
#include <unistd.h>

static hwloc_topology_t topology;
static struct tspool_cpt_map *map;

static inline void load_machine(const char *synthetic)
{
	ck_assert_int_eq(hwloc_topology_init(&topology), 0);
	ck_assert_int_eq(hwloc_topology_set_synthetic(topology, synthetic), 0);
	ck_assert_int_eq(hwloc_topology_load(topology), 0);
}

static inline void make_map(const char *pattern)
{
	ck_assert_int_eq(tspool_cpt_map_from_hwloc(topology, 0, pattern, &map, NULL), 0);
}

static inline void free_machine(void)
{
	tspool_cpt_map_free(map);
	hwloc_topology_destroy(topology);
}

static inline struct tspool_pool *start_pool(struct tspool_pool_options options)
{
	struct tspool_cpt_error error;
	struct tspool_pool *pool;

	options.topology = topology;
	options.map = map;
	ck_assert_msg(!tspool_pool_start(&options, &pool, &error), "%s", error.text);
	return pool;
}

static inline struct tspool_pool_stats stats_of(const struct tspool_pool *pool, unsigned int cpt)
{
	struct tspool_pool_stats stats;

	tspool_pool_stats(pool, cpt, &stats);
	return stats;
}

/* What must come true soon: Check ends a test that waits for ever. */
#define await(condition)             \
	do {                         \
		while (!(condition)) \
			usleep(100); \
	} while (0)

#endif /* TSP_TEST_POOL_MACHINE_H */
