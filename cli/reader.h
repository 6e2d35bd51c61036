/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_READER_H
#define TSP_CLI_READER_H

#include <signal.h>
#include <tspool/tspool.h>

#include "args.h"
#include "sink.h"
#include "summary.h"

/* From a listener to a sink, until something ends it. */
struct tsp_reader {
	struct tspool_session *session;
	const struct tsp_sink *sink;
	struct tsp_summary summary;
	uint64_t records_left;	/* that may still be taken */
	struct timespec duration; /* zero: no limit */
	int signal_fd;
	int timer_fd;
	int output_error;	/* errno; 0: none */
	enum tsp_exit status;
};

/*
 * Blocks SIGINT and SIGTERM, so that from here on none of them is missed, and sets up the reader.
 * Returns 0 or a negative errno. The reader is ended with tsp_reader_close().
 */
int tsp_reader_init(struct tsp_reader *reader, size_t n_cpts);
void tsp_reader_close(struct tsp_reader *reader);

/*
 * Reads until SIGINT or SIGTERM, or the limits are reached, or the output's reader has gone. Then
 * ends the subscription, takes what is still there and flushes the output. Failures are told on
 * stderr.
 */
enum tsp_exit tsp_reader_run(struct tsp_reader *reader, struct tspool_listener *listener);

#endif
