// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/stringify.h>

#include "cgroup_ref.h"
#include "filter.h"
#include "glob.h"

#define UIDS_MAX	__stringify(TSPOOL_FILTER_UIDS_MAX)
#define COMM_MAX	__stringify(TSPOOL_FILTER_COMM_MAX)

#define NO_UIDS		"not a list of 1 to " UIDS_MAX " ranges of user ids"
#define LONG_PATTERN	"the pattern of names is longer than " COMM_MAX " bytes"
#define BAD_PATTERN \
	"the pattern of names is empty, ends in a backslash, or has a [ that is not closed or that names a class"

const struct nla_policy tsp_filter_policy[] = {
	[TSPOOL_FILTER_A_UIDS] = { .type = NLA_BINARY },
	[TSPOOL_FILTER_A_CGROUP] = { .type = NLA_U64 },
	[TSPOOL_FILTER_A_COMM] = { .type = NLA_NUL_STRING },
	[TSPOOL_FILTER_A_PID_NS] = { .type = NLA_U32 },
	[TSPOOL_FILTER_A_TYPE] = { .type = NLA_U32 },
	[TSPOOL_FILTER_A_MIN_RUN_TIME_NS] = { .type = NLA_U64 },
	[TSPOOL_FILTER_A_FAILED] = { .type = NLA_FLAG },
};

static int parse_uids(struct tsp_filter *filter, const struct nlattr *attr,
		      struct netlink_ext_ack *extack)
{
	size_t bytes = nla_len(attr);
	unsigned int i;

	if (!bytes || bytes % sizeof(*filter->uid) || bytes > sizeof(filter->uid)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, NO_UIDS);
		return -EINVAL;
	}
	memcpy(filter->uid, nla_data(attr), bytes);
	filter->uid_ranges = bytes / sizeof(*filter->uid);
	for (i = 0; i < filter->uid_ranges; i++) {
		if (filter->uid[i].first <= filter->uid[i].last)
			continue;
		NL_SET_ERR_MSG_ATTR(extack, attr, "a range of user ids runs backwards");
		return -EINVAL;
	}
	return 0;
}

static int parse_comm(struct tsp_filter *filter, const struct nlattr *attr,
		      struct netlink_ext_ack *extack)
{
	if (strscpy(filter->comm, nla_data(attr), sizeof(filter->comm)) < 0) {
		NL_SET_ERR_MSG_ATTR(extack, attr, LONG_PATTERN);
		return -ERANGE;
	}
	if (!tsp_glob_is_valid(filter->comm)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, BAD_PATTERN);
		return -EINVAL;
	}
	return 0;
}

static int parse_pid_ns(struct tsp_filter *filter, const struct nlattr *attr,
			struct netlink_ext_ack *extack)
{
	filter->pid_ns = nla_get_u32(attr);
	if (filter->pid_ns)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "no namespace has the inode number 0");
	return -EINVAL;
}

static int parse_type(struct tsp_filter *filter, const struct nlattr *attr,
		      struct netlink_ext_ack *extack)
{
	filter->type = nla_get_u32(attr);
	if (filter->type == TSPOOL_FRAME_TASK || filter->type == TSPOOL_FRAME_PROCESS)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "only TASK or PROCESS frames can be chosen");
	return -EINVAL;
}

static int parse_min_run_time(struct tsp_filter *filter, const struct nlattr *attr,
			      struct netlink_ext_ack *extack)
{
	filter->min_run_time_ns = nla_get_u64(attr);
	return 0;
}

static int parse_failed(struct tsp_filter *filter, const struct nlattr *attr,
			struct netlink_ext_ack *extack)
{
	filter->failed = 1;
	return 0;
}

static int parse_cgroup(struct tsp_filter *filter, const struct nlattr *attr,
			struct netlink_ext_ack *extack)
{
	struct cgroup *cgroup = tsp_cgroup_find(nla_get_u64(attr));

	if (!IS_ERR(cgroup)) {
		filter->cgroup = cgroup;
		return 0;
	}
	if (PTR_ERR(cgroup) == -EOPNOTSUPP) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "this kernel has no cgroups");
		return -EOPNOTSUPP;
	}
	NL_SET_ERR_MSG_ATTR(extack, attr, "the unified hierarchy has no cgroup of this id");
	return -ESRCH;
}

static int (*const parsers[])(struct tsp_filter *filter, const struct nlattr *attr,
			      struct netlink_ext_ack *extack) = {
	[TSPOOL_FILTER_A_UIDS] = parse_uids,
	[TSPOOL_FILTER_A_CGROUP] = parse_cgroup,
	[TSPOOL_FILTER_A_COMM] = parse_comm,
	[TSPOOL_FILTER_A_PID_NS] = parse_pid_ns,
	[TSPOOL_FILTER_A_TYPE] = parse_type,
	[TSPOOL_FILTER_A_MIN_RUN_TIME_NS] = parse_min_run_time,
	[TSPOOL_FILTER_A_FAILED] = parse_failed,
};

static int parse_all(struct tsp_filter *filter, struct nlattr **attrs,
		     struct netlink_ext_ack *extack)
{
	unsigned int type;
	int err;

	for (type = TSPOOL_FILTER_A_UNSPEC + 1; type <= TSPOOL_FILTER_A_MAX; type++) {
		if (!attrs[type])
			continue;
		err = parsers[type](filter, attrs[type], extack);
		if (err)
			return err;
	}
	return 0;
}

/**
 * tsp_filter_parse() - make a filter of a request's attribute
 * @nest: of TSPOOL_FILTER_A_*; NULL: every record is wanted
 * @extack: gets the reason of a refusal, and the place
 *
 * Return: the filter, to be freed; NULL for none. -EINVAL, -ERANGE: a value that makes no sense.
 * -ESRCH: there is no such cgroup. -EOPNOTSUPP: nor any other. -ENOMEM.
 */
struct tsp_filter *tsp_filter_parse(const struct nlattr *nest, struct netlink_ext_ack *extack)
{
	struct nlattr *attrs[TSPOOL_FILTER_A_MAX + 1];
	struct tsp_filter *filter;
	int err;

	if (!nest)
		return NULL;
	err = nla_parse_nested(attrs, TSPOOL_FILTER_A_MAX, nest, tsp_filter_policy, extack);
	if (err)
		return ERR_PTR(err);

	filter = kzalloc(sizeof(*filter), GFP_KERNEL);
	if (!filter) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "no memory for the filter");
		return ERR_PTR(-ENOMEM);
	}
	err = parse_all(filter, attrs, extack);
	if (!err)
		return filter;
	tsp_filter_free(filter);
	return ERR_PTR(err);
}

/* @filter: may be NULL */
void tsp_filter_free(struct tsp_filter *filter)
{
	if (!filter)
		return;
	tsp_cgroup_put(filter->cgroup);
	kfree(filter);
}

/* Whether they accept the same records because they say the same; NULL accepts all. */
bool tsp_filter_equal(const struct tsp_filter *a, const struct tsp_filter *b)
{
	if (!a || !b)
		return a == b;
	return !memcmp(a, b, sizeof(*a));
}

bool tsp_filter_has_cgroup(const struct tsp_filter *filter)
{
	return filter && filter->cgroup;
}

static bool accepts_uid(const struct tsp_filter *filter, u32 uid)
{
	unsigned int i;

	for (i = 0; i < filter->uid_ranges; i++)
		if (filter->uid[i].first <= uid && uid <= filter->uid[i].last)
			return true;
	return !filter->uid_ranges;
}

/* A record from before the first listener that chooses by cgroup has none with it. */
static bool accepts_cgroup(const struct tsp_filter *filter, struct cgroup *cgroup)
{
	return !filter->cgroup || (cgroup && tsp_cgroup_is_below(cgroup, filter->cgroup));
}

/**
 * tsp_filter_accepts() - whether a listener with this filter wants a record
 * @filter: NULL: it wants all
 * @record: encoded
 * @cgroup: held, of the task; NULL where nobody chose by cgroup when it exited
 */
bool tsp_filter_accepts(const struct tsp_filter *filter, const struct tspool_record *record,
			struct cgroup *cgroup)
{
	if (!filter)
		return true;
	return (!filter->type || filter->type == record->frame.type) &&
	       (!filter->failed || record->exit_code) &&
	       record->run_time_ns >= filter->min_run_time_ns &&
	       (!filter->pid_ns || filter->pid_ns == record->pid_ns) &&
	       accepts_uid(filter, record->uid) && accepts_cgroup(filter, cgroup) &&
	       (!*filter->comm || tsp_glob_match(filter->comm, record->comm));
}
