// SPDX-License-Identifier: GPL-2.0-only
/* What of a choice is which listener's. */
#include <errno.h>

#include "choice.h"

/*
 * Adds to the listener's CPUs those that are in no listener's share: if they are asked for it is by
 * mistake, and the kernel is to say so.
 */
static int add_strangers(const struct tsp_choice *choice, const struct tspool_spread *spread,
			 hwloc_bitmap_t cpus)
{
	hwloc_bitmap_t strangers = hwloc_bitmap_dup(choice->cpus);
	int err = strangers ? 0 : -ENOMEM;

	for (unsigned int i = 0; i < tspool_spread_count(spread) && !err; i++)
		err = hwloc_bitmap_andnot(strangers, strangers, tspool_spread_cpus(spread, i));
	if (!err)
		err = hwloc_bitmap_or(cpus, cpus, strangers);
	hwloc_bitmap_free(strangers);
	return err ? -ENOMEM : 0;
}

static int share_cpus(const struct tsp_choice *choice, const struct tspool_spread *spread,
		      unsigned int index, struct tsp_choice *share)
{
	if (hwloc_bitmap_and(share->cpus, tspool_spread_cpus(spread, index), choice->cpus) ||
	    hwloc_bitmap_copy(share->cpts, tspool_spread_cpts(spread, index)))
		return -ENOMEM;
	if (!index && add_strangers(choice, spread, share->cpus))
		return -ENOMEM;
	if (hwloc_bitmap_iszero(share->cpus))
		hwloc_bitmap_zero(share->cpts);
	return 0;
}

/* The CPUs that a CPT serves are not in the module's rows, but they are in the map. */
static int share_cpts(const struct tsp_choice *choice, const struct tspool_spread *spread,
		      unsigned int index, struct tsp_choice *share)
{
	int cpt, err = hwloc_bitmap_and(share->cpts, tspool_spread_cpts(spread, index),
					choice->cpts);

	for (cpt = hwloc_bitmap_first(share->cpts); cpt >= 0 && !err;
	     cpt = hwloc_bitmap_next(share->cpts, cpt))
		err = hwloc_bitmap_or(share->cpus, share->cpus,
				      tspool_cpt_map_served(choice->map, (unsigned int)cpt));
	if (!err)
		err = hwloc_bitmap_and(share->cpus, share->cpus, tspool_spread_cpus(spread, index));
	return err ? -ENOMEM : 0;
}

/* Where a CPT has several listeners, or the CPTs several, each must say which ones it means. */
static enum tsp_choice_kind kind_of(const struct tsp_choice *choice,
				    const struct tspool_spread *spread)
{
	if (tspool_spread_count(spread) > choice->n_cpts)
		return TSP_CHOICE_CPUS;
	if (choice->kind == TSP_CHOICE_ALL && tspool_spread_count(spread) > 1)
		return TSP_CHOICE_CPTS;
	return choice->kind;
}

int tsp_choice_share(const struct tsp_choice *choice, const struct tspool_spread *spread,
		     unsigned int index, struct tsp_choice *share)
{
	*share = (struct tsp_choice){
		.kind = kind_of(choice, spread),
		.cpts = hwloc_bitmap_alloc(),
		.cpus = hwloc_bitmap_alloc(),
		.n_cpts = choice->n_cpts,
		.map = choice->map,
		.from_module = choice->from_module,
	};
	if (!share->cpts || !share->cpus)
		return -ENOMEM;
	if (choice->kind == TSP_CHOICE_CPUS)
		return share_cpus(choice, spread, index, share);
	return share_cpts(choice, spread, index, share);
}
