// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <stdlib.h>
#include <tspool/sched.h>

/* Ends a line; tells whether all of it could be written. */
static int end_row(FILE *stream)
{
	return fputc('\n', stream) == EOF || ferror(stream) ? -EIO : 0;
}

int tspool_cpt_print_table_row(FILE *stream, unsigned int cpt, hwloc_const_cpuset_t cpus)
{
	unsigned int cpu;

	fprintf(stream, "%u\t:", cpt);
	hwloc_bitmap_foreach_begin(cpu, cpus)
		fprintf(stream, " %u", cpu);
	hwloc_bitmap_foreach_end();
	return end_row(stream);
}

int tspool_cpt_print_distance_row(FILE *stream, unsigned int cpt, const uint32_t *distances,
				  unsigned int count)
{
	unsigned int to;

	fprintf(stream, "%u\t:", cpt);
	for (to = 0; to < count; to++)
		fprintf(stream, " %u:%u", to, distances[to]);
	return end_row(stream);
}

int tspool_cpt_map_print_table(const struct tspool_cpt_map *map, FILE *stream)
{
	unsigned int cpt;
	int err = 0;

	for (cpt = 0; cpt < tspool_cpt_map_count(map) && !err; cpt++)
		err = tspool_cpt_print_table_row(stream, cpt, tspool_cpt_map_cpus(map, cpt));
	return err;
}

/* Prints each row from the same array, which has room for one. */
static int print_distances(const struct tspool_cpt_map *map, uint32_t *distances, FILE *stream)
{
	unsigned int cpt, to, count = tspool_cpt_map_count(map);
	int err = 0;

	for (cpt = 0; cpt < count && !err; cpt++) {
		for (to = 0; to < count; to++)
			distances[to] = tspool_cpt_map_distance(map, cpt, to);
		err = tspool_cpt_print_distance_row(stream, cpt, distances, count);
	}
	return err;
}

int tspool_cpt_map_print_distances(const struct tspool_cpt_map *map, FILE *stream)
{
	uint32_t *distances = calloc(tspool_cpt_map_count(map), sizeof(*distances));
	int err;

	if (!distances)
		return -ENOMEM;
	err = print_distances(map, distances, stream);
	free(distances);
	return err;
}
