// SPDX-License-Identifier: GPL-2.0-only
#include <linux/capability.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>

#include "permission.h"
#include "view.h"

#define NO_NAMESPACE_ADMIN "CAP_NET_ADMIN in the user namespace of this pid namespace is required"

/**
 * tsp_permit_own() - may the sender of a request see the tasks of its own pid namespace?
 * @skb: the request
 * @extack: gets the reason of a refusal
 *
 * In the initial one that is all of them. Return: 0 or -EPERM.
 */
int tsp_permit_own(const struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	struct user_namespace *user_ns = task_active_pid_ns(current)->user_ns;

	/* It only reads, but was declared without const. */
	if (netlink_ns_capable((struct sk_buff *)skb, user_ns, CAP_NET_ADMIN))
		return 0;
	if (tsp_view_is_needed())
		NL_SET_ERR_MSG(extack, NO_NAMESPACE_ADMIN);
	else
		NL_SET_ERR_MSG(extack, "CAP_NET_ADMIN in the initial user namespace is required");
	return -EPERM;
}

/* As tsp_permit_own(), for what tells of the whole machine. */
int tsp_permit_machine(const struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	if (!tsp_view_is_needed())
		return tsp_permit_own(skb, extack);
	NL_SET_ERR_MSG(extack, "only in the initial pid namespace, with CAP_NET_ADMIN there");
	return -EPERM;
}
