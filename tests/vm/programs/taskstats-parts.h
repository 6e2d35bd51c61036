/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages of taskstats, the kernel's and the module's, taken apart. */
#ifndef TSPOOL_TASKSTATS_PARTS_H
#define TSPOOL_TASKSTATS_PARTS_H

#include <linux/netlink.h>
#include <linux/taskstats.h>
#include <stddef.h>
#include <stdint.h>

#define TASKSTATS_PARTS	2	/* a task, and its group */

struct taskstats_part {
	uint16_t type;		/* TASKSTATS_TYPE_AGGR_PID, TASKSTATS_TYPE_AGGR_TGID */
	uint32_t id;
	size_t bytes;		/* of the kernel's struct, which may be of another version */
	struct taskstats stats;	/* as much of it as is known here */
};

/*
 * Takes the parts out of a message, and returns how many there are. It must be of the layout that
 * clients rely on, to the byte; if not, the program ends.
 */
size_t taskstats_parts(const struct nlmsghdr *message, struct taskstats_part *parts);

#endif /* TSPOOL_TASKSTATS_PARTS_H */
