// SPDX-License-Identifier: GPL-2.0-only
#include "choice.h"

#include <stdio.h>
#include <tspool/sched.h>

#include "report.h"

static enum tsp_exit refuse_cpt(int cpt, size_t n_cpts)
{
	fprintf(stderr, "tslisten: there is no CPT %d, the module's table has CPTs 0 to %zu\n", cpt,
		n_cpts - 1);
	return TSP_EXIT_USAGE;
}

static enum tsp_exit refuse_table(void)
{
	fputs("tslisten: the module's CPT table makes no sense\n", stderr);
	return TSP_EXIT_FAILURE;
}

static bool is_wanted(const struct tspool_cpt_info *cpt, hwloc_const_bitmap_t cpus_of_cpt,
		      hwloc_const_bitmap_t cpts, hwloc_const_bitmap_t cpus)
{
	if (cpus)
		return hwloc_bitmap_intersects(cpus_of_cpt, cpus);
	return hwloc_bitmap_iszero(cpts) || hwloc_bitmap_isset(cpts, cpt->id);
}

/* Adds the CPT to the choice if it is wanted, and takes its CPUs out of rest in any case. */
static int consider(struct tsp_choice *choice, const struct tspool_cpt_info *cpt,
		    hwloc_const_bitmap_t cpts, hwloc_const_bitmap_t cpus, hwloc_bitmap_t rest)
{
	hwloc_bitmap_t cpus_of_cpt;
	int err;

	err = tspool_list_parse(cpt->cpus, &cpus_of_cpt, NULL);
	if (err)
		return err;
	if (is_wanted(cpt, cpus_of_cpt, cpts, cpus)) {
		hwloc_bitmap_set(choice->cpts, cpt->id);
		hwloc_bitmap_or(choice->cpus, choice->cpus, cpus_of_cpt);
	}
	hwloc_bitmap_andnot(rest, rest, cpus_of_cpt);
	hwloc_bitmap_free(cpus_of_cpt);
	return 0;
}

static int choose(struct tsp_choice *choice, const struct tspool_cpt_info *table,
		  hwloc_const_bitmap_t cpts, hwloc_const_bitmap_t cpus)
{
	hwloc_bitmap_t rest = cpus ? hwloc_bitmap_dup(cpus) : hwloc_bitmap_alloc();
	int err = 0;

	for (size_t i = 0; i < choice->n_cpts && !err; i++)
		err = consider(choice, &table[i], cpts, cpus, rest);

	/* A CPU of no partition is served by this one. */
	for (int cpu = hwloc_bitmap_first(rest); cpu >= 0; cpu = hwloc_bitmap_next(rest, cpu))
		hwloc_bitmap_set(choice->cpts, cpu % choice->n_cpts);
	hwloc_bitmap_free(rest);

	if (cpus)
		hwloc_bitmap_copy(choice->cpus, cpus);
	return err;
}

enum tsp_exit tsp_choice_make(struct tspool_session *session, hwloc_const_bitmap_t cpts,
			      hwloc_const_bitmap_t cpus, struct tsp_choice *choice)
{
	enum tsp_exit status = TSP_EXIT_OK;
	struct tspool_cpt_info *table;
	int last = hwloc_bitmap_last(cpts);
	int err;

	choice->cpts = hwloc_bitmap_alloc();
	choice->cpus = hwloc_bitmap_alloc();
	err = tspool_get_cpts(session, &table, &choice->n_cpts);
	if (err)
		return tsp_report(session, err);

	if (choice->n_cpts && last >= (int)choice->n_cpts)
		status = refuse_cpt(last, choice->n_cpts);
	else if (!choice->n_cpts || choose(choice, table, cpts, cpus))
		status = refuse_table();
	tspool_free_cpts(table, choice->n_cpts);
	return status;
}

void tsp_choice_free(struct tsp_choice *choice)
{
	hwloc_bitmap_free(choice->cpus);
	hwloc_bitmap_free(choice->cpts);
}
