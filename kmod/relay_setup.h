/* SPDX-License-Identifier: GPL-2.0-only */
/* What can be chosen about relay. Pure. */
#ifndef TSP_RELAY_SETUP_H
#define TSP_RELAY_SETUP_H

#include <linux/tspool.h>
#include <linux/types.h>

struct tsp_relay_setup {
	enum tspool_relay_mode mode;
	u32	subbuf_size;	/* bytes */
	u32	n_subbufs;
};

int tsp_relay_mode_of(const char *name);
const char *tsp_relay_setup_fault(const struct tsp_relay_setup *setup);

static inline u64 tsp_relay_setup_bytes(const struct tsp_relay_setup *setup)
{
	return (u64)setup->subbuf_size * setup->n_subbufs;
}

#endif /* TSP_RELAY_SETUP_H */
