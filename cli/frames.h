/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_FRAMES_H
#define TSP_CLI_FRAMES_H

#include <hwloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <tspool/record.h>

/* Some 90 records. */
#define TSP_FRAMES_BYTES	(64 << 10)

/* No more frames than these fit: all of them losses. */
#define TSP_FRAMES_MAX		(TSP_FRAMES_BYTES / sizeof(struct tspool_lost))

/* Frames as they were received, each a whole struct tspool_record or struct tspool_lost. */
struct tsp_frames {
	struct tsp_frames *next;	/* while it is in its stock */
	struct tsp_frame_stock *stock;
	uint64_t received_ns;		/* on the boot clock */
	size_t length;
	unsigned char bytes[TSP_FRAMES_BYTES]; /* aligned by what stands before */
};

static inline bool tsp_frames_has_room(const struct tsp_frames *frames)
{
	return frames->length + sizeof(struct tspool_record) <= sizeof(frames->bytes);
}

/* Adds a copy; there is room. */
void tsp_frames_add(struct tsp_frames *frames, const struct tspool_frame *frame);

/* The frame that follows this one, or with NULL the first one. NULL: there is none. */
const struct tspool_frame *tsp_frames_next(const struct tsp_frames *frames,
					   const struct tspool_frame *frame);

/*
 * The buffers of one receiver. It takes one, has it handed on when it holds frames, and takes the
 * next one; who has done with a buffer gives it back. When all are under way the receiver waits.
 */
struct tsp_frame_stock {
	pthread_mutex_t lock;
	pthread_cond_t given;
	struct tsp_frames *free;	/* the one given last first: it is in a cache */
	struct tsp_frames *all;
};

/* Makes the buffers, on these nodes. Returns 0 or -ENOMEM; tsp_stock_free() in any case. */
int tsp_stock_init(struct tsp_frame_stock *stock, hwloc_topology_t topology,
		   hwloc_const_nodeset_t nodes);
void tsp_stock_free(struct tsp_frame_stock *stock);

/* An empty buffer, as soon as there is one. One thread takes, any gives. */
struct tsp_frames *tsp_stock_take(struct tsp_frame_stock *stock);
void tsp_stock_give(struct tsp_frames *frames);

#endif
