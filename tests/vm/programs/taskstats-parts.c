// SPDX-License-Identifier: GPL-2.0-only
#include "taskstats-parts.h"
#include "genl.h"
#include "storm.h"

#include <errno.h>
#include <string.h>

/* The id at once, the struct behind it, and nothing else. */
static void take_part(struct taskstats_part *part, const struct nlattr *nest)
{
	const uint16_t id_type = nest->nla_type == TASKSTATS_TYPE_AGGR_PID ? TASKSTATS_TYPE_PID :
									     TASKSTATS_TYPE_TGID;
	const struct nlattr *id = nest + 1;
	const struct nlattr *stats = (const void *)((const char *)(id + 1) + sizeof(part->id));
	size_t bytes;

	*part = (struct taskstats_part){ .type = nest->nla_type };
	if (genl_size(nest) < NLA_HDRLEN + sizeof(part->id) + NLA_HDRLEN)
		storm_die("taskstats nest too short", EBADMSG);
	if (id->nla_type != id_type || genl_size(id) != sizeof(part->id))
		storm_die("taskstats nest without its id", EBADMSG);
	if (stats->nla_type != TASKSTATS_TYPE_STATS ||
	    (const char *)stats + NLA_ALIGN(stats->nla_len) !=
		    (const char *)nest + NLA_ALIGN(nest->nla_len))
		storm_die("taskstats nest without its struct", EBADMSG);

	part->bytes = genl_size(stats);
	bytes = part->bytes < sizeof(part->stats) ? part->bytes : sizeof(part->stats);
	memcpy(&part->id, id + 1, sizeof(part->id));
	memcpy(&part->stats, stats + 1, bytes);
}

size_t taskstats_parts(const struct nlmsghdr *message, struct taskstats_part *parts)
{
	const char *end = (const char *)message + message->nlmsg_len;
	const char *place = (const char *)message + sizeof(struct genl_request);
	size_t count = 0;

	while (place < end) {
		const struct nlattr *nest = (const void *)place;

		if (count == TASKSTATS_PARTS || place + nest->nla_len > end)
			storm_die("taskstats message too long", EBADMSG);
		if (nest->nla_type != TASKSTATS_TYPE_AGGR_PID &&
		    nest->nla_type != TASKSTATS_TYPE_AGGR_TGID)
			storm_die("taskstats message with something else", EBADMSG);
		take_part(&parts[count++], nest);
		place += NLA_ALIGN(nest->nla_len);
	}
	return count;
}
