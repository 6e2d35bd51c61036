// SPDX-License-Identifier: GPL-2.0-only
/*
 * The family: requests in, replies and event messages out. What the requests ask for is done in
 * subscribe.c, what the dumps tell is in dump.c.
 */
#define pr_fmt(fmt) "tspool: " fmt

#include <linux/capability.h>
#include <linux/cpumask.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/tspool.h>
#include <net/genetlink.h>

#include "capture.h"
#include "cpt.h"
#include "dump.h"
#include "encode.h"
#include "listener.h"
#include "netlink.h"
#include "subscribe.h"

static struct genl_family family;

static int no_memory(struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "no memory to answer the request");
	return -ENOMEM;
}

static int check_permission(const struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	/* netlink_capable() only reads, but is declared without const. */
	if (netlink_capable((struct sk_buff *)skb, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG(extack, "CAP_NET_ADMIN in the initial user namespace is required");
	return -EPERM;
}

/* To who asks, a number of more than 32 bits is just one too high for the list. */
static int parse_list(const struct nlattr *attr, unsigned long *bits, unsigned int count)
{
	int err = bitmap_parselist(nla_data(attr), bits, count);

	return err == -EOVERFLOW ? -ERANGE : err;
}

static int parse_cpus(const struct nlattr *attr, struct cpumask *cpus,
		      struct netlink_ext_ack *extack)
{
	int err = parse_list(attr, cpumask_bits(cpus), nr_cpu_ids);

	if (err) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "not a list of CPUs, or a CPU number too high");
		return err;
	}
	if (!cpumask_subset(cpus, cpu_possible_mask)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "the list holds an impossible CPU");
		return -ERANGE;
	}
	return 0;
}

static int parse_cpts(const struct nlattr *attr, struct cpumask *cpus,
		      struct netlink_ext_ack *extack)
{
	unsigned long *cpts = bitmap_zalloc(tsp_cpts.count, GFP_KERNEL);
	unsigned int cpt;
	int err;

	if (!cpts)
		return no_memory(extack);
	err = parse_list(attr, cpts, tsp_cpts.count);
	if (err) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "not a list of CPTs, or a CPT number too high");
		goto free_cpts;
	}
	for_each_set_bit(cpt, cpts, tsp_cpts.count)
		cpumask_or(cpus, cpus, tsp_cpts.cpt[cpt].served);

free_cpts:
	bitmap_free(cpts);
	return err;
}

static int parse_choice(struct genl_info *info, struct cpumask *cpus)
{
	const struct nlattr *cpts_attr = info->attrs[TSPOOL_A_CPTS];
	const struct nlattr *cpus_attr = info->attrs[TSPOOL_A_CPUS];
	int err = 0;

	if (cpts_attr && cpus_attr) {
		NL_SET_ERR_MSG_ATTR(info->extack, cpus_attr, "choose by CPTs or by CPUs, not both");
		return -EINVAL;
	}
	if (cpts_attr)
		err = parse_cpts(cpts_attr, cpus, info->extack);
	else if (cpus_attr)
		err = parse_cpus(cpus_attr, cpus, info->extack);
	else
		cpumask_copy(cpus, cpu_possible_mask);
	if (err)
		return err;
	if (cpumask_empty(cpus)) {
		NL_SET_ERR_MSG(info->extack, "the list is empty");
		return -EINVAL;
	}
	return 0;
}

static int subscribe_doit(struct sk_buff *skb, struct genl_info *info)
{
	cpumask_var_t cpus;
	int err;

	err = check_permission(skb, info->extack);
	if (err)
		return err;
	if (!zalloc_cpumask_var(&cpus, GFP_KERNEL))
		return no_memory(info->extack);
	err = parse_choice(info, cpus);
	if (!err)
		err = tsp_subscribe(NETLINK_CB(skb).sk, info->snd_portid, cpus, info->extack);
	free_cpumask_var(cpus);
	return err;
}

/* One attribute a CPT: together they may be more than one attribute can hold. */
static size_t pending_size(const struct tsp_listener *listener)
{
	size_t size = 0;
	unsigned int cpt;

	for (cpt = 0; cpt < tsp_cpts.count; cpt++)
		if (listener->feed[cpt].unsettled)
			size += nla_total_size(tsp_feed_pending_bytes(&listener->feed[cpt]));
	return size;
}

static void put_pending(struct sk_buff *skb, const struct tsp_listener *listener)
{
	unsigned int cpt;

	for (cpt = 0; cpt < tsp_cpts.count; cpt++) {
		const struct tsp_feed *feed = &listener->feed[cpt];
		struct nlattr *attr;

		if (!feed->unsettled)
			continue;
		attr = nla_reserve(skb, TSPOOL_A_FRAMES, tsp_feed_pending_bytes(feed));
		tsp_feed_put_pending(feed, cpt, nla_data(attr));
	}
}

static int reply_with_pending(struct sk_buff *reply, const struct tsp_listener *listener,
			      struct genl_info *info)
{
	void *header;

	header = genlmsg_put_reply(reply, info, &family, 0, TSPOOL_CMD_UNSUBSCRIBE);
	put_pending(reply, listener);
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
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
	header = genlmsg_put(skb, 0, 0, &family, 0, TSPOOL_CMD_EVENT);
	put_pending(skb, listener);
	genlmsg_end(skb, header);
	return skb;
}

static int unsubscribe_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tsp_listener *listener;
	struct sk_buff *reply;
	int err;

	err = check_permission(skb, info->extack);
	if (err)
		return err;
	/* Room for all that may be pending: without it, the listener stays as it is. */
	reply = genlmsg_new(tsp_listener_pending_max(), GFP_KERNEL);
	if (!reply)
		return no_memory(info->extack);
	listener = tsp_unsubscribe(NETLINK_CB(skb).sk);
	if (IS_ERR(listener)) {
		err = PTR_ERR(listener);
		goto err_free_reply;
	}
	err = reply_with_pending(reply, listener, info);
	tsp_listener_free(listener);
	return err;

err_free_reply:
	nlmsg_free(reply);
	if (err == -ENOENT)
		NL_SET_ERR_MSG(info->extack, "this socket does not listen");
	return err;
}

/* In the caller's pid namespace, as all pids of a request are. The caller puts the reference. */
static struct task_struct *find_task(const struct nlattr *attr)
{
	struct pid *pid = find_get_pid(nla_get_u32(attr));
	struct task_struct *task = get_pid_task(pid, PIDTYPE_PID);

	put_pid(pid);
	return task;
}

static struct task_struct *find_leader(const struct nlattr *attr)
{
	struct task_struct *task = find_task(attr);
	struct task_struct *leader;

	if (!task)
		return NULL;
	/* The leader is released last: while this thread is not, its pointer is good. */
	rcu_read_lock();
	leader = pid_alive(task) ? get_task_struct(task->group_leader) : NULL;
	rcu_read_unlock();
	put_task_struct(task);
	return leader;
}

static int capture_requested(struct genl_info *info, struct tsp_capture *cap)
{
	const struct nlattr *pid = info->attrs[TSPOOL_A_PID];
	const struct nlattr *tgid = info->attrs[TSPOOL_A_TGID];
	struct task_struct *task;
	bool alive = false;

	if (!pid == !tgid) {
		NL_SET_ERR_MSG(info->extack, "ask for a PID or for a TGID");
		return -EINVAL;
	}
	task = pid ? find_task(pid) : find_leader(tgid);
	if (task) {
		if (pid)
			tsp_capture_live(cap, task);
		else
			tsp_capture_live_group(cap, task);
		alive = pid_alive(task);
		put_task_struct(task);
	}
	if (!alive) {
		NL_SET_ERR_MSG_ATTR(info->extack, pid ?: tgid, "there is no such task");
		return -ESRCH;
	}
	return 0;
}

static int reply_with_record(const struct tsp_capture *cap, struct genl_info *info)
{
	const struct tsp_encode_context context = { .cpt = tsp_cpt_of_cpu(cap->cpu) };
	struct sk_buff *reply;
	struct nlattr *attr;
	void *header;

	reply = genlmsg_new(nla_total_size(sizeof(struct tspool_record)), GFP_KERNEL);
	if (!reply)
		return no_memory(info->extack);
	header = genlmsg_put_reply(reply, info, &family, 0, TSPOOL_CMD_RECORD_GET);
	attr = header ? nla_reserve(reply, TSPOOL_A_FRAMES, sizeof(struct tspool_record)) : NULL;
	if (!attr) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	tsp_encode_record(nla_data(attr), cap, &context);
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}

static int record_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tsp_capture cap;
	int err;

	err = check_permission(skb, info->extack);
	if (err)
		return err;
	err = capture_requested(info, &cap);
	if (err)
		return err;
	return reply_with_record(&cap, info);
}

static int stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply;
	void *header;
	int err;

	err = check_permission(skb, info->extack);
	if (err)
		return err;
	reply = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return no_memory(info->extack);
	header = genlmsg_put_reply(reply, info, &family, 0, TSPOOL_CMD_STATS_GET);
	err = header ? tsp_dump_put_stats(reply) : -EMSGSIZE;
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}

static int dump_start(struct netlink_callback *cb)
{
	return check_permission(cb->skb, cb->extack);
}

/*
 * One message an object, as many as fit. An object too large even for an empty message is an error,
 * not the end of the dump.
 */
static int dump_each(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		     int (*put)(struct sk_buff *skb, unsigned int index))
{
	unsigned int index = cb->args[0];
	int err;

	for (;; index++) {
		void *header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
					   &family, NLM_F_MULTI, cmd);

		if (!header) {
			err = -EMSGSIZE;
			break;
		}
		genl_dump_check_consistent(cb, header);
		err = put(skb, index);
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

	/* A dump in which listeners came or went, between two of its datagrams, is marked so. */
	mutex_lock(&tsp_listeners_lock);
	cb->seq = tsp_listeners_generation;
	ret = dump_each(skb, cb, TSPOOL_CMD_LISTENER_GET, tsp_dump_put_listener);
	mutex_unlock(&tsp_listeners_lock);
	return ret;
}

static const struct nla_policy choice_policy[] = {
	[TSPOOL_A_CPTS] = { .type = NLA_NUL_STRING },
	[TSPOOL_A_CPUS] = { .type = NLA_NUL_STRING },
};

static const struct nla_policy task_policy[] = {
	[TSPOOL_A_PID] = NLA_POLICY_MIN(NLA_U32, 1),
	[TSPOOL_A_TGID] = NLA_POLICY_MIN(NLA_U32, 1),
};

static const struct genl_ops ops[] = {
	{
		.cmd = TSPOOL_CMD_SUBSCRIBE,
		.doit = subscribe_doit,
		.policy = choice_policy,
		.maxattr = ARRAY_SIZE(choice_policy) - 1,
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
		.start = dump_start,
		.dumpit = cpt_get_dumpit,
	},
	{
		.cmd = TSPOOL_CMD_SCHED_GET,
		.start = dump_start,
		.dumpit = sched_get_dumpit,
	},
	{
		.cmd = TSPOOL_CMD_LISTENER_GET,
		.start = dump_start,
		.dumpit = listener_get_dumpit,
	},
	{
		.cmd = TSPOOL_CMD_STATS_GET,
		.doit = stats_get_doit,
	},
};

static struct genl_family family = {
	.name		= TSPOOL_GENL_NAME,
	.version	= TSPOOL_GENL_VERSION,
	.module		= THIS_MODULE,
	.netnsok	= true,
	/* Our own locks are finer than genetlink's one. */
	.parallel_ops	= true,
	.ops		= ops,
	.n_ops		= ARRAY_SIZE(ops),
	.resv_start_op	= TSPOOL_CMD_SUBSCRIBE,
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

	err = netlink_register_notifier(&netlink_notifier);
	if (err)
		return err;
	err = genl_register_family(&family);
	if (err)
		goto err_unregister_notifier;
	return 0;

err_unregister_notifier:
	pr_err("can't open the generic netlink family %s (error %d)\n", TSPOOL_GENL_NAME, err);
	netlink_unregister_notifier(&netlink_notifier);
	return err;
}

/* No request is running any more, and none will. Closed sockets are still noticed. */
void tsp_netlink_exit(void)
{
	genl_unregister_family(&family);
}

void tsp_netlink_forget_sockets(void)
{
	netlink_unregister_notifier(&netlink_notifier);
}

/**
 * tsp_netlink_alloc_event() - make a message for listeners
 * @bytes: of frames, at most TSP_BATCH_BYTES
 * @frames: is set to where they are to be written
 *
 * It names no receiver, so that it can be shared by all. May sleep.
 *
 * Return: the message, or NULL without memory, which the caller reports.
 */
struct sk_buff *tsp_netlink_alloc_event(size_t bytes, void **frames)
{
	struct sk_buff *skb;
	struct nlattr *attr;
	void *header;

	skb = genlmsg_new(nla_total_size(bytes), TSP_GFP_DELIVERY);
	if (!skb)
		return NULL;
	header = genlmsg_put(skb, 0, 0, &family, 0, TSPOOL_CMD_EVENT);
	attr = nla_reserve(skb, TSPOOL_A_FRAMES, bytes);
	genlmsg_end(skb, header);
	*frames = nla_data(attr);
	return skb;
}
