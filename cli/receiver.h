/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_RECEIVER_H
#define TSP_CLI_RECEIVER_H

#include <stdatomic.h>
#include <tspool/sched.h>

#include "frames.h"
#include "reader.h"
#include "subscribe.h"

/* What all receivers of a program share. */
struct tsp_receivers_common {
	struct tsp_reader *reader;
	hwloc_topology_t topology;
	struct tspool_pool *pool;	/* NULL: there is only counting */
	atomic_uint under_way;	/* buffers that are in the pool */
	atomic_bool stopping;
	int stop_fd;			/* to be polled: stopping */
	atomic_uint failed;	/* number of the first one that an error has ended; 0: none */
};

/*
 * A thread that takes records off the sockets of a share of the CPUs, on these CPUs. It counts them
 * on its own, or puts them by the buffer into the pool of its CPT.
 */
struct tsp_receiver {
	struct tsp_receivers_common *common;
	unsigned int number;		/* from 1 */
	struct tspool_session *session;	/* its own */
	struct tsp_listeners listeners;
	struct tsp_choice share;	/* what it listens to */
	unsigned int cpt;		/* to whose pool it belongs */
	struct tsp_frame_stock stock;
	struct tsp_frames *frames;	/* the buffer in hand; NULL: none */
	struct tsp_summary summary;	/* what it has counted */
	pthread_t thread;
	int err;			/* that has ended it, of which the session tells; or 0 */
};

/* Starts the thread, with what it needs beside its sockets. Returns 0 or a negative errno. */
int tsp_receiver_start(struct tsp_receiver *receiver);

/*
 * Waits for the end of a thread that was started: with common->stopping it ends the subscriptions,
 * and takes what is there. Its buffers are the pool's until that is stopped.
 */
void tsp_receiver_join(struct tsp_receiver *receiver);

#endif
