/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_RELAY_READER_H
#define TSP_CLI_RELAY_READER_H

#include <hwloc.h>

#include "reader.h"

struct tsp_relay_part {
	struct tspool_relay *relay;
	int64_t taken_ns;	/* when it last gave a sub-buffer or was flushed, CLOCK_MONOTONIC */
};

/* The relay buffers that are read together. */
struct tsp_relays {
	struct tsp_relay_part *parts;
	size_t count;
};

/*
 * Opens the buffers of these CPTs, one a CPT. Returns 0, or a negative errno of which the session
 * tells. In any case, they are ended with tsp_relays_close().
 */
int tsp_relays_open(struct tspool_session *session, hwloc_const_bitmap_t cpts,
		    struct tsp_relays *relays);
void tsp_relays_close(struct tsp_relays *relays);

/*
 * As tsp_reader_run(), from relay buffers. It also ends when relay is off and all is read. Records
 * come within a fraction of a second, several at once.
 */
enum tsp_exit tsp_reader_run_relays(struct tsp_reader *reader, struct tsp_relays *relays);

#endif
