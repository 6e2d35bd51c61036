/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Probes at the entry of functions of the kernel: probe_ftrace.c where ftrace can hand over
 * arguments, which costs an exit a third of what a kprobe does, else probe_kprobe.c.
 *
 *	tsp_probe_find(), tsp_probe_remove()	load and unload
 *	tsp_probe_arm()				one at a time
 *	tsp_probe_disarm()			anybody; waits for every task
 */
#ifndef TSP_PROBE_H
#define TSP_PROBE_H

#include <linux/types.h>

#ifdef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
#include <linux/ftrace.h>
#else
#include <linux/kprobes.h>
#endif

struct tsp_probe {
	char	*function;
	/* Called with the function's first two arguments, preemption off. */
	void	(*handler)(unsigned long first, unsigned long second);
#ifdef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
	struct ftrace_ops ops;
#else
	struct kprobe kprobe;
#endif
};

int tsp_probe_find(struct tsp_probe *probe);
void tsp_probe_remove(struct tsp_probe *probe);
int tsp_probe_arm(struct tsp_probe *probe);
void tsp_probe_disarm(struct tsp_probe *probe);
u64 tsp_probe_missed(const struct tsp_probe *probe);

#endif /* TSP_PROBE_H */
