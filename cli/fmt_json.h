/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_FMT_JSON_H
#define TSP_CLI_FMT_JSON_H

#include <jansson.h>
#include <tspool/record.h>

/*
 * Records as JSON objects that belong to the caller; NULL without memory. First come type and cpt,
 * then the fields by the names and in the order of the library's table. What is absent is left
 * out. The path of a record's cgroup follows on cgroup_id, unless it is NULL.
 */
json_t *tsp_json_record(const struct tspool_record *record, const char *cgroup);
json_t *tsp_json_lost(const struct tspool_lost *lost);

#endif
