/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_CPT_ROWS_H
#define TSP_CLI_CPT_ROWS_H

#include <jansson.h>
#include <stdio.h>
#include <tspool/sched.h>
#include <tspool/tspool.h>

/*
 * A CPT table, from wherever it comes, as a JSON array: an object a CPT, in the order of their
 * numbers, with cpt, cpus, weight, nodes, distances, and from the kernel threads, threads_max,
 * queued and listeners as well. It belongs to the caller; it is NULL without memory.
 */

/* Returns 0, or a negative errno with a sentence in the session. */
int tsp_cpt_rows_from_kernel(struct tspool_session *session, json_t **rows);
json_t *tsp_cpt_rows_from_map(const struct tspool_cpt_map *map);

/*
 * Print Lustre's cpu_partition_table and cpu_partition_distance. Return 0 or a negative errno:
 * -ENOMEM also for rows that are NULL.
 */
int tsp_cpt_rows_print_table(const json_t *rows, FILE *out);
int tsp_cpt_rows_print_distances(const json_t *rows, FILE *out);

#endif
