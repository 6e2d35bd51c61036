/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Messages of the kernel's family TASKSTATS: the struct of a task, and beside that of its last
 * thread the one of a group that had others.
 */
#ifndef TSP_TASKSTATS_MESSAGE_H
#define TSP_TASKSTATS_MESSAGE_H

#include <netlink/msg.h>

#include "session.h"
#include "taskstats_layout.h"

/* One struct in a message, which it belongs to, and the number of the task or group. */
struct tsp_aggregate {
	uint32_t id;
	struct tsp_taskstats stats;
};

/*
 * Reads the nest of this type, TASKSTATS_TYPE_AGGR_PID or _TGID. Returns 1; 0 if there is none;
 * -EBADMSG, with the session's sentence, if it makes no sense.
 */
int tsp_aggregate_read(struct tspool_session *session, const struct nlmsghdr *message, int type,
		       struct tsp_aggregate *aggregate);

/* Sets the session's sentence about a message that has nothing to read. Returns -EBADMSG. */
int tsp_aggregate_missing(struct tspool_session *session);

#endif /* TSP_TASKSTATS_MESSAGE_H */
