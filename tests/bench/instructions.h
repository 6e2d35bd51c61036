/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_BENCH_INSTRUCTIONS_H
#define TSP_BENCH_INSTRUCTIONS_H

#include <stdbool.h>
#include <stdint.h>

/* Whether the machine counts the instructions of this thread's user space, from now on. */
bool instructions_start(void);

/* So many so far; 0 if they are not counted. */
uint64_t instructions_now(void);

#endif /* TSP_BENCH_INSTRUCTIONS_H */
