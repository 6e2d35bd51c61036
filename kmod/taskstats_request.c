// SPDX-License-Identifier: GPL-2.0-only
/*
 * TASKSTATS_CMD_GET as the kernel's taskstats answers it, error by error: in kernel/taskstats.c it
 * can be seen in which order they come.
 */
#include <linux/cpumask.h>
#include <linux/cred.h>
#include <linux/ktime.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "live.h"
#include "netlink.h"
#include "subscribe.h"
#include "taskstats_fill.h"
#include "taskstats_message.h"
#include "taskstats_request.h"

/* The longest list of CPUs that it takes. */
#define CPUMASK_LENGTH_MAX	(100 + 6 * NR_CPUS)

const struct nla_policy tsp_taskstats_policy[TASKSTATS_CMD_ATTR_MAX + 1] = {
	[TASKSTATS_CMD_ATTR_PID] = { .type = NLA_U32 },
	[TASKSTATS_CMD_ATTR_TGID] = { .type = NLA_U32 },
	[TASKSTATS_CMD_ATTR_REGISTER_CPUMASK] = { .type = NLA_STRING },
	[TASKSTATS_CMD_ATTR_DEREGISTER_CPUMASK] = { .type = NLA_STRING },
};

static int parse_cpus(const struct nlattr *attr, struct cpumask *cpus,
		      struct netlink_ext_ack *extack)
{
	char *list;
	int err;

	if (nla_len(attr) > CPUMASK_LENGTH_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "the list of CPUs is too long");
		return -E2BIG;
	}
	list = nla_strdup(attr, GFP_KERNEL);
	if (!list)
		return -ENOMEM;
	err = cpulist_parse(list, cpus);
	kfree(list);
	if (err)
		NL_SET_ERR_MSG_ATTR(extack, attr, "not a list of CPUs, or a CPU number too high");
	return err;
}

static int check_registration(const struct nlattr *attr, const struct cpumask *cpus,
			      struct netlink_ext_ack *extack)
{
	if (!cpumask_subset(cpus, cpu_possible_mask)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "the list holds an impossible CPU");
		return -EINVAL;
	}
	if (current_user_ns() != &init_user_ns || task_active_pid_ns(current) != &init_pid_ns) {
		NL_SET_ERR_MSG(extack, "only from the initial user and pid namespaces");
		return -EINVAL;
	}
	return 0;
}

static int change_registration(const struct sk_buff *skb, struct genl_info *info, int type)
{
	const struct nlattr *attr = info->attrs[type];
	struct sock *sk = NETLINK_CB(skb).sk;
	cpumask_var_t cpus;
	int err;

	if (!alloc_cpumask_var(&cpus, GFP_KERNEL))
		return -ENOMEM;
	err = parse_cpus(attr, cpus, info->extack);
	if (!err)
		err = check_registration(attr, cpus, info->extack);
	if (!err && type == TASKSTATS_CMD_ATTR_REGISTER_CPUMASK)
		err = tsp_register(sk, info->snd_portid, cpus, info->extack);
	else if (!err)
		err = tsp_deregister(sk, cpus);
	free_cpumask_var(cpus);
	return err;
}

/* Who asks for a task is told of it in its own namespaces, and how it ended if it is a zombie. */
static void fill_for_caller(struct taskstats *stats, const struct tspool_record *record,
			    struct task_struct *task)
{
	struct user_namespace *user_ns = current_user_ns();
	struct pid_namespace *pid_ns = task_active_pid_ns(current);

	tsp_taskstats_fill(stats, record, ktime_get_real_seconds());
	if (READ_ONCE(task->flags) & PF_EXITING)
		stats->ac_exitcode = READ_ONCE(task->exit_code);
	stats->ac_pid = task_pid_nr_ns(task, pid_ns);
	stats->ac_tgid = task_tgid_nr_ns(task, pid_ns);
	stats->ac_ppid = task_ppid_nr_ns(task, pid_ns);
	stats->ac_uid = from_kuid_munged(user_ns, make_kuid(&init_user_ns, record->uid));
	stats->ac_gid = from_kgid_munged(user_ns, make_kgid(&init_user_ns, record->gid));
}

static int put_live(struct sk_buff *reply, enum tspool_frame_type type, u32 number,
		    struct netlink_ext_ack *extack)
{
	struct taskstats *stats = tsp_taskstats_put(reply, type, number);
	struct tspool_record *record = kmalloc(sizeof(*record), GFP_KERNEL);
	struct task_struct *task = NULL;
	int err = 0;

	if (!stats || !record) {
		err = -ENOMEM;
		goto free_record;
	}
	task = tsp_live_record(record, type, number);
	if (!task) {
		NL_SET_ERR_MSG(extack, "there is no such task");
		err = -ESRCH;
		goto free_record;
	}
	fill_for_caller(stats, record, task);
	put_task_struct(task);

free_record:
	kfree(record);
	return err;
}

static int reply_with_stats(struct genl_info *info, enum tspool_frame_type type, u32 number)
{
	struct sk_buff *reply;
	void *header;
	int err;

	reply = genlmsg_new(tsp_taskstats_bytes(), GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	header = genlmsg_put_reply(reply, info, &tsp_family, 0, TASKSTATS_CMD_NEW);
	err = header ? put_live(reply, type, number, info->extack) : -EMSGSIZE;
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, header);
	return genlmsg_reply(reply, info);
}

/* One attribute a request; of several the first in this order. */
int tsp_taskstats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;

	if (attrs[TASKSTATS_CMD_ATTR_REGISTER_CPUMASK])
		return change_registration(skb, info, TASKSTATS_CMD_ATTR_REGISTER_CPUMASK);
	if (attrs[TASKSTATS_CMD_ATTR_DEREGISTER_CPUMASK])
		return change_registration(skb, info, TASKSTATS_CMD_ATTR_DEREGISTER_CPUMASK);
	if (attrs[TASKSTATS_CMD_ATTR_PID])
		return reply_with_stats(info, TSPOOL_FRAME_TASK,
					nla_get_u32(attrs[TASKSTATS_CMD_ATTR_PID]));
	if (attrs[TASKSTATS_CMD_ATTR_TGID])
		return reply_with_stats(info, TSPOOL_FRAME_PROCESS,
					nla_get_u32(attrs[TASKSTATS_CMD_ATTR_TGID]));
	NL_SET_ERR_MSG(info->extack, "none of PID, TGID and the two lists of CPUs");
	return -EINVAL;
}
