// SPDX-License-Identifier: GPL-2.0-only
/*
 * The probe in the dying task. Everything here runs with preemption off, in a task that somebody
 * waits for: it copies, queues, and wakes a thread if none is awake.
 */
#define pr_fmt(fmt) "tspool: " fmt

#include <linux/kprobes.h>
#include <linux/printk.h>
#include <linux/ptrace.h>

#include "capture.h"
#include "cpt.h"
#include "exit_hook.h"
#include "sched.h"
#include "slot.h"

static void lose(struct tsp_slot_pool *pool, struct tsp_queue *queue)
{
	WRITE_ONCE(pool->dropped, pool->dropped + 1);
	/* This is no time for letting records gather. */
	if (tsp_queue_lose(queue))
		tsp_sched_hurry(queue->served_by);
}

static struct tsp_slot *capture_task(struct tsp_slot_pool *pool, struct task_struct *task,
				     bool group_dead)
{
	struct tsp_slot *slot = tsp_slot_get(pool);

	if (slot)
		tsp_capture_exit(&slot->capture, task, group_dead);
	return slot;
}

static struct tsp_slot *capture_group(struct tsp_slot_pool *pool, struct task_struct *task,
				      const struct tsp_slot *last)
{
	struct tsp_slot *slot = tsp_slot_get(pool);

	if (slot)
		tsp_capture_group_exit(&slot->capture, task, &last->capture);
	return slot;
}

/* Counted before they are queued: who waits for so many to be delivered waits for these. */
static void push(struct tsp_slot_pool *pool, struct tsp_queue *queue, struct tsp_slot *slot,
		 struct tsp_slot *group_slot)
{
	struct tsp_slot *latest = group_slot ?: slot;
	unsigned int count = group_slot ? 2 : 1;

	if (group_slot)
		group_slot->node.next = &slot->node;
	WRITE_ONCE(pool->captured, pool->captured + count);
	if (tsp_queue_push(queue, &latest->node, &slot->node, count))
		tsp_sched_hurry(queue->served_by);
}

static void on_task_exit(struct task_struct *task, bool group_dead)
{
	unsigned int cpu = smp_processor_id();
	struct tsp_slot_pool *pool = per_cpu_ptr(&tsp_slot_pools, cpu);
	struct tsp_slot *slot, *group_slot = NULL;
	struct tsp_queue *queue;

	if (!READ_ONCE(pool->wanted))
		return;

	queue = &tsp_scheds[tsp_cpt_of_cpu(cpu)].queue;
	slot = capture_task(pool, task, group_dead);
	if (slot && group_dead)
		group_slot = capture_group(pool, task, slot);
	if (!slot)
		lose(pool, queue);
	if (group_dead && !group_slot)
		lose(pool, queue);
	if (slot)
		push(pool, queue, slot, group_slot);
	tsp_sched_kick(queue->served_by);
}

static int on_taskstats_exit(struct kprobe *probe, struct pt_regs *regs)
{
	on_task_exit((struct task_struct *)regs_get_kernel_argument(regs, 0),
		     (int)regs_get_kernel_argument(regs, 1));
	return 0;
}

/*
 * taskstats_exit(tsk, group_dead): the last place in do_exit() where the memory map is still there
 * and where it is known whether this is the group's last thread.
 */
static struct kprobe probe = {
	.symbol_name = TSP_EXIT_HOOK_SYMBOL,
	.pre_handler = on_taskstats_exit,
	.flags = KPROBE_FLAG_DISABLED,
};

/**
 * tsp_exit_hook_init() - find the place for the hook, without setting it yet
 *
 * Return: 0 or a negative errno.
 */
int tsp_exit_hook_init(void)
{
	int err = register_kprobe(&probe);

	if (err)
		pr_err("can't probe %s() (error %d): does this kernel have CONFIG_TASKSTATS and kprobes?\n",
		       TSP_EXIT_HOOK_SYMBOL, err);
	return err;
}

/* Returns when no task is inside the hook any more, and none will be. */
void tsp_exit_hook_exit(void)
{
	unregister_kprobe(&probe);
}

/**
 * tsp_exit_hook_arm() - catch exits from now on
 *
 * Return: 0, or a negative errno: -ENODEV if kprobes are switched off as a whole.
 */
int tsp_exit_hook_arm(void)
{
	int err = enable_kprobe(&probe);

	if (err)
		return err;
	/* With debugfs' kprobes/enabled at 0 it succeeds and does nothing. */
	return kprobe_disabled(&probe) ? -ENODEV : 0;
}

/* Nobody listens: exits cost nothing again. */
void tsp_exit_hook_disarm(void)
{
	int err = disable_kprobe(&probe);

	/* -EINVAL: the last socket closed when unloading had unregistered it already. */
	if (err && err != -EINVAL)
		pr_warn("can't take the probe off %s() (error %d)\n", TSP_EXIT_HOOK_SYMBOL, err);
}

bool tsp_exit_hook_is_armed(void)
{
	return !kprobe_disabled(&probe);
}

/* Exits at which the kernel left the hook out, because it was inside another probe's handler. */
u64 tsp_exit_hook_missed(void)
{
	return probe.nmissed;
}
