/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The relay buffer of one CPT: sub-buffers of frames, written by the thread whose turn it is and
 * read by one reader at a time.
 *
 * All but tsp_relay_channel_open(), _close(), _get() and _put() are called under the lock of the
 * channel's struct tsp_relay.
 */
#ifndef TSP_RELAY_CHANNEL_H
#define TSP_RELAY_CHANNEL_H

#include <linux/dcache.h>
#include <linux/kref.h>
#include <linux/relay.h>
#include <linux/tspool.h>
#include <linux/wait.h>

#include "batch.h"
#include "loss.h"
#include "relay.h"

struct tsp_relay_channel {
	struct kref		kref;		/* of its CPT, of each open file */
	struct tsp_relay	*relay;		/* of its CPT */
	struct tsp_relay_setup	setup;
	unsigned int		cpt;
	struct rchan		*chan;
	struct rchan_buf	*buf;		/* the one that the rchan has */
	struct dentry		*dir;
	struct dentry		*mapped_file;
	struct dentry		*read_file;

	bool			closed;		/* relay is off: nothing comes any more */
	bool			frozen;		/* nothing is written while it is read */
	pid_t			reader;		/* 0: none */
	u64			produced;	/* sub-buffers that are full, or flushed */
	u64			consumed;	/* those before this one have been read */
	u64			overwritten;	/* sequence numbers */
	u64			written;	/* records */
	u64			dropped[TSPOOL_CAUSE_MAX + 1];
	struct tsp_losses	pending;	/* to be told of as soon as there is room */
	wait_queue_head_t	wait;		/* the reader's */
};

/* Sub-buffers by their numbers: from first up to the one before next. */
struct tsp_relay_range {
	u64	first;
	u64	next;
};

struct tsp_relay_channel *tsp_relay_channel_open(struct tsp_relay *relay, unsigned int cpt,
						 const struct tsp_relay_setup *setup,
						 struct dentry *dir);
void tsp_relay_channel_close(struct tsp_relay_channel *channel);
void tsp_relay_channel_get(struct tsp_relay_channel *channel);
void tsp_relay_channel_put(struct tsp_relay_channel *channel);

void tsp_relay_channel_write(struct tsp_relay_channel *channel, const struct tsp_batch *batch);
void tsp_relay_channel_flush(struct tsp_relay_channel *channel);
int tsp_relay_channel_attach(struct tsp_relay_channel *channel, pid_t reader);
void tsp_relay_channel_detach(struct tsp_relay_channel *channel);
void tsp_relay_channel_ready(const struct tsp_relay_channel *channel,
			     struct tsp_relay_range *range);
const struct tspool_subbuf *tsp_relay_channel_subbuf(const struct tsp_relay_channel *channel,
						     u64 number);
int tsp_relay_channel_consume(struct tsp_relay_channel *channel, u64 next);

#endif /* TSP_RELAY_CHANNEL_H */
