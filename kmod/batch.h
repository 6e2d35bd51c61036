/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_BATCH_H
#define TSP_BATCH_H

#include <linux/skbuff.h>
#include <linux/tspool.h>
#include <linux/types.h>
#include <net/genetlink.h>

#include "backlog.h"
#include "encode.h"
#include "message_pages.h"

/*
 * One batch fills one message, and the message fills one allocation of 16 KiB, skb_shared_info
 * included: a socket is charged for what was allocated, not for what was used of it.
 */
#define TSP_MESSAGE_BYTES	SKB_WITH_OVERHEAD(TSP_MESSAGE_SIZE)
#define TSP_MESSAGE_OVERHEAD	(NLMSG_HDRLEN + GENL_HDRLEN + NLA_HDRLEN)
#define TSP_BATCH_LOSSES	3
#define TSP_BATCH_BYTES		(TSP_MESSAGE_BYTES - TSP_MESSAGE_OVERHEAD)
#define TSP_BATCH_RECORDS \
	((TSP_BATCH_BYTES - TSP_BATCH_LOSSES * sizeof(struct tspool_lost)) / TSP_RECORD_BYTES)
#define TSP_BATCH_FRAMES	(TSP_BATCH_RECORDS + TSP_BATCH_LOSSES)

struct cgroup;
struct tsp_slot;

/* Exits of one CPU that found no slot. */
struct tsp_loss {
	u32	cpu;
	struct tsp_loss_range range;
};

/*
 * What a thread takes off a queue in one go, and the frames made of it: by tsp_batch_encode(), or
 * after tsp_batch_keep() straight where they are to be. It is the thread's own scratch, allocated
 * on its CPT's memory before the thread starts.
 */
struct tsp_batch {
	u64		ticket;		/* its place in the queue's order of delivery */
	u64		next_seq;	/* the one after its last */
	unsigned int	cpt;
	unsigned int	record_count;
	unsigned int	loss_count;
	unsigned int	frame_count;
	size_t		bytes;		/* of all frames */
	struct tsp_contents contents;	/* all of it */
	struct tsp_encode_context context;	/* of all frames */
	bool		holds;		/* a cgroup or a pid */
	struct tsp_slot	*slot[TSP_BATCH_RECORDS];
	u64		exit_time[TSP_BATCH_RECORDS];	/* of each record, boot clock */
	struct tsp_loss	loss[TSP_BATCH_LOSSES];	/* after the records */
	u32		cpu[TSP_BATCH_FRAMES];		/* of each frame */
	struct cgroup	*cgroup[TSP_BATCH_FRAMES];	/* of each frame: held, or NULL */
	struct tsp_pid_refs pids[TSP_BATCH_FRAMES];	/* of each frame: held, if at all */
	u8		*frames;	/* in the message or in the scratch; NULL: not made */
	struct tsp_message_pages pages;
	struct sk_buff	*message;	/* of just these frames, held; NULL: nobody wants it */
	u8		scratch[TSP_BATCH_BYTES] __aligned(8);
};

size_t tsp_batch_room(const struct tsp_batch *batch);
void tsp_batch_encode(struct tsp_batch *batch);
void tsp_batch_keep(struct tsp_batch *batch);
void tsp_batch_put_records(const struct tsp_batch *batch, unsigned int first, unsigned int count,
			   void *to);
void tsp_batch_put_loss(const struct tsp_batch *batch, unsigned int index, struct tspool_lost *to);
void tsp_batch_release(struct tsp_batch *batch);

#endif /* TSP_BATCH_H */
