/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_EXIT_HOOK_H
#define TSP_EXIT_HOOK_H

#include <linux/types.h>

/* The functions of the kernel that are probed. */
#ifdef CONFIG_TASKSTATS
#define TSP_EXIT_HOOK_NAME	"taskstats_exit"
#else
#define TSP_EXIT_HOOK_NAME	"exit_mm_release, disassociate_ctty"
#endif

int tsp_exit_hook_init(void);
void tsp_exit_hook_exit(void);
int tsp_exit_hook_arm(void);
void tsp_exit_hook_disarm(void);
u64 tsp_exit_hook_missed(void);

#endif /* TSP_EXIT_HOOK_H */
