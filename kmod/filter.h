/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Filters: which of the records on its CPUs a listener wants. A filter is constant from its parsing
 * to its end, so anybody may match records against it, at any time and many at once.
 */
#ifndef TSP_FILTER_H
#define TSP_FILTER_H

#include <linux/tspool.h>
#include <linux/types.h>
#include <net/netlink.h>

struct cgroup;

/* A record must meet all that is set. What is not set is zero. */
struct tsp_filter {
	u64	min_run_time_ns;
	struct cgroup *cgroup;		/* held: this one and all below it */
	u32	pid_ns;			/* inode number */
	u32	type;			/* enum tspool_frame_type */
	u32	failed;			/* 1: only with an exit code other than 0 */
	u32	uid_ranges;
	struct tspool_uid_range uid[TSPOOL_FILTER_UIDS_MAX];
	char	comm[TSPOOL_FILTER_COMM_MAX + 1];	/* a valid glob */
};

extern const struct nla_policy tsp_filter_policy[TSPOOL_FILTER_A_MAX + 1];

struct tsp_filter *tsp_filter_parse(const struct nlattr *nest, struct netlink_ext_ack *extack);
void tsp_filter_free(struct tsp_filter *filter);
bool tsp_filter_equal(const struct tsp_filter *a, const struct tsp_filter *b);
bool tsp_filter_has_cgroup(const struct tsp_filter *filter);
bool tsp_filter_accepts(const struct tsp_filter *filter, const struct tspool_record *record,
			struct cgroup *cgroup);

#endif /* TSP_FILTER_H */
