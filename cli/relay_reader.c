// SPDX-License-Identifier: GPL-2.0-only
#include "relay_reader.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "end_signals.h"
#include "interval.h"
#include "report.h"

/* How long a buffer may give nothing until what is in its sub-buffer that is not full is taken. */
#define FLUSH_NS	100000000
/* While each round takes something, only after so many it is asked for an end. */
#define BUSY_ROUNDS	8
/* A buffer has no more sub-buffers. */
#define N_SUBBUFS_MAX	4096

int tsp_relays_open(struct tspool_session *session, hwloc_const_bitmap_t cpts,
		    struct tsp_relays *relays)
{
	int err = 0;

	relays->count = 0;
	relays->parts = calloc((size_t)hwloc_bitmap_weight(cpts), sizeof(*relays->parts));
	if (!relays->parts)
		return -ENOMEM;
	for (int cpt = hwloc_bitmap_first(cpts); cpt >= 0 && !err;
	     cpt = hwloc_bitmap_next(cpts, cpt)) {
		struct tsp_relay_part *part = &relays->parts[relays->count];

		part->taken_ns = tsp_clock_ns(CLOCK_MONOTONIC);
		err = tspool_relay_open(session, (uint32_t)cpt, &part->relay);
		if (!err)
			relays->count++;
	}
	return err;
}

void tsp_relays_close(struct tsp_relays *relays)
{
	for (size_t i = 0; i < relays->count; i++)
		tspool_relay_close(relays->parts[i].relay);
	free(relays->parts);
}

/* Takes one sub-buffer. Returns 1, 0 if none is ready, -ESHUTDOWN at the end, or another errno. */
static int take_one(struct tsp_reader *reader, struct tspool_relay *relay, bool flush)
{
	int ret = tspool_relay_receive(relay, flush, tsp_reader_handler(reader), reader);

	if (ret == -EAGAIN)
		return 0;
	if (ret == -EBADMSG)
		tsp_reader_pass_over(reader, reader->session);
	else if (ret < 0)
		return ret;
	/* What is not written yet would be lost with us: the next call gives it back. */
	tsp_reader_flush(reader);
	return 1;
}

/* What gave nothing for so long is flushed: it may be filling slowly. */
static int take_or_flush(struct tsp_reader *reader, struct tsp_relay_part *part,
			 int64_t patience_ns)
{
	int64_t now = tsp_clock_ns(CLOCK_MONOTONIC);
	bool flush = now - part->taken_ns >= patience_ns;
	int ret = take_one(reader, part->relay, flush);

	if (flush || ret > 0)
		part->taken_ns = now;
	return ret;
}

/* Closes a buffer that is at its end; the last one takes its place. */
static void drop(struct tsp_relays *relays, size_t index)
{
	tspool_relay_close(relays->parts[index].relay);
	relays->parts[index] = relays->parts[--relays->count];
}

/* Takes one of each, so that a busy CPT keeps no other waiting. Returns as take_one(). */
static int take_round(struct tsp_reader *reader, struct tsp_relays *relays, int64_t patience_ns)
{
	int taken = 0;
	size_t i = 0;

	while (i < relays->count && !tsp_reader_is_full(reader)) {
		int ret = take_or_flush(reader, &relays->parts[i], patience_ns);

		if (ret == -ESHUTDOWN) {
			drop(relays, i);
			continue;
		}
		if (ret < 0)
			return ret;
		taken |= ret;
		i++;
	}
	return taken;
}

/* Takes what is written by now; last what is in sub-buffers that are not full. */
static int take_rest(struct tsp_reader *reader, struct tsp_relays *relays)
{
	int ret = 1;

	for (int i = 0; i < N_SUBBUFS_MAX && ret > 0; i++)
		ret = take_round(reader, relays, INT64_MAX);
	if (ret >= 0)
		ret = take_round(reader, relays, 0);
	return ret < 0 ? ret : 0;
}

static nfds_t fill_fds(struct pollfd *fds, const struct tsp_reader *reader,
		       const struct tsp_relays *relays)
{
	nfds_t count = tsp_reader_fill_fds(reader, fds);

	for (size_t i = 0; i < relays->count; i++)
		fds[count++] = (struct pollfd){
			.fd = tspool_relay_fd(relays->parts[i].relay),
			.events = POLLIN,
		};
	return count;
}

/* Returns 0 when it is to end, or a negative errno. */
static int follow(struct tsp_reader *reader, struct tsp_relays *relays, struct pollfd *fds)
{
	unsigned int busy_rounds = 0;

	tsp_end_signals_heed(reader->wake_fd);
	for (;;) {
		int taken = take_round(reader, relays, FLUSH_NS);
		int wait_ms = tsp_reader_look_after(reader, FLUSH_NS / 1000000);
		int ret;

		if (taken < 0)
			return taken;
		if (tsp_reader_is_full(reader) || reader->archive_failed || !relays->count)
			return 0;
		busy_rounds = taken ? busy_rounds + 1 : 0;
		if (busy_rounds % BUSY_ROUNDS)
			continue;
		ret = poll(fds, fill_fds(fds, reader, relays), taken ? 0 : wait_ms);
		if (ret > 0 && tsp_reader_must_end(reader, fds))
			return 0;
	}
}

enum tsp_exit tsp_reader_run_relays(struct tsp_reader *reader, struct tsp_relays *relays)
{
	struct pollfd *fds = calloc(TSP_READER_FDS + relays->count, sizeof(*fds));
	int ret = -ENOMEM;

	if (fds)
		ret = tsp_reader_begin(reader);
	if (!ret)
		ret = follow(reader, relays, fds);
	if (!ret)
		ret = take_rest(reader, relays);
	free(fds);
	return tsp_reader_end(reader, ret);
}
