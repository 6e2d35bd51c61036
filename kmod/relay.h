/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Relay: the second way out, in bulk. A buffer a CPT, which its reader maps.
 *
 *	tsp_relay_prepare(), tsp_relay_let_readers_in()	load; may sleep
 *	tsp_relay_start(), tsp_relay_stop(), tsp_relay_get_status()	requests; may sleep
 *	tsp_relay_deliver()	the thread whose turn it is
 */
#ifndef TSP_RELAY_H
#define TSP_RELAY_H

#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/tspool.h>

#include "relay_setup.h"

struct tsp_batch;
struct tsp_relay_channel;

/* One a CPT, as long as the module is loaded. */
struct tsp_relay {
	struct mutex		lock;		/* of the channel and all in it */
	struct tsp_relay_channel *channel;	/* that is written and read; NULL: relay is off */
	struct tsp_relay_channel *opened;	/* the same, or as relay starts: not yet */
};

struct tsp_relay_status {
	struct tsp_relay_setup setup;
	u32	reader;		/* its process; 0: none */
	u64	written;	/* records */
	u64	overwritten;	/* sequence numbers */
	u64	produced;	/* sub-buffers */
	u64	consumed;
	u64	dropped[TSPOOL_CAUSE_MAX + 1];
};

#ifdef CONFIG_RELAY

int tsp_relay_init(void);
void tsp_relay_exit(void);
int tsp_relay_prepare(const struct tsp_relay_setup *setup, struct netlink_ext_ack *extack);
void tsp_relay_let_readers_in(void);
int tsp_relay_start(const struct tsp_relay_setup *setup, struct netlink_ext_ack *extack);
int tsp_relay_stop(struct netlink_ext_ack *extack);
int tsp_relay_get_status(unsigned int cpt, struct tsp_relay_status *status);
void tsp_relay_deliver(const struct tsp_batch *batch);

#else

static inline int tsp_relay_init(void)
{
	return 0;
}

static inline void tsp_relay_exit(void)
{
}

static inline int tsp_relay_start(const struct tsp_relay_setup *setup,
				  struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "this kernel has no relay channels (CONFIG_RELAY)");
	return -EOPNOTSUPP;
}

static inline int tsp_relay_prepare(const struct tsp_relay_setup *setup,
				    struct netlink_ext_ack *extack)
{
	return tsp_relay_start(setup, extack);
}

static inline void tsp_relay_let_readers_in(void)
{
}

static inline int tsp_relay_stop(struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "this kernel has no relay channels (CONFIG_RELAY)");
	return -EOPNOTSUPP;
}

static inline int tsp_relay_get_status(unsigned int cpt, struct tsp_relay_status *status)
{
	return -ENOENT;
}

static inline void tsp_relay_deliver(const struct tsp_batch *batch)
{
}

#endif

#endif /* TSP_RELAY_H */
