// SPDX-License-Identifier: GPL-2.0-only
/*
 * The family: requests in, replies and event messages out. What the requests ask for is done in
 * subscribe_request.c, subscribe.c and live.c, what the dumps tell is in dump.c; taskstats' own
 * dialect is in taskstats_request.c and taskstats_deliver.c.
 */
#define pr_fmt(fmt) "tspool: " fmt

#include <linux/cgroupstats.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/pid_namespace.h>
#include <linux/printk.h>
#include <linux/sched/task.h>
#include <linux/string.h>
#include <linux/taskstats.h>
#include <linux/tspool.h>
#include <net/genetlink.h>

#include "cpt.h"
#include "dump.h"
#include "encode.h"
#include "listener.h"
#include "live.h"
#include "message_pages.h"
#include "netlink.h"
#include "params.h"
#include "permission.h"
#include "relay_request.h"
#include "subscribe.h"
#include "subscribe_request.h"
#include "taskstats_request.h"

static int no_memory(struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "no memory to answer the request");
	return -ENOMEM;
}

/* One attribute a CPT: together they may be more than one attribute can hold. */
static size_t pending_size(const struct tsp_listener *listener)
{
	size_t size = 0;
	unsigned int cpt;

	for (cpt = 0; cpt < tsp_cpts.count; cpt++) {
		size_t bytes = tsp_losses_bytes(&listener->feed[cpt].pending);

		size += bytes ? nla_total_size(bytes) : 0;
	}
	return size;
}

static void put_pending(struct sk_buff *skb, const struct tsp_listener *listener)
{
	unsigned int cpt;

	for (cpt = 0; cpt < tsp_cpts.count; cpt++) {
		const struct tsp_losses *pending = &listener->feed[cpt].pending;
		size_t bytes = tsp_losses_bytes(pending);

		if (bytes)
			tsp_losses_encode(pending, cpt,
					  nla_data(nla_reserve(skb, TSPOOL_A_FRAMES, bytes)));
	}
}

/* Behind the records, and like them into the socket even if these have filled it. */
static void reply_with_pending(struct sk_buff *reply, struct tsp_listener *listener,
			       struct genl_info *info)
{
	void *header;

	header = genlmsg_put_reply(reply, info, &tsp_family, 0, TSPOOL_CMD_UNSUBSCRIBE);
	put_pending(reply, listener);
	genlmsg_end(reply, header);
	tsp_listener_force(listener, reply);
}

/**
 * tsp_netlink_alloc_farewell() - make a last message for a listener
 * @listener: nobody delivers to it any more
 *
 * Return: the losses that it was not told of; NULL without any, or without memory.
 */
struct sk_buff *tsp_netlink_alloc_farewell(const struct tsp_listener *listener)
{
	size_t size = pending_size(listener);
	struct sk_buff *skb;
	void *header;

	if (!size)
		return NULL;
	skb = genlmsg_new(size, GFP_KERNEL);
	if (!skb)
		return NULL;
	header = genlmsg_put(skb, 0, 0, &tsp_family, 0, TSPOOL_CMD_EVENT);
	put_pending(skb, listener);
	genlmsg_end(skb, header);
	return skb;
}

static int unsubscribe_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tsp_listener *listener;
	struct sk_buff *reply;
	int err;

	err = tsp_permit_own(skb, info->extack);
	if (err)
		return err;
	/* Room for all that may be pending: without it, the listener stays as it is. */
	reply = genlmsg_new(tsp_listener_pending_max(), GFP_KERNEL);
	if (!reply)
		return no_memory(info->extack);
	listener = tsp_unsubscribe(NETLINK_CB(skb).sk, info->extack);
	if (IS_ERR(listener)) {
		nlmsg_free(reply);
		return PTR_ERR(listener);
	}
	reply_with_pending(reply, listener, info);
	tsp_listener_free(listener);
	return 0;
}

/* Fills the frame of a reply in place. */
static int put_live_record(struct tspool_record *record, struct genl_info *info)
{
	const struct nlattr *pid = info->attrs[TSPOOL_A_PID];
	const struct nlattr *attr = pid ?: info->attrs[TSPOOL_A_TGID];
	struct task_struct *task;

	int err = 0;

	task = tsp_live_record(record, pid ? TSPOOL_FRAME_TASK : TSPOOL_FRAME_PROCESS,
			       nla_get_u32(attr));
	if (!task || !tsp_live_translate(record, task)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr, "there is no such task");
		err = -ESRCH;
	}
	if (task)
		put_task_struct(task);
	return err;
}

static int reply_with_record(struct genl_info *info)
{
	struct sk_buff *reply;
	struct nlattr *attr;
	void *header;
	int err;

	reply = genlmsg_new(nla_total_size(TSP_RECORD_BYTES), GFP_KERNEL);
	if (!reply)
		return no_memory(info->extack);
	header = genlmsg_put_reply(reply, info, &tsp_family, 0, TSPOOL_CMD_RECORD_GET);
	attr = header ? nla_reserve(reply, TSPOOL_A_FRAMES, TSP_RECORD_BYTES) : NULL;
	err = attr ? put_live_record(nla_data(attr), info) : -EMSGSIZE;
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}

static int record_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	err = tsp_permit_own(skb, info->extack);
	if (err)
		return err;
	if (!info->attrs[TSPOOL_A_PID] == !info->attrs[TSPOOL_A_TGID]) {
		NL_SET_ERR_MSG(info->extack, "ask for a PID or for a TGID");
		return -EINVAL;
	}
	return reply_with_record(info);
}

static int stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply;
	void *header;
	int err;

	err = tsp_permit_machine(skb, info->extack);
	if (err)
		return err;
	reply = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return no_memory(info->extack);
	header = genlmsg_put_reply(reply, info, &tsp_family, 0, TSPOOL_CMD_STATS_GET);
	err = header ? tsp_dump_put_stats(reply) : -EMSGSIZE;
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}

static int relay_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	int err = tsp_permit_machine(skb, info->extack);

	return err ?: tsp_relay_set(info);
}

static int dump_own_start(struct netlink_callback *cb)
{
	return tsp_permit_own(cb->skb, cb->extack);
}

static int dump_machine_start(struct netlink_callback *cb)
{
	return tsp_permit_machine(cb->skb, cb->extack);
}

/* The requester's pid namespace: whoever reads the answer to its end is told what that one sees. */
static struct pid_namespace **viewer_of(struct netlink_callback *cb)
{
	return (struct pid_namespace **)&cb->args[1];
}

static int listener_dump_start(struct netlink_callback *cb)
{
	int err = tsp_permit_own(cb->skb, cb->extack);

	if (err)
		return err;
	cb->min_dump_alloc = tsp_dump_listener_bytes();
	*viewer_of(cb) = get_pid_ns(task_active_pid_ns(current));
	return 0;
}

static int listener_dump_done(struct netlink_callback *cb)
{
	put_pid_ns(*viewer_of(cb));
	return 0;
}

/*
 * One message an object, as many as fit. An object too large even for an empty message is an error,
 * not the end of the dump.
 */
static int dump_each(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		     int (*put)(struct sk_buff *skb, unsigned int index,
				struct pid_namespace *viewer))
{
	unsigned int index = cb->args[0];
	int err;

	for (;; index++) {
		void *header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
					   &tsp_family, NLM_F_MULTI, cmd);

		if (!header) {
			err = -EMSGSIZE;
			break;
		}
		genl_dump_check_consistent(cb, header);
		err = put(skb, index, *viewer_of(cb));
		if (err) {
			genlmsg_cancel(skb, header);
			break;
		}
		genlmsg_end(skb, header);
	}
	cb->args[0] = index;
	if (err == -ENOENT)
		return skb->len;
	return err == -EMSGSIZE && skb->len ? skb->len : err;
}

static int cpt_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump_each(skb, cb, TSPOOL_CMD_CPT_GET, tsp_dump_put_cpt);
}

static int sched_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump_each(skb, cb, TSPOOL_CMD_SCHED_GET, tsp_dump_put_sched);
}

static int listener_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	int ret;

	mutex_lock(&tsp_listeners_lock);
	/*
	 * A dump in which listeners came or went, between two of its datagrams, is marked so. In a
	 * namespace that would tell of others.
	 */
	if (*viewer_of(cb) == &init_pid_ns)
		cb->seq = tsp_listeners_generation;
	ret = dump_each(skb, cb, TSPOOL_CMD_LISTENER_GET, tsp_dump_put_listener);
	mutex_unlock(&tsp_listeners_lock);
	return ret;
}

static int relay_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return dump_each(skb, cb, TSPOOL_CMD_RELAY_GET, tsp_dump_put_relay);
}

static const struct nla_policy task_policy[] = {
	[TSPOOL_A_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[TSPOOL_A_TGID] = NLA_POLICY_MIN(NLA_U32, 1),
};

static const struct genl_ops ops[] = {
	{
		.cmd = TASKSTATS_CMD_GET,
		.validate = GENL_DONT_VALIDATE_STRICT | GENL_DONT_VALIDATE_DUMP,
		.doit = tsp_taskstats_get_doit,
		.policy = tsp_taskstats_policy,
		.maxattr = TASKSTATS_CMD_ATTR_MAX,
		.flags = GENL_ADMIN_PERM,
	},
	{
		.cmd = TSPOOL_CMD_SUBSCRIBE,
		.doit = tsp_subscribe_doit,
		.policy = tsp_subscribe_policy,
		.maxattr = ARRAY_SIZE(tsp_subscribe_policy) - 1,
	},
	{
		.cmd = TSPOOL_CMD_UNSUBSCRIBE,
		.doit = unsubscribe_doit,
	},
	{
		.cmd = TSPOOL_CMD_RECORD_GET,
		.doit = record_get_doit,
		.policy = task_policy,
		.maxattr = ARRAY_SIZE(task_policy) - 1,
	},
	{
		.cmd = TSPOOL_CMD_CPT_GET,
		.start = dump_own_start,
		.dumpit = cpt_get_dumpit,
	},
	{
		.cmd = TSPOOL_CMD_SCHED_GET,
		.start = dump_machine_start,
		.dumpit = sched_get_dumpit,
	},
	{
		.cmd = TSPOOL_CMD_LISTENER_GET,
		.start = listener_dump_start,
		.dumpit = listener_get_dumpit,
		.done = listener_dump_done,
	},
	{
		.cmd = TSPOOL_CMD_STATS_GET,
		.doit = stats_get_doit,
	},
	{
		.cmd = TSPOOL_CMD_RELAY_SET,
		.doit = relay_set_doit,
		.policy = tsp_relay_policy,
		.maxattr = ARRAY_SIZE(tsp_relay_policy) - 1,
	},
	{
		.cmd = TSPOOL_CMD_RELAY_GET,
		.start = dump_machine_start,
		.dumpit = relay_get_dumpit,
	},
};

struct genl_family tsp_family = {
	.version	= TSPOOL_GENL_VERSION,
	.module		= THIS_MODULE,
	.netnsok	= true,
	/* Our own locks are finer than genetlink's one. */
	.parallel_ops	= true,
	.ops		= ops,
	.n_ops		= ARRAY_SIZE(ops),
	/* Up to here requests are checked as loosely as the kernel's taskstats does. */
	.resv_start_op	= CGROUPSTATS_CMD_GET + 1,
};

static int on_netlink_event(struct notifier_block *block, unsigned long event, void *data)
{
	const struct netlink_notify *notify = data;

	if (event == NETLINK_URELEASE && notify->protocol == NETLINK_GENERIC)
		tsp_subscriber_closed(notify->net, notify->portid);
	return NOTIFY_DONE;
}

static struct notifier_block netlink_notifier = {
	.notifier_call = on_netlink_event,
};

/**
 * tsp_netlink_init() - open the family
 *
 * Return: 0 or a negative errno.
 */
int tsp_netlink_init(void)
{
	int err;

	strscpy(tsp_family.name, tsp_params.family, sizeof(tsp_family.name));
	err = netlink_register_notifier(&netlink_notifier);
	if (err)
		return err;
	err = genl_register_family(&tsp_family);
	if (err)
		goto err_unregister_notifier;
	return 0;

err_unregister_notifier:
	if (err == -EEXIST)
		pr_err("family=%s: this kernel has a generic netlink family of that name\n",
		       tsp_family.name);
	else
		pr_err("can't open the generic netlink family %s (error %d)\n", tsp_family.name,
		       err);
	netlink_unregister_notifier(&netlink_notifier);
	return err;
}

/* No request is running any more, and none will. Closed sockets are still noticed. */
void tsp_netlink_exit(void)
{
	genl_unregister_family(&tsp_family);
}

void tsp_netlink_forget_sockets(void)
{
	netlink_unregister_notifier(&netlink_notifier);
}

/* It names no receiver, so that it can be shared by all. */
static struct sk_buff *begin_event(struct sk_buff *skb, size_t bytes, void **frames)
{
	struct nlattr *attr;
	void *header;

	if (!skb)
		return NULL;
	header = genlmsg_put(skb, 0, 0, &tsp_family, 0, TSPOOL_CMD_EVENT);
	attr = nla_reserve(skb, TSPOOL_A_FRAMES, bytes);
	genlmsg_end(skb, header);
	*frames = nla_data(attr);
	return skb;
}

/**
 * tsp_netlink_alloc_event() - make a message for listeners
 * @bytes: of frames, at most TSP_BATCH_BYTES
 * @frames: is set to where they are to be written
 *
 * May sleep.
 *
 * Return: the message, or NULL without memory, which the caller reports.
 */
struct sk_buff *tsp_netlink_alloc_event(size_t bytes, void **frames)
{
	return begin_event(genlmsg_new(nla_total_size(bytes), TSP_GFP_DELIVERY), bytes, frames);
}

/**
 * tsp_netlink_reuse_event() - as tsp_netlink_alloc_event(), in memory of an earlier message
 * @pages: the calling thread's own
 * @bytes: of frames, at most TSP_BATCH_BYTES, all of which the caller writes
 * @frames: is set to where they are to be written
 *
 * The message takes TSP_MESSAGE_SIZE whatever is in it.
 */
struct sk_buff *tsp_netlink_reuse_event(struct tsp_message_pages *pages, size_t bytes,
					void **frames)
{
	return begin_event(tsp_message_alloc(pages), bytes, frames);
}
