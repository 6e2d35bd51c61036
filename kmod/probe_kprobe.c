// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) "tspool: " fmt

#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/ptrace.h>

#include "probe.h"

static int on_call(struct kprobe *kprobe, struct pt_regs *regs)
{
	const struct tsp_probe *probe = container_of(kprobe, struct tsp_probe, kprobe);

	probe->handler(regs_get_kernel_argument(regs, 0), regs_get_kernel_argument(regs, 1));
	return 0;
}

/**
 * tsp_probe_find() - find the function, without probing it yet
 * @probe: its function and handler are set
 *
 * Return: 0 or a negative errno.
 */
int tsp_probe_find(struct tsp_probe *probe)
{
	probe->kprobe.symbol_name = probe->function;
	probe->kprobe.pre_handler = on_call;
	probe->kprobe.flags = KPROBE_FLAG_DISABLED;
	return register_kprobe(&probe->kprobe);
}

/* Returns when no task is in the handler any more, and none will be. */
void tsp_probe_remove(struct tsp_probe *probe)
{
	unregister_kprobe(&probe->kprobe);
}

static bool trial_seen;

static int on_trial(struct kprobe *kprobe, struct pt_regs *regs)
{
	WRITE_ONCE(trial_seen, true);
	return 0;
}

/* Only there to be probed. */
static noinline void be_tried(void)
{
	barrier();
}

/*
 * With debugfs' kprobes/enabled at 0 all kprobes can be enabled, and none is hit; whether so is not
 * told, where somebody else has one at the same function not even by the flags of this one. So one
 * is tried.
 */
static int try_kprobes(void)
{
	struct kprobe trial = {
		.addr = (kprobe_opcode_t *)be_tried,
		.pre_handler = on_trial,
	};
	int err = register_kprobe(&trial);

	if (err)
		return err;
	WRITE_ONCE(trial_seen, false);
	be_tried();
	unregister_kprobe(&trial);
	return READ_ONCE(trial_seen) ? 0 : -ENODEV;
}

/**
 * tsp_probe_arm() - have the handler called from now on
 * @probe: found; may be armed already
 *
 * Return: 0, or a negative errno: -ENODEV if kprobes are switched off as a whole.
 */
int tsp_probe_arm(struct tsp_probe *probe)
{
	int err = try_kprobes();

	return err ?: enable_kprobe(&probe->kprobe);
}

void tsp_probe_disarm(struct tsp_probe *probe)
{
	int err = disable_kprobe(&probe->kprobe);

	/* -EINVAL: the last socket closed when unloading had unregistered it already. */
	if (err && err != -EINVAL)
		pr_warn("can't take the probe off %s() (error %d)\n", probe->function, err);
}

/* How often the kernel left the handler out, because it was inside another probe's. */
u64 tsp_probe_missed(const struct tsp_probe *probe)
{
	return probe->kprobe.nmissed;
}
