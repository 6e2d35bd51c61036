// SPDX-License-Identifier: LGPL-2.1-or-later
#include "taskstats_message.h"

#include <errno.h>
#include <linux/taskstats.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>

int tsp_aggregate_missing(struct tspool_session *session)
{
	return tsp_fail(session, -EBADMSG, "a message of the kernel's taskstats makes no sense");
}

static int open_stats(struct tspool_session *session, struct tsp_taskstats *stats,
		      struct nlattr *attribute)
{
	int version = tsp_taskstats_open(stats, nla_data(attribute), nla_len(attribute));

	if (!version)
		return tsp_aggregate_missing(session);
	if (version >= TSP_TASKSTATS_VERSION_MIN)
		return 1;
	return tsp_fail(session, -EBADMSG, "the kernel's taskstats have version %d, older than %d",
			version, TSP_TASKSTATS_VERSION_MIN);
}

int tsp_aggregate_read(struct tspool_session *session, const struct nlmsghdr *message, int type,
		       struct tsp_aggregate *aggregate)
{
	int id_type = type == TASKSTATS_TYPE_AGGR_PID ? TASKSTATS_TYPE_PID : TASKSTATS_TYPE_TGID;
	struct nlmsghdr *header = (struct nlmsghdr *)message;
	struct nlattr *nest, *id, *stats;

	if (!genlmsg_valid_hdr(header, 0))
		return tsp_aggregate_missing(session);
	nest = nlmsg_find_attr(header, GENL_HDRLEN, type);
	if (!nest)
		return 0;

	id = nla_find(nla_data(nest), nla_len(nest), id_type);
	stats = nla_find(nla_data(nest), nla_len(nest), TASKSTATS_TYPE_STATS);
	if (!id || nla_len(id) < (int)sizeof(uint32_t) || !stats)
		return tsp_aggregate_missing(session);
	aggregate->id = nla_get_u32(id);
	return open_stats(session, &aggregate->stats, stats);
}
