/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TSP_FILTER_COPY_H
#define TSP_FILTER_COPY_H

#include <tspool/filter.h>

/* A filter that owns what it refers to. All zero: every record. */
struct tsp_filter_copy {
	struct tspool_filter filter;
	struct tspool_uid_range *uids;
	char *comm;
};

/* Copies all but the path of the cgroup. -ENOMEM, and the copy is all zero. */
int tsp_filter_copy(struct tsp_filter_copy *copy, const struct tspool_filter *filter);

/* Leaves it all zero. */
void tsp_filter_copy_release(struct tsp_filter_copy *copy);

#endif /* TSP_FILTER_COPY_H */
