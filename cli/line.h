/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_LINE_H
#define TSP_CLI_LINE_H

#include <stdio.h>
#include <string.h>
#include <tspool/record.h>

/* More than any format makes of a record, without the path of its cgroup. */
#define TSP_LINE_BYTES		8192
/* What any format makes of a byte of that path, at most. */
#define TSP_LINE_GROWTH		5

/* The memory that the line of a record takes at most, with the path of its cgroup or NULL. */
static inline size_t tsp_line_room(const char *cgroup)
{
	return TSP_LINE_BYTES + (cgroup ? TSP_LINE_GROWTH * strlen(cgroup) : 0);
}

/* Adds to a line; returns where it goes on. */
static inline char *tsp_put_bytes(char *to, const char *bytes, size_t length)
{
	memcpy(to, bytes, length);
	return to + length;
}

/*
 * Makes the line of a record or a loss, in memory with room for it. Without a NUL; returns its
 * length.
 */
typedef size_t (*tsp_record_line)(char *line, const struct tspool_record *record,
				  const char *cgroup);
typedef size_t (*tsp_lost_line)(char *line, const struct tspool_lost *lost);

/* Writes the line to a stream. -1: with ENOMEM in errno, or it is the stream's error. */
int tsp_print_record_line(FILE *out, tsp_record_line make, const struct tspool_record *record,
			  const char *cgroup);
int tsp_print_lost_line(FILE *out, tsp_lost_line make, const struct tspool_lost *lost);

#endif
