// SPDX-License-Identifier: GPL-2.0-only
#include "frames.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <tspool/decode.h>
#include <tspool/sched.h>

/* What the pool's threads have, and what waits for them. */
#define STOCK_COUNT	16

static_assert(offsetof(struct tsp_frames, bytes) % sizeof(uint64_t) == 0,
	      "frames are read where they lie");

static size_t size_of(const struct tspool_frame *frame)
{
	return tspool_frame_lost(frame) ? sizeof(struct tspool_lost) : sizeof(struct tspool_record);
}

void tsp_frames_add(struct tsp_frames *frames, const struct tspool_frame *frame)
{
	size_t size = size_of(frame);

	memcpy(frames->bytes + frames->length, frame, size);
	frames->length += size;
}

const struct tspool_frame *tsp_frames_next(const struct tsp_frames *frames,
					   const struct tspool_frame *frame)
{
	const unsigned char *next = frames->bytes;

	if (frame)
		next = (const unsigned char *)frame + size_of(frame);
	if (next == frames->bytes + frames->length)
		return NULL;
	return (const struct tspool_frame *)next;
}

int tsp_stock_init(struct tsp_frame_stock *stock, hwloc_topology_t topology,
		   hwloc_const_nodeset_t nodes)
{
	pthread_mutex_init(&stock->lock, NULL);
	pthread_cond_init(&stock->given, NULL);
	stock->free = NULL;
	stock->all = tspool_alloc_on_nodes(topology, nodes, STOCK_COUNT * sizeof(*stock->all));
	if (!stock->all)
		return -ENOMEM;
	for (unsigned int i = 0; i < STOCK_COUNT; i++) {
		stock->all[i].stock = stock;
		tsp_stock_give(&stock->all[i]);
	}
	return 0;
}

void tsp_stock_free(struct tsp_frame_stock *stock)
{
	tspool_free_on_nodes(stock->all, STOCK_COUNT * sizeof(*stock->all));
	pthread_cond_destroy(&stock->given);
	pthread_mutex_destroy(&stock->lock);
}

struct tsp_frames *tsp_stock_take(struct tsp_frame_stock *stock)
{
	struct tsp_frames *frames;

	pthread_mutex_lock(&stock->lock);
	while (!stock->free)
		pthread_cond_wait(&stock->given, &stock->lock);
	frames = stock->free;
	stock->free = frames->next;
	pthread_mutex_unlock(&stock->lock);
	frames->length = 0;
	return frames;
}

void tsp_stock_give(struct tsp_frames *frames)
{
	struct tsp_frame_stock *stock = frames->stock;

	pthread_mutex_lock(&stock->lock);
	frames->next = stock->free;
	stock->free = frames;
	pthread_cond_signal(&stock->given);
	pthread_mutex_unlock(&stock->lock);
}
