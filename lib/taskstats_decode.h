/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From the kernel's struct taskstats to a record. What that kernel can't tell is absent, and so is
 * what it tells by a zero that may as well mean that it does not know.
 */
#ifndef TSP_TASKSTATS_DECODE_H
#define TSP_TASKSTATS_DECODE_H

#include <tspool/record.h>

#include "taskstats_layout.h"

/* Makes the TASK record of a thread: of its exit if it has exited, else of what it used so far. */
void tsp_taskstats_task(struct tspool_record *record, const struct tsp_taskstats *stats,
			bool exited);

/*
 * Makes the PROCESS record of a group. The kernel's struct of one has sums of its delays, times and
 * context switches, and nothing else. member is the record of one of its threads: what is one for
 * the whole group is taken from there, and if it is the leader's, what the leader has as well.
 */
void tsp_taskstats_process(struct tspool_record *record, uint32_t tgid,
			   const struct tsp_taskstats *stats, const struct tspool_record *member);

#endif /* TSP_TASKSTATS_DECODE_H */
