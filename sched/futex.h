/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* futex(2), private to the process. A wait may end for no reason: callers look again. */
#ifndef TSP_FUTEX_H
#define TSP_FUTEX_H

#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Sleeps while *word is seen, until woken for one of the bits; deadline of CLOCK_MONOTONIC. */
static inline void tsp_futex_wait(_Atomic uint32_t *word, uint32_t seen, uint32_t bits,
				  const struct timespec *deadline)
{
	syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, seen, deadline, NULL, bits);
}

/* Wakes all who wait for one of the bits. */
static inline void tsp_futex_wake(_Atomic uint32_t *word, uint32_t bits)
{
	syscall(SYS_futex, word, FUTEX_WAKE_BITSET_PRIVATE, INT_MAX, NULL, NULL, bits);
}

#endif /* TSP_FUTEX_H */
