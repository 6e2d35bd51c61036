/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the running kernel's delay accounting tells apart, by the names that its own fields, struct
 * taskstats' and the record's have in common. The wait for a CPU is the scheduler's own, not here.
 */
#ifndef TSP_DELAY_KINDS_H
#define TSP_DELAY_KINDS_H

#include <linux/taskstats.h>

#if TASKSTATS_VERSION >= 14
#define TSP_IRQ_DELAY(DO)	DO(irq),
#else
#define TSP_IRQ_DELAY(DO)
#endif

/* With commas between, so it serves enumerators and expressions. */
#define TSP_EACH_DELAY(DO) \
	DO(blkio), DO(swapin), DO(freepages), DO(thrashing), DO(compact), \
		TSP_IRQ_DELAY(DO) DO(wpcopy)

#endif /* TSP_DELAY_KINDS_H */
