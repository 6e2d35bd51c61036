// SPDX-License-Identifier: GPL-2.0-only
#include "choice.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "module_params.h"
#include "report.h"

static enum tsp_exit refuse_cpt(int cpt, const struct tsp_choice *choice)
{
	fprintf(stderr, "tslisten: there is no CPT %d, %s table has CPTs 0 to %zu\n", cpt,
		choice->from_module ? "the module's" : "hwloc's", choice->n_cpts - 1);
	return TSP_EXIT_USAGE;
}

static enum tsp_exit refuse_hwloc(const char *text)
{
	fprintf(stderr, "tslisten: no CPT table: %s\n", text);
	return TSP_EXIT_FAILURE;
}

static enum tsp_exit refuse_table(void)
{
	fputs("tslisten: the module's CPT table makes no sense\n", stderr);
	return TSP_EXIT_FAILURE;
}

static bool is_wanted(uint32_t cpt, hwloc_const_bitmap_t cpus_of_cpt, hwloc_const_bitmap_t cpts,
		      hwloc_const_bitmap_t cpus)
{
	if (cpus)
		return hwloc_bitmap_intersects(cpus_of_cpt, cpus);
	return hwloc_bitmap_iszero(cpts) || hwloc_bitmap_isset(cpts, cpt);
}

/* Adds the CPT to the choice if it is wanted, and takes its CPUs out of rest in any case. */
static void consider(struct tsp_choice *choice, uint32_t cpt, hwloc_const_bitmap_t cpus_of_cpt,
		     hwloc_const_bitmap_t cpts, hwloc_const_bitmap_t cpus, hwloc_bitmap_t rest)
{
	if (is_wanted(cpt, cpus_of_cpt, cpts, cpus)) {
		hwloc_bitmap_set(choice->cpts, cpt);
		hwloc_bitmap_or(choice->cpus, choice->cpus, cpus_of_cpt);
	}
	hwloc_bitmap_andnot(rest, rest, cpus_of_cpt);
}

static int consider_row(struct tsp_choice *choice, const struct tspool_cpt_info *row,
			hwloc_const_bitmap_t cpts, hwloc_const_bitmap_t cpus, hwloc_bitmap_t rest)
{
	hwloc_bitmap_t cpus_of_cpt;
	int err;

	err = tspool_list_parse(row->cpus, &cpus_of_cpt, NULL);
	if (err)
		return err;
	consider(choice, row->id, cpus_of_cpt, cpts, cpus, rest);
	hwloc_bitmap_free(cpus_of_cpt);
	return 0;
}

static int choose(struct tsp_choice *choice, const struct tspool_cpt_info *table,
		  hwloc_const_bitmap_t cpts, hwloc_const_bitmap_t cpus)
{
	hwloc_bitmap_t rest = cpus ? hwloc_bitmap_dup(cpus) : hwloc_bitmap_alloc();
	int err = 0;

	for (size_t i = 0; i < choice->n_cpts && !err; i++)
		err = consider_row(choice, &table[i], cpts, cpus, rest);

	/* A CPU of no partition is served by this one. */
	for (int cpu = hwloc_bitmap_first(rest); cpu >= 0; cpu = hwloc_bitmap_next(rest, cpu))
		hwloc_bitmap_set(choice->cpts, cpu % choice->n_cpts);
	hwloc_bitmap_free(rest);

	if (cpus)
		hwloc_bitmap_copy(choice->cpus, cpus);
	return err;
}

static enum tsp_exit choose_from_module(struct tspool_session *session, hwloc_const_bitmap_t cpts,
					hwloc_const_bitmap_t cpus, struct tsp_choice *choice)
{
	enum tsp_exit status = TSP_EXIT_OK;
	struct tspool_cpt_info *table;
	int last = hwloc_bitmap_last(cpts);
	int err;

	err = tspool_get_cpts(session, &table, &choice->n_cpts);
	if (err)
		return tsp_report(session, err);

	if (choice->n_cpts && last >= (int)choice->n_cpts)
		status = refuse_cpt(last, choice);
	else if (!choice->n_cpts || choose(choice, table, cpts, cpus))
		status = refuse_table();
	tspool_free_cpts(table, choice->n_cpts);
	return status;
}

/* The table that the module has, or would have without parameters. */
static enum tsp_exit make_map(struct tsp_choice *choice)
{
	struct tsp_module_params params;
	struct tspool_cpt_error error;
	int err;

	err = tsp_module_params_read(&params);
	if (err && err != -ENOENT)
		return refuse_hwloc(strerror(-err));
	err = tspool_cpt_map_from_hwloc(choice->topology, params.npartitions, params.pattern,
					&choice->map, &error);
	return err ? refuse_hwloc(error.text) : TSP_EXIT_OK;
}

static enum tsp_exit refuse_cpu(hwloc_const_bitmap_t rest)
{
	fprintf(stderr, "tslisten: there is no CPU %d\n", hwloc_bitmap_first(rest));
	return TSP_EXIT_USAGE;
}

static enum tsp_exit choose_from_hwloc(hwloc_const_bitmap_t cpts, hwloc_const_bitmap_t cpus,
				       struct tsp_choice *choice)
{
	int last = hwloc_bitmap_last(cpts);
	enum tsp_exit status;
	hwloc_bitmap_t rest;

	status = make_map(choice);
	if (status != TSP_EXIT_OK)
		return status;
	choice->n_cpts = tspool_cpt_map_count(choice->map);
	if (last >= (int)choice->n_cpts)
		return refuse_cpt(last, choice);

	rest = cpus ? hwloc_bitmap_dup(cpus) : hwloc_bitmap_alloc();
	for (unsigned int cpt = 0; cpt < choice->n_cpts; cpt++)
		consider(choice, cpt, tspool_cpt_map_served(choice->map, cpt), cpts, cpus, rest);
	if (!hwloc_bitmap_iszero(rest))
		status = refuse_cpu(rest);
	hwloc_bitmap_free(rest);
	if (cpus)
		hwloc_bitmap_copy(choice->cpus, cpus);
	return status;
}

enum tsp_exit tsp_choice_make(struct tspool_session *session, hwloc_const_bitmap_t cpts,
			      hwloc_const_bitmap_t cpus, struct tsp_choice *choice)
{
	struct tspool_cpt_error error;

	*choice = (struct tsp_choice){
		.kind = cpus			  ? TSP_CHOICE_CPUS :
			hwloc_bitmap_iszero(cpts) ? TSP_CHOICE_ALL :
						    TSP_CHOICE_CPTS,
		.cpts = hwloc_bitmap_alloc(),
		.cpus = hwloc_bitmap_alloc(),
		.from_module = tspool_session_backend(session) == TSPOOL_BACKEND_TSPOOL,
	};
	if (tspool_topology_load(&choice->topology, &error)) {
		choice->topology = NULL;
		return refuse_hwloc(error.text);
	}
	if (choice->from_module)
		return choose_from_module(session, cpts, cpus, choice);
	return choose_from_hwloc(cpts, cpus, choice);
}

void tsp_choice_free(struct tsp_choice *choice)
{
	if (choice->topology) {
		tspool_cpt_map_free(choice->map);
		hwloc_topology_destroy(choice->topology);
	}
	hwloc_bitmap_free(choice->cpus);
	hwloc_bitmap_free(choice->cpts);
}
