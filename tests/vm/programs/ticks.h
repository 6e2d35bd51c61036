/* SPDX-License-Identifier: GPL-2.0-only */
/* How far the kernel's times may be behind, in nanoseconds. */
#ifndef TSPOOL_TICKS_H
#define TSPOOL_TICKS_H

/* Debian's kernels have 250 ticks a second. */
#define TICK_NSECS	4000000ULL

/*
 * What a task runs is added up at ticks. One is late where a virtual CPU has to wait for the
 * others, three of them, each of which has its turn of 100 ms.
 */
#define LATE_TICK_NSECS	300000000ULL

#endif /* TSPOOL_TICKS_H */
