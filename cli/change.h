/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_CHANGE_H
#define TSP_CLI_CHANGE_H

#include <jansson.h>
#include <stdio.h>
#include <tspool/record.h>

/* Two looks at one task, so many nanoseconds apart. */
struct tsp_change {
	const struct tspool_record *before;
	const struct tspool_record *now;
	uint64_t interval_ns;
	uint64_t wall_time_ns;	/* of the second */
	const char *cgroup;	/* NULL: not known */
};

/*
 * A heading, then a line for each counter that changed: by how much, how fast, and what it is now;
 * then what else there is to follow, as it is now. A time per second is shown as the share of the
 * interval, 100 % being one CPU, a size over time as the size. Raw: plain numbers in the fields'
 * units.
 */
void tsp_change_text(FILE *out, const struct tsp_change *change, bool raw);

/*
 * The task's record as a JSON object, with wall_time_ns, interval_ns and change: an object with the
 * change of each counter. It belongs to the caller; NULL without memory.
 */
json_t *tsp_change_json(const struct tsp_change *change);

#endif
