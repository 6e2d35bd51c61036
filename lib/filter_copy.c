// SPDX-License-Identifier: LGPL-2.1-or-later
#include "filter_copy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int copy_uids(struct tsp_filter_copy *copy)
{
	size_t bytes = copy->filter.n_uids * sizeof(*copy->uids);

	if (!bytes)
		return 0;
	copy->uids = malloc(bytes);
	if (!copy->uids)
		return -ENOMEM;
	memcpy(copy->uids, copy->filter.uids, bytes);
	copy->filter.uids = copy->uids;
	return 0;
}

static int copy_comm(struct tsp_filter_copy *copy)
{
	if (!copy->filter.comm)
		return 0;
	copy->comm = strdup(copy->filter.comm);
	copy->filter.comm = copy->comm;
	return copy->comm ? 0 : -ENOMEM;
}

int tsp_filter_copy(struct tsp_filter_copy *copy, const struct tspool_filter *filter)
{
	int ret;

	*copy = (struct tsp_filter_copy){ .filter = *filter };
	copy->filter.cgroup_path = NULL;
	ret = copy_uids(copy);
	if (!ret)
		ret = copy_comm(copy);
	if (ret)
		tsp_filter_copy_release(copy);
	return ret;
}

void tsp_filter_copy_release(struct tsp_filter_copy *copy)
{
	free(copy->comm);
	free(copy->uids);
	*copy = (struct tsp_filter_copy){ .uids = NULL };
}
