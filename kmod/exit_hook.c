// SPDX-License-Identifier: GPL-2.0-only
/*
 * The probe in the dying task. Everything here runs with preemption off, in a task that somebody
 * waits for: it copies, queues, and wakes a thread if none is awake.
 */
#define pr_fmt(fmt) "tspool: " fmt

#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/smp.h>

#include "capture.h"
#include "cgroup_ref.h"
#include "cpt.h"
#include "exit_hook.h"
#include "probe.h"
#include "sched.h"
#include "scope.h"
#include "slot.h"

static void lose(struct tsp_slot_pool *pool, struct tsp_queue *queue, struct task_struct *task)
{
	tsp_scopes_lose(task, 1);
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

/* @group_slot: may be NULL */
static void hold(struct tsp_slot *slot, struct tsp_slot *group_slot, struct task_struct *task,
		 bool scoped)
{
	tsp_capture_hold(&slot->capture, task, scoped);
	if (group_slot)
		tsp_capture_hold(&group_slot->capture, task, scoped);
}

/* Counted before they are queued: who waits for so many to be delivered waits for these. */
static void push(struct tsp_slot_pool *pool, struct tsp_queue *queue, struct task_struct *task,
		 bool scoped, struct tsp_slot *slot, struct tsp_slot *group_slot)
{
	struct tsp_slot *latest = group_slot ?: slot;
	unsigned int count = group_slot ? 2 : 1;

	if (scoped || tsp_cgroup_is_wanted())
		hold(slot, group_slot, task, scoped);
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
	bool scoped = tsp_scopes_want(task);
	struct tsp_queue *queue;

	if (!READ_ONCE(pool->wanted) && !scoped)
		return;

	queue = &tsp_scheds[tsp_cpt_of_cpu(cpu)].queue;
	slot = capture_task(pool, task, group_dead);
	if (slot && group_dead)
		group_slot = capture_group(pool, task, slot);
	if (!slot)
		lose(pool, queue, task);
	if (group_dead && !group_slot)
		lose(pool, queue, task);
	if (slot)
		push(pool, queue, task, scoped, slot, group_slot);
	tsp_sched_kick(queue->served_by);
}

#ifdef CONFIG_TASKSTATS

static void on_taskstats_exit(unsigned long task, unsigned long group_dead)
{
	on_task_exit((struct task_struct *)task, (int)group_dead);
}

/*
 * taskstats_exit(tsk, group_dead): the last place in do_exit() where the memory map is still there
 * and where it is known whether this is the group's last thread.
 */
static struct tsp_probe probes[] = {
	{ .function = "taskstats_exit", .handler = on_taskstats_exit },
};

#else

static void on_group_exit(struct task_struct *task)
{
	unsigned int cpu = smp_processor_id();
	struct tsp_slot_pool *pool = per_cpu_ptr(&tsp_slot_pools, cpu);
	bool scoped = tsp_scopes_want(task);
	struct tsp_queue *queue;
	struct tsp_slot *slot;

	if (!READ_ONCE(pool->wanted) && !scoped)
		return;

	queue = &tsp_scheds[tsp_cpt_of_cpu(cpu)].queue;
	slot = capture_task(pool, task, true);
	if (slot) {
		tsp_capture_group_exit(&slot->capture, task, &slot->capture);
		push(pool, queue, task, scoped, slot, NULL);
	} else {
		lose(pool, queue, task);
	}
	tsp_sched_kick(queue->served_by);
}

static void on_exit_mm_release(unsigned long task, unsigned long mm)
{
	on_task_exit((struct task_struct *)task, false);
}

static void on_disassociate_ctty(unsigned long on_exit, unsigned long unused)
{
	if ((int)on_exit)
		on_group_exit(current);
}

/*
 * exit_mm_release(tsk, mm): a thread is about to give up its memory map. Not in exec.
 *
 * disassociate_ctty(on_exit): without taskstats, the one place at which only the group's last
 * thread comes by with its status known. Its memory map is gone by then, its namespaces are not.
 * Kernels without CONFIG_TTY do not have it.
 */
static struct tsp_probe probes[] = {
	{ .function = "exit_mm_release", .handler = on_exit_mm_release },
	{ .function = "disassociate_ctty", .handler = on_disassociate_ctty },
};

#endif

static void remove_first(size_t count)
{
	while (count--)
		tsp_probe_remove(&probes[count]);
}

/**
 * tsp_exit_hook_init() - find the place for the hook, without setting it yet
 *
 * Return: 0 or a negative errno.
 */
int tsp_exit_hook_init(void)
{
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		err = tsp_probe_find(&probes[i]);
		if (err) {
			pr_err("can't probe %s (error %d): does this kernel have ftrace or kprobes?\n",
			       TSP_EXIT_HOOK_NAME, err);
			remove_first(i);
			return err;
		}
	}
	return 0;
}

/* Returns when no task is inside the hook any more, and none will be. */
void tsp_exit_hook_exit(void)
{
	remove_first(ARRAY_SIZE(probes));
}

/**
 * tsp_exit_hook_arm() - catch exits from now on
 *
 * Return: 0, or a negative errno: that probes are switched off as a whole.
 */
int tsp_exit_hook_arm(void)
{
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		err = tsp_probe_arm(&probes[i]);
		if (err) {
			tsp_exit_hook_disarm();
			return err;
		}
	}
	return 0;
}

/* Nobody listens: exits cost nothing again. */
void tsp_exit_hook_disarm(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		tsp_probe_disarm(&probes[i]);
}

/* Exits at which the kernel left the hook out. */
u64 tsp_exit_hook_missed(void)
{
	u64 missed = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		missed += tsp_probe_missed(&probes[i]);
	return missed;
}
