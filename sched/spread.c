// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <stdlib.h>

#include "cpt.h"
#include "report.h"

struct listener {
	hwloc_cpuset_t cpus;
	hwloc_bitmap_t cpts;
	hwloc_nodeset_t nodes;
	char *cpus_list;
};

struct tspool_spread {
	unsigned int count;
	struct listener listeners[];
};

static int alloc_sets(struct listener *listener)
{
	listener->cpus = hwloc_bitmap_alloc();
	listener->cpts = hwloc_bitmap_alloc();
	listener->nodes = hwloc_bitmap_alloc();
	return listener->cpus && listener->cpts && listener->nodes ? 0 : -ENOMEM;
}

static int alloc_spread(unsigned int count, struct tspool_spread **spread)
{
	unsigned int i;
	int err = 0;

	*spread = calloc(1, sizeof(**spread) + (size_t)count * sizeof((*spread)->listeners[0]));
	if (!*spread)
		return -ENOMEM;
	(*spread)->count = count;
	for (i = 0; i < count && !err; i++)
		err = alloc_sets(&(*spread)->listeners[i]);
	return err;
}

/* The listeners of a CPT follow each other: from this one to that before the next CPT's. */
static unsigned int first_listener(unsigned int cpt, unsigned int cpts, unsigned int listeners)
{
	uint64_t product = (uint64_t)cpt * listeners;

	if (listeners <= cpts)
		return (unsigned int)(product / cpts);
	return (unsigned int)((product + cpts - 1) / cpts);
}

static unsigned int count_listeners(unsigned int cpt, unsigned int cpts, unsigned int listeners)
{
	if (listeners <= cpts)
		return 1;
	return first_listener(cpt + 1, cpts, listeners) - first_listener(cpt, cpts, listeners);
}

static int check_counts(const struct tspool_cpt_map *map, unsigned int listeners,
			struct tsp_cpt_error *reason)
{
	unsigned int cpt, cpts = tspool_cpt_map_count(map);

	if (!listeners)
		return tsp_cpt_fail(reason, -EINVAL, -1, "0 listeners, the least is 1");
	for (cpt = 0; cpt < cpts; cpt++) {
		unsigned int count = count_listeners(cpt, cpts, listeners);
		int cpus = hwloc_bitmap_weight(tspool_cpt_map_served(map, cpt));

		if (count > (unsigned int)cpus)
			return tsp_cpt_fail(reason, -EINVAL, -1,
					    "%u listeners are %u for CPT %u, which has %d CPU%s",
					    listeners, count, cpt, cpus, cpus == 1 ? "" : "s");
	}
	return 0;
}

/* In the order of the table: by node, package, core, number. */
static int compare_cpus(const void *left, const void *right, void *machine)
{
	unsigned int a = *(const unsigned int *)left, b = *(const unsigned int *)right;
	const struct tsp_cpt_cpu *cpus = ((const struct tsp_cpt_topology *)machine)->cpus;

	if (cpus[a].node != cpus[b].node)
		return cpus[a].node < cpus[b].node ? -1 : 1;
	if (cpus[a].package != cpus[b].package)
		return cpus[a].package < cpus[b].package ? -1 : 1;
	if (cpus[a].core != cpus[b].core)
		return cpus[a].core < cpus[b].core ? -1 : 1;
	return a < b ? -1 : a > b;
}

static unsigned int sort_cpus(const struct tspool_cpt_map *map, hwloc_const_cpuset_t served,
			      unsigned int *order)
{
	unsigned int cpu, count = 0;

	hwloc_bitmap_foreach_begin(cpu, served)
		order[count++] = cpu;
	hwloc_bitmap_foreach_end();
	qsort_r(order, count, sizeof(*order), compare_cpus, (void *)tsp_machine_of(map));
	return count;
}

/* The first ones have one CPU more where they can't all have as many. */
static int divide(struct listener *listeners, unsigned int count, const unsigned int *order,
		  unsigned int cpus)
{
	unsigned int i, next = 0, end;

	for (i = 0; i < count; i++) {
		end = next + cpus / count + (i < cpus % count);
		for (; next < end; next++)
			if (hwloc_bitmap_set(listeners[i].cpus, order[next]))
				return -ENOMEM;
	}
	return 0;
}

static int note_cpt(struct listener *listener, const struct tspool_cpt_map *map, unsigned int cpt)
{
	if (hwloc_bitmap_set(listener->cpts, cpt) ||
	    hwloc_bitmap_or(listener->nodes, listener->nodes, tspool_cpt_map_nodes(map, cpt)))
		return -ENOMEM;
	return 0;
}

static int spread_cpt(struct tspool_spread *spread, const struct tspool_cpt_map *map,
		      unsigned int cpt, unsigned int cpts, unsigned int *order)
{
	struct listener *listeners = spread->listeners + first_listener(cpt, cpts, spread->count);
	unsigned int i, count = count_listeners(cpt, cpts, spread->count);
	unsigned int cpus = sort_cpus(map, tspool_cpt_map_served(map, cpt), order);
	int err = divide(listeners, count, order, cpus);

	for (i = 0; i < count && !err; i++)
		err = note_cpt(&listeners[i], map, cpt);
	return err;
}

static int write_lists(struct tspool_spread *spread)
{
	unsigned int i;

	for (i = 0; i < spread->count; i++)
		if (hwloc_bitmap_list_asprintf(&spread->listeners[i].cpus_list,
					       spread->listeners[i].cpus) < 0)
			return -ENOMEM;
	return 0;
}

static int fill(struct tspool_spread *spread, const struct tspool_cpt_map *map)
{
	unsigned int *order = calloc(tsp_machine_of(map)->ncpus, sizeof(*order));
	unsigned int cpt, cpts = tspool_cpt_map_count(map);
	int err = order ? 0 : -ENOMEM;

	for (cpt = 0; cpt < cpts && !err; cpt++)
		err = spread_cpt(spread, map, cpt, cpts, order);
	free(order);
	return err ? err : write_lists(spread);
}

int tspool_spread_make(const struct tspool_cpt_map *map, unsigned int listeners,
		       struct tspool_spread **spread, struct tspool_cpt_error *error)
{
	struct tsp_cpt_error reason;
	int err;

	*spread = NULL;
	err = check_counts(map, listeners, &reason);
	if (err)
		return tsp_report(err, &reason, error);

	tsp_cpt_fail(&reason, 0, -1, "out of memory");
	err = alloc_spread(listeners, spread);
	if (!err)
		err = fill(*spread, map);
	if (err) {
		tspool_spread_free(*spread);
		*spread = NULL;
	}
	return tsp_report(err, &reason, error);
}

void tspool_spread_free(struct tspool_spread *spread)
{
	unsigned int i;

	if (!spread)
		return;
	for (i = 0; i < spread->count; i++) {
		free(spread->listeners[i].cpus_list);
		hwloc_bitmap_free(spread->listeners[i].nodes);
		hwloc_bitmap_free(spread->listeners[i].cpts);
		hwloc_bitmap_free(spread->listeners[i].cpus);
	}
	free(spread);
}

unsigned int tspool_spread_count(const struct tspool_spread *spread)
{
	return spread->count;
}

hwloc_const_cpuset_t tspool_spread_cpus(const struct tspool_spread *spread, unsigned int listener)
{
	return spread->listeners[listener].cpus;
}

const char *tspool_spread_cpus_list(const struct tspool_spread *spread, unsigned int listener)
{
	return spread->listeners[listener].cpus_list;
}

hwloc_const_bitmap_t tspool_spread_cpts(const struct tspool_spread *spread, unsigned int listener)
{
	return spread->listeners[listener].cpts;
}

hwloc_const_nodeset_t tspool_spread_nodes(const struct tspool_spread *spread, unsigned int listener)
{
	return spread->listeners[listener].nodes;
}
