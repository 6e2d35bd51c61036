// SPDX-License-Identifier: GPL-2.0-only
#include "relay_reader.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "interval.h"
#include "report.h"

/* How long records may stay in a sub-buffer that does not get full. */
#define FLUSH_NS	100000000
/* A buffer has no more sub-buffers. */
#define N_SUBBUFS_MAX	4096

int tsp_relays_open(struct tspool_session *session, hwloc_const_bitmap_t cpts,
		    struct tsp_relays *relays)
{
	int err = 0;

	relays->count = 0;
	relays->relays = calloc((size_t)hwloc_bitmap_weight(cpts), sizeof(struct tspool_relay *));
	if (!relays->relays)
		return -ENOMEM;
	for (int cpt = hwloc_bitmap_first(cpts); cpt >= 0 && !err;
	     cpt = hwloc_bitmap_next(cpts, cpt)) {
		err = tspool_relay_open(session, (uint32_t)cpt, &relays->relays[relays->count]);
		if (!err)
			relays->count++;
	}
	return err;
}

void tsp_relays_close(struct tsp_relays *relays)
{
	for (size_t i = 0; i < relays->count; i++)
		tspool_relay_close(relays->relays[i]);
	free(relays->relays);
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

/* Closes a buffer that is at its end; the last one takes its place. */
static void drop(struct tsp_relays *relays, size_t index)
{
	tspool_relay_close(relays->relays[index]);
	relays->relays[index] = relays->relays[--relays->count];
}

/* Takes one of each, so that a busy CPT keeps no other waiting. Returns as take_one(). */
static int take_round(struct tsp_reader *reader, struct tsp_relays *relays, bool flush)
{
	int taken = 0;
	size_t i = 0;

	while (i < relays->count && !tsp_reader_is_full(reader)) {
		int ret = take_one(reader, relays->relays[i], flush);

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
		ret = take_round(reader, relays, false);
	if (ret >= 0)
		ret = take_round(reader, relays, true);
	return ret < 0 ? ret : 0;
}

static nfds_t fill_fds(struct pollfd *fds, const struct tsp_reader *reader,
		       const struct tsp_relays *relays)
{
	nfds_t count = tsp_reader_fill_fds(reader, fds);

	for (size_t i = 0; i < relays->count; i++)
		fds[count++] = (struct pollfd){
			.fd = tspool_relay_fd(relays->relays[i]),
			.events = POLLIN,
		};
	return count;
}

/* Whether it is time to flush, where nothing is ready, however busy others are. */
static bool is_flush_due(int64_t *last_ns)
{
	int64_t now = tsp_clock_ns(CLOCK_MONOTONIC);

	if (now - *last_ns < FLUSH_NS)
		return false;
	*last_ns = now;
	return true;
}

/* Returns 0 when it is to end, or a negative errno. */
static int follow(struct tsp_reader *reader, struct tsp_relays *relays, struct pollfd *fds)
{
	int64_t flushed_ns = tsp_clock_ns(CLOCK_MONOTONIC);

	for (;;) {
		int taken = take_round(reader, relays, is_flush_due(&flushed_ns));
		int wait_ms = tsp_reader_look_after(reader, FLUSH_NS / 1000000);
		int ret;

		if (taken < 0)
			return taken;
		if (tsp_reader_is_full(reader) || reader->archive_failed || !relays->count)
			return 0;
		ret = poll(fds, fill_fds(fds, reader, relays), taken ? 0 : wait_ms);
		if (ret > 0 && tsp_reader_must_end(reader, fds))
			return 0;
	}
}

enum tsp_exit tsp_reader_run_relays(struct tsp_reader *reader, struct tsp_relays *relays)
{
	struct pollfd *fds = calloc(TSP_READER_FDS + relays->count, sizeof(*fds));
	int ret = -ENOMEM;

	if (fds) {
		tsp_reader_begin(reader);
		ret = follow(reader, relays, fds);
	}
	if (!ret)
		ret = take_rest(reader, relays);
	free(fds);
	return tsp_reader_end(reader, ret);
}
