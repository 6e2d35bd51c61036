/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_EXIT_HOOK_H
#define TSP_EXIT_HOOK_H

#include <linux/types.h>

#define TSP_EXIT_HOOK_SYMBOL	"taskstats_exit"

int tsp_exit_hook_init(void);
void tsp_exit_hook_exit(void);
int tsp_exit_hook_arm(void);
void tsp_exit_hook_disarm(void);
bool tsp_exit_hook_is_armed(void);
u64 tsp_exit_hook_missed(void);

#endif /* TSP_EXIT_HOOK_H */
