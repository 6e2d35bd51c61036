// SPDX-License-Identifier: GPL-2.0-only
#include "cpt_rows.h"

#include <errno.h>
#include <stdlib.h>

#include "json.h"

static json_t *json_distances(const uint32_t *distances, size_t count)
{
	json_t *list = json_array();
	int err = 0;

	for (size_t i = 0; i < count; i++)
		err |= json_array_append_new(list, json_integer(distances[i]));
	return tsp_json_checked(list, err);
}

static json_t *json_cpt(uint32_t id, const char *cpus, uint32_t weight, const char *nodes,
			json_t *distances)
{
	return json_pack("{s:I, s:s, s:I, s:s, s:o}", "cpt", (json_int_t)id, "cpus", cpus, "weight",
			 (json_int_t)weight, "nodes", nodes, "distances", distances);
}

static int add_sched(json_t *row, const struct tspool_sched_info *sched)
{
	int err = 0;

	err |= tsp_json_add_number(row, "threads", sched->threads);
	err |= tsp_json_add_number(row, "threads_max", sched->threads_max);
	err |= tsp_json_add_number(row, "queued", sched->queued);
	err |= tsp_json_add_number(row, "listeners", sched->listeners);
	return err;
}

static json_t *rows_from(const struct tspool_cpt_info *cpts, size_t n_cpts,
			 const struct tspool_sched_info *scheds, size_t n_scheds)
{
	json_t *rows = json_array();
	int err = 0;

	for (const struct tspool_cpt_info *cpt = cpts; cpt < cpts + n_cpts; cpt++)
		err |= json_array_append_new(rows,
					     json_cpt(cpt->id, cpt->cpus, cpt->weight, cpt->nodes,
						      json_distances(cpt->distances,
								     cpt->n_distances)));
	for (size_t i = 0; i < n_scheds; i++)
		err |= add_sched(json_array_get(rows, scheds[i].cpt), &scheds[i]);
	return tsp_json_checked(rows, err);
}

int tsp_cpt_rows_from_kernel(struct tspool_session *session, json_t **rows)
{
	struct tspool_sched_info *scheds;
	struct tspool_cpt_info *cpts;
	size_t n_cpts, n_scheds;
	int err;

	err = tspool_get_cpts(session, &cpts, &n_cpts);
	if (err)
		return err;
	err = tspool_get_scheds(session, &scheds, &n_scheds);
	if (err)
		goto free_cpts;

	*rows = rows_from(cpts, n_cpts, scheds, n_scheds);
	tspool_free_scheds(scheds, n_scheds);
free_cpts:
	tspool_free_cpts(cpts, n_cpts);
	return err;
}

static json_t *json_map_distances(const struct tspool_cpt_map *map, unsigned int cpt)
{
	json_t *list = json_array();
	int err = 0;

	for (unsigned int to = 0; to < tspool_cpt_map_count(map); to++)
		err |= json_array_append_new(list,
					     json_integer(tspool_cpt_map_distance(map, cpt, to)));
	return tsp_json_checked(list, err);
}

static json_t *json_map_cpt(const struct tspool_cpt_map *map, unsigned int cpt)
{
	return json_cpt(cpt, tspool_cpt_map_cpus_list(map, cpt), tspool_cpt_map_weight(map, cpt),
			tspool_cpt_map_nodes_list(map, cpt), json_map_distances(map, cpt));
}

json_t *tsp_cpt_rows_from_map(const struct tspool_cpt_map *map)
{
	json_t *rows = json_array();
	int err = 0;

	for (unsigned int cpt = 0; cpt < tspool_cpt_map_count(map); cpt++)
		err |= json_array_append_new(rows, json_map_cpt(map, cpt));
	return tsp_json_checked(rows, err);
}

static unsigned int row_id(const json_t *row)
{
	return json_integer_value(json_object_get(row, "cpt"));
}

static int print_table_row(const json_t *row, FILE *out)
{
	hwloc_bitmap_t cpus;
	int err;

	err = tspool_list_parse(json_string_value(json_object_get(row, "cpus")), &cpus, NULL);
	if (err)
		return err;
	err = tspool_cpt_print_table_row(out, row_id(row), cpus);
	hwloc_bitmap_free(cpus);
	return err;
}

int tsp_cpt_rows_print_table(const json_t *rows, FILE *out)
{
	int err = rows ? 0 : -ENOMEM;

	for (size_t i = 0; i < json_array_size(rows) && !err; i++)
		err = print_table_row(json_array_get(rows, i), out);
	return err;
}

static int print_distance_row(const json_t *row, FILE *out)
{
	const json_t *list = json_object_get(row, "distances");
	size_t count = json_array_size(list);
	uint32_t *distances;
	int err;

	distances = calloc(count ? count : 1, sizeof(*distances));
	if (!distances)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		distances[i] = json_integer_value(json_array_get(list, i));
	err = tspool_cpt_print_distance_row(out, row_id(row), distances, count);
	free(distances);
	return err;
}

int tsp_cpt_rows_print_distances(const json_t *rows, FILE *out)
{
	int err = rows ? 0 : -ENOMEM;

	for (size_t i = 0; i < json_array_size(rows) && !err; i++)
		err = print_distance_row(json_array_get(rows, i), out);
	return err;
}
