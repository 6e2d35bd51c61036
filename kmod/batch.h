/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_BATCH_H
#define TSP_BATCH_H

#include <linux/skbuff.h>
#include <linux/tspool.h>
#include <linux/types.h>
#include <net/genetlink.h>

/*
 * One batch fills one message, and the message fills one allocation of 16 KiB, skb_shared_info
 * included: a socket is charged for what was allocated, not for what was used of it.
 */
#define TSP_MESSAGE_BYTES	SKB_WITH_OVERHEAD(16384)
#define TSP_MESSAGE_OVERHEAD	(NLMSG_HDRLEN + GENL_HDRLEN + NLA_HDRLEN)
#define TSP_BATCH_LOSSES	4
#define TSP_BATCH_BYTES		(TSP_MESSAGE_BYTES - TSP_MESSAGE_OVERHEAD)
#define TSP_BATCH_RECORDS \
	((TSP_BATCH_BYTES - TSP_BATCH_LOSSES * sizeof(struct tspool_lost)) / \
	 sizeof(struct tspool_record))
#define TSP_BATCH_FRAMES	(TSP_BATCH_RECORDS + TSP_BATCH_LOSSES)

struct tsp_slot;

/* Exits of one CPU that found no slot. */
struct tsp_loss {
	u32	cpu;
	u64	count;
	u64	first_seq;
};

/*
 * What a thread takes off a queue in one go, and the frames made of it. It is the thread's own
 * scratch, allocated on its CPT's memory before the thread starts.
 */
struct tsp_batch {
	u64		ticket;		/* its place in the queue's order of delivery */
	u64		next_seq;	/* the one after its last */
	unsigned int	cpt;
	unsigned int	record_count;
	unsigned int	loss_count;
	unsigned int	frame_count;
	size_t		bytes;		/* of all frames */
	struct tsp_slot	*slot[TSP_BATCH_RECORDS];
	struct tsp_loss	loss[TSP_BATCH_LOSSES];	/* after the records */
	u32		cpu[TSP_BATCH_FRAMES];		/* of each frame */
	u8		frames[TSP_BATCH_BYTES] __aligned(8);
};

void tsp_batch_encode(struct tsp_batch *batch);

#endif /* TSP_BATCH_H */
