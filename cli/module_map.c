// SPDX-License-Identifier: GPL-2.0-only
#include "module_map.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "module_params.h"
#include "report.h"

static bool has_cpus(const struct tspool_cpt_map *map, const struct tspool_cpt_info *row)
{
	hwloc_bitmap_t cpus;
	bool equal;

	if (row->id >= tspool_cpt_map_count(map) || tspool_list_parse(row->cpus, &cpus, NULL))
		return false;
	equal = hwloc_bitmap_isequal(cpus, tspool_cpt_map_cpus(map, row->id));
	hwloc_bitmap_free(cpus);
	return equal;
}

static bool is_table(const struct tspool_cpt_map *map, const struct tspool_cpt_info *rows,
		     size_t count)
{
	if (tspool_cpt_map_count(map) != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!has_cpus(map, &rows[i]))
			return false;
	return true;
}

/* By the module's own parameters. They tell the same as long as the machine is the same. */
static int map_by_params(hwloc_topology_t topology, struct tspool_cpt_map **map,
			 struct tspool_cpt_error *error)
{
	struct tsp_module_params params;
	int err = tsp_module_params_read(&params);

	if (!err)
		return tspool_cpt_map_from_hwloc(topology, params.npartitions, params.pattern, map,
						 error);
	snprintf(error->text, sizeof(error->text), "%s", strerror(-err));
	return err;
}

static void free_sets(hwloc_bitmap_t *sets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		hwloc_bitmap_free(sets[i]);
	free(sets);
}

/* The rows may come in any order, but each number below their count is that of one of them. */
static int read_row(const struct tspool_cpt_info *row, hwloc_bitmap_t *sets, size_t count,
		    struct tspool_cpt_error *error)
{
	if (row->id < count && !sets[row->id])
		return tspool_list_parse(row->cpus, &sets[row->id], error);
	snprintf(error->text, sizeof(error->text), "it has %zu CPTs, and %s CPT %u", count,
		 row->id < count ? "twice" : "among them", row->id);
	return -EBADMSG;
}

/* By its table, CPU by CPU: since it was loaded some went offline, or came. */
static int map_by_rows(hwloc_topology_t topology, const struct tspool_cpt_info *rows, size_t count,
		       struct tspool_cpt_map **map, struct tspool_cpt_error *error)
{
	hwloc_bitmap_t *sets = calloc(count, sizeof(hwloc_bitmap_t));
	int err = 0;

	snprintf(error->text, sizeof(error->text), "%s", strerror(ENOMEM));
	if (count && !sets)
		return -ENOMEM;
	for (size_t i = 0; i < count && !err; i++)
		err = read_row(&rows[i], sets, count, error);
	if (!err)
		err = tspool_cpt_map_from_sets(topology, (const hwloc_const_cpuset_t *)sets,
					       (unsigned int)count, map, error);
	free_sets(sets, count);
	return err;
}

enum tsp_exit tsp_module_map(struct tspool_session *session, hwloc_topology_t topology,
			     struct tspool_cpt_map **map)
{
	struct tspool_cpt_info *rows;
	struct tspool_cpt_error error;
	size_t count;
	int err;

	*map = NULL;
	err = tspool_get_cpts(session, &rows, &count);
	if (err)
		return tsp_report(session, err);
	err = map_by_params(topology, map, &error);
	if (err || !is_table(*map, rows, count)) {
		tspool_cpt_map_free(*map);
		*map = NULL;
		err = map_by_rows(topology, rows, count, map, &error);
	}
	tspool_free_cpts(rows, count);
	if (!err)
		return TSP_EXIT_OK;
	fprintf(stderr, "tslisten: the module's CPT table can't be followed here: %s\n",
		error.text);
	return TSP_EXIT_FAILURE;
}
