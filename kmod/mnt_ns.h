/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_MNT_NS_H
#define TSP_MNT_NS_H

#include <linux/types.h>

struct nsproxy;

void tsp_mnt_ns_init(void);
u32 tsp_mnt_ns_inum(const struct nsproxy *nsproxy);

#endif /* TSP_MNT_NS_H */
