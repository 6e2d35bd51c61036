/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From sockets to a reader: receivers, each with its share of the CPUs, put buffers of frames into
 * the pool of their CPT, whose threads make lines of them and deliver these to the reader, buffer
 * by buffer in the order of their CPT. Where only numbers are wanted, the receivers count.
 */
#ifndef TSP_CLI_PIPELINE_H
#define TSP_CLI_PIPELINE_H

#include "receiver.h"

struct tsp_pipeline {
	struct tsp_receivers_common common;
	struct tsp_receiver *receivers;
	size_t count;
	const struct tsp_choice *choice;
	int hotplug_fd;		/* negative: none */

	struct tspool_pool_handler handler; /* of the pool */
	pthread_mutex_t lines_lock;
	struct tsp_lines *lines;	/* of the pool's threads */
};

/*
 * Opens the sockets of so many listeners, 0: of one for each CPT, with the options but for their
 * lists and their CPT. Those that have none of the CPUs of the choice are left out. From here on
 * no exit is missed. Failures are told on stderr. In any case, the pipeline is ended with
 * tsp_pipeline_close(), and lies within the life of choice and reader.
 */
enum tsp_exit tsp_pipeline_open(struct tsp_pipeline *pipeline, const struct tsp_choice *choice,
				unsigned int listeners, const struct tspool_listen_options *options,
				struct tsp_reader *reader);
void tsp_pipeline_close(struct tsp_pipeline *pipeline);

/*
 * Hands all that comes to the reader until SIGINT or SIGTERM, or the limits are reached, or the
 * output's reader has gone, or the archive can't be written. Then ends the subscriptions, takes
 * what is still there and flushes the output. Failures are told on stderr.
 */
enum tsp_exit tsp_pipeline_run(struct tsp_pipeline *pipeline);

#endif
