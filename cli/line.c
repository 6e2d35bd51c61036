// SPDX-License-Identifier: GPL-2.0-only
#include "line.h"

#include <stdlib.h>

/* Most paths of cgroups are shorter. */
#define USUAL_CGROUP	512

static int write_line(FILE *out, const char *line, size_t length)
{
	return fwrite_unlocked(line, 1, length, out) == length ? 0 : -1;
}

int tsp_print_record_line(FILE *out, tsp_record_line make, const struct tspool_record *record,
			  const char *cgroup)
{
	char usual[TSP_LINE_BYTES + TSP_LINE_GROWTH * USUAL_CGROUP];
	size_t room = tsp_line_room(cgroup);
	char *line = room <= sizeof(usual) ? usual : malloc(room);
	int err;

	if (!line)
		return -1;
	err = write_line(out, line, make(line, record, cgroup));
	if (line != usual)
		free(line);
	return err;
}

int tsp_print_lost_line(FILE *out, tsp_lost_line make, const struct tspool_lost *lost)
{
	char line[TSP_LINE_BYTES];

	return write_line(out, line, make(line, lost));
}
