/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CHOICE_H
#define TSP_CHOICE_H

struct cpumask;
struct genl_info;

int tsp_choice_parse(struct genl_info *info, struct cpumask *cpus);

#endif /* TSP_CHOICE_H */
