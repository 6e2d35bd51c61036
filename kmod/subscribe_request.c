// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a request to listen says, and what it may say from where it comes.
 */
#include <linux/cpumask.h>
#include <linux/err.h>

#include "backlog.h"
#include "choice.h"
#include "filter.h"
#include "listener.h"
#include "params.h"
#include "permission.h"
#include "scope.h"
#include "subscribe.h"
#include "subscribe_request.h"
#include "view.h"

#define NO_SCOPES "namespace_listeners=0: nobody listens outside the initial pid namespace"
#define MORE_THAN_QUARTER "more than the quarter of backlog_limit_kbytes for pid namespaces"

const struct nla_policy tsp_subscribe_policy[TSPOOL_A_FILTER + 1] = {
	[TSPOOL_A_CPTS] = { .type = NLA_NUL_STRING },
	[TSPOOL_A_CPUS] = { .type = NLA_NUL_STRING },
	[TSPOOL_A_BACKLOG] = { .type = NLA_U64 },
	[TSPOOL_A_DROP] = NLA_POLICY_MAX(NLA_U32, TSPOOL_DROP_MAX),
	[TSPOOL_A_FILTER] = NLA_POLICY_NESTED(tsp_filter_policy),
};

static int no_memory(struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "no memory for another listener");
	return -ENOMEM;
}

static int parse_backlog(struct genl_info *info, struct tsp_listener_wish *wish)
{
	const struct nlattr *backlog = info->attrs[TSPOOL_A_BACKLOG];
	const struct nlattr *drop = info->attrs[TSPOOL_A_DROP];
	bool scoped = tsp_view_is_needed();

	wish->backlog_bytes = backlog ? nla_get_u64(backlog) : tsp_backlog_default(scoped);
	wish->policy = drop ? nla_get_u32(drop) : TSPOOL_DROP_NEWEST;
	if (wish->backlog_bytes <= tsp_backlog_limit(scoped))
		return 0;
	if (scoped)
		NL_SET_ERR_MSG_ATTR(info->extack, backlog, MORE_THAN_QUARTER);
	else
		NL_SET_ERR_MSG_ATTR(info->extack, backlog, "more than backlog_limit_kbytes allows");
	return -ERANGE;
}

static int check_namespace(struct netlink_ext_ack *extack)
{
	if (!tsp_view_is_needed() || tsp_params.namespace_listeners)
		return 0;
	NL_SET_ERR_MSG(extack, NO_SCOPES);
	return -EPERM;
}

/* The filter and the scope: what is the listener's own. */
static int parse_contents(struct genl_info *info, struct tsp_listener_wish *wish)
{
	struct tsp_filter *filter;

	filter = tsp_filter_parse(info->attrs[TSPOOL_A_FILTER], info->extack);
	if (IS_ERR(filter))
		return PTR_ERR(filter);
	wish->filter = filter;
	if (!tsp_view_is_needed())
		return 0;
	wish->scope = tsp_scope_alloc(wish->cpus);
	if (wish->scope)
		return 0;
	tsp_filter_free(filter);
	return no_memory(info->extack);
}

/* TSPOOL_CMD_SUBSCRIBE */
int tsp_subscribe_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tsp_listener_wish wish = { .dialect = TSP_DIALECT_NATIVE };
	cpumask_var_t cpus;
	int err;

	err = tsp_permit_own(skb, info->extack) ?: check_namespace(info->extack);
	if (err)
		return err;
	if (!zalloc_cpumask_var(&cpus, GFP_KERNEL))
		return no_memory(info->extack);
	wish.cpus = cpus;
	err = tsp_choice_parse(info, cpus);
	if (!err)
		err = parse_backlog(info, &wish);
	if (!err)
		err = parse_contents(info, &wish);
	if (!err)
		err = tsp_subscribe(NETLINK_CB(skb).sk, info->snd_portid, &wish, info->extack);
	free_cpumask_var(cpus);
	return err;
}
