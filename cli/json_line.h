/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_JSON_LINE_H
#define TSP_CLI_JSON_LINE_H

#include <tspool/record.h>

/*
 * A record as a line of JSON: byte for byte what jansson makes of tsp_json_record() and
 * tsp_json_lost() in its compact form, and a newline, but in a tenth of the time (docs/design.md).
 * Written to line, which has tsp_line_room() bytes, without a NUL. Return its length. They need no
 * memory of their own and may run in several threads.
 */
size_t tsp_json_line_record(char *line, const struct tspool_record *record, const char *cgroup);
size_t tsp_json_line_lost(char *line, const struct tspool_lost *lost);

#endif
