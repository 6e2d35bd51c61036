/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pools of threads: how many, where they run, and who stands in for a CPT that has none.
 */
#ifndef TSP_POOL_H
#define TSP_POOL_H

#include <linux/sched.h>

int tsp_pools_init(void);
void tsp_pools_stop(void);
void tsp_pools_exit(void);
void tsp_pool_grow(unsigned int cpt);
void tsp_pool_bind(struct task_struct *task, unsigned int cpt);

#endif /* TSP_POOL_H */
