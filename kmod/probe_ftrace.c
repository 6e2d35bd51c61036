// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) "tspool: " fmt

#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "compat/ftrace.h"
#include "probe.h"

static DEFINE_MUTEX(disarm_lock); /* so that two do not take the same probe off */

/* What it probes is not called again meanwhile, so nothing is needed against recursion. */
static void on_call(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
		    struct ftrace_regs *regs)
{
	const struct tsp_probe *probe = container_of(ops, struct tsp_probe, ops);

	preempt_disable_notrace();
	probe->handler(ftrace_regs_get_argument(regs, 0), ftrace_regs_get_argument(regs, 1));
	preempt_enable_notrace();
}

/*
 * An empty filter means every function of the kernel, and that is what ftrace_set_filter() leaves,
 * with success, if the memory for the one function in it is missing (6.1 and 6.12). All empty
 * filters are one, so the filter is made empty first to know it again.
 */
static int set_filter(struct ftrace_ops *ops, char *function)
{
	const void *no_filter;
	int err = ftrace_set_filter(ops, NULL, 0, 1);

	if (err)
		return err;
	no_filter = rcu_access_pointer(ops->func_hash->filter_hash);
	err = ftrace_set_filter(ops, function, strlen(function), 1);
	if (!err && rcu_access_pointer(ops->func_hash->filter_hash) == no_filter)
		return -ENOMEM;
	return err;
}

/**
 * tsp_probe_find() - find the function, without probing it yet
 * @probe: its function and handler are set
 *
 * Return: 0, -ENOMEM, or -EINVAL where the kernel has no such function, or can't probe it.
 */
int tsp_probe_find(struct tsp_probe *probe)
{
	probe->ops.func = on_call;
	/* Who switches ftrace off is told that it can't be, instead of losing exits. */
	probe->ops.flags = FTRACE_OPS_FL_PERMANENT;
	return set_filter(&probe->ops, probe->function);
}

/* Returns when no task is in the handler any more, and none will be. */
void tsp_probe_remove(struct tsp_probe *probe)
{
	tsp_probe_disarm(probe);
	ftrace_free_filter(&probe->ops);
}

/**
 * tsp_probe_arm() - have the handler called from now on
 * @probe: found; may be armed already
 *
 * Return: 0, or a negative errno: -EBUSY if ftrace is switched off.
 */
int tsp_probe_arm(struct tsp_probe *probe)
{
	if (probe->ops.flags & FTRACE_OPS_FL_ENABLED)
		return 0;
	return register_ftrace_function(&probe->ops);
}

/* Returns when no task is in the handler any more. It may be disarmed already. */
void tsp_probe_disarm(struct tsp_probe *probe)
{
	int err = 0;

	mutex_lock(&disarm_lock);
	if (probe->ops.flags & FTRACE_OPS_FL_ENABLED)
		err = unregister_ftrace_function(&probe->ops);
	mutex_unlock(&disarm_lock);
	if (err)
		pr_warn("can't take the probe off %s() (error %d)\n", probe->function, err);
}

/* How often the kernel left the handler out. */
u64 tsp_probe_missed(const struct tsp_probe *probe)
{
	return 0;
}
