// SPDX-License-Identifier: LGPL-2.1-or-later
#include "filter.h"

#include <limits.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <string.h>

static int put_uids(struct nl_msg *request, const struct tspool_filter *filter)
{
	/* More than fit into any message are as many too many. */
	size_t count = filter->n_uids < USHRT_MAX ? filter->n_uids : USHRT_MAX;

	return nla_put(request, TSPOOL_FILTER_A_UIDS, (int)(count * sizeof(*filter->uids)),
		       filter->uids);
}

static bool put_all(struct nl_msg *request, const struct tspool_filter *filter)
{
	int err = 0;

	if (filter->n_uids)
		err |= put_uids(request, filter);
	if (filter->cgroup_id)
		err |= nla_put_u64(request, TSPOOL_FILTER_A_CGROUP, filter->cgroup_id);
	if (filter->comm)
		err |= nla_put_string(request, TSPOOL_FILTER_A_COMM, filter->comm);
	if (filter->pid_ns)
		err |= nla_put_u32(request, TSPOOL_FILTER_A_PID_NS, filter->pid_ns);
	if (filter->type)
		err |= nla_put_u32(request, TSPOOL_FILTER_A_TYPE, filter->type);
	if (filter->min_run_time_ns)
		err |= nla_put_u64(request, TSPOOL_FILTER_A_MIN_RUN_TIME_NS,
				   filter->min_run_time_ns);
	if (filter->failed)
		err |= nla_put_flag(request, TSPOOL_FILTER_A_FAILED);
	return !err;
}

bool tsp_filter_put(struct nl_msg *request, const struct tspool_filter *filter)
{
	struct nlattr *nest = nla_nest_start(request, TSPOOL_A_FILTER | NLA_F_NESTED);

	if (!nest || !put_all(request, filter))
		return false;
	/* libnl takes away a nest in which there is nothing, and that is what it says. */
	nla_nest_end(request, nest);
	return true;
}

static void append(char *what, size_t size, const char *text)
{
	strncat(what, text, size - strlen(what) - 1);
}

void tsp_filter_describe(char *what, size_t size, const struct tspool_filter *filter)
{
	char text[96];

	if (filter->n_uids) {
		snprintf(text, sizeof(text), ", %zu range%s of user ids", filter->n_uids,
			 filter->n_uids == 1 ? "" : "s");
		append(what, size, text);
	}
	if (filter->cgroup_id) {
		snprintf(text, sizeof(text), ", cgroup %llu",
			 (unsigned long long)filter->cgroup_id);
		append(what, size, text);
	}
	if (filter->comm) {
		snprintf(text, sizeof(text), ", names \"%.63s\"", filter->comm);
		append(what, size, text);
	}
	if (filter->type) {
		snprintf(text, sizeof(text), ", frames of type %u", filter->type);
		append(what, size, text);
	}
}
