/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_READER_H
#define TSP_CLI_READER_H

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <tspool/tspool.h>

#include "args.h"
#include "cgroups.h"
#include "lines.h"
#include "sink.h"
#include "summary.h"
#include "tally.h"
#include "window.h"

/*
 * Where all records and losses end: it counts them, and writes what is to be written. They come one
 * by one from the thread that has it, by tsp_reader_handler(), or in buffers from any thread, by
 * tsp_reader_deliver().
 */
struct tsp_reader {
	struct tspool_session *session;
	struct tsp_shared_cgroups cgroups;
	const struct tsp_sink *sink;
	struct tspool_archive_writer *archive; /* NULL: none */
	struct tsp_tally *tally;	/* NULL: none */
	const struct tspool_filter *filter; /* NULL: records come filtered */
	bool rotates_on_hangup;	/* SIGHUP is for the archive that there will be */
	bool ordered;		/* what comes in buffers, by the window */
	bool has_begun;		/* something may come */
	uint64_t wall_offset_ns; /* of the wall clock from the boot clock, at the beginning */
	struct timespec duration; /* zero: no limit */
	int hangup_fd;
	int timer_fd;
	int wake_fd;		/* to be polled: tsp_reader_wake() was called, or a signal came */
	int end_fd;		/* of window_thread */
	pthread_t window_thread;
	bool has_window_thread;

	/*
	 * Guards stdout and the window, from tsp_reader_begin() on. Whoever has it may wait as long
	 * as nobody reads the output. The other lock may be taken under it, and never the reverse.
	 */
	pthread_mutex_t output_lock;
	struct tsp_window window;

	pthread_mutex_t lock;	/* guards what follows, from tsp_reader_begin() on */
	struct tsp_summary summary;
	uint64_t records_left;	/* that may still be taken */
	int output_error;	/* errno; 0: none */
	bool archive_failed;	/* it has the sentence */
	enum tsp_exit status;
};

/*
 * Blocks SIGINT and SIGTERM, and SIGHUP where that rotates an archive, so that from here on none of
 * them is missed, and sets up the reader. Whoever polls is to heed the first two, by wake_fd.
 * Returns 0 or a negative errno. The reader is ended with tsp_reader_close().
 */
int tsp_reader_init(struct tsp_reader *reader, size_t n_cpts);
void tsp_reader_close(struct tsp_reader *reader);

/*
 * First this, which returns 0 or a negative errno, and last, whatever it returned, tsp_reader_end()
 * with 0 or a negative errno, which it tells on stderr.
 */
int tsp_reader_begin(struct tsp_reader *reader);
enum tsp_exit tsp_reader_end(struct tsp_reader *reader, int err);

/*
 * Takes a buffer, and the lines that were made of it, and has one less under way. With the last of
 * those the output is flushed.
 */
void tsp_reader_deliver(struct tsp_reader *reader, const struct tsp_frames *frames,
			const struct tsp_lines *lines, atomic_uint *under_way);

/* Takes one, with the reader as its argument. */
const struct tspool_handler *tsp_reader_handler(const struct tsp_reader *reader);

/* Whether nothing but numbers is wanted, so that who receives may count on its own. */
bool tsp_reader_only_counts(const struct tsp_reader *reader);

/* Adds what was counted elsewhere. */
void tsp_reader_add(struct tsp_reader *reader, const struct tsp_summary *summary);

/* Has it end: any thread. */
void tsp_reader_wake(const struct tsp_reader *reader);

/* The fds of its own: the first of those polled. */
#define TSP_READER_FDS	4

nfds_t tsp_reader_fill_fds(const struct tsp_reader *reader, struct pollfd *fds);
bool tsp_reader_must_end(struct tsp_reader *reader, const struct pollfd *fds);

/* Whether it takes no more: it has as many as it may, or can't write. */
bool tsp_reader_is_full(struct tsp_reader *reader);
void tsp_reader_flush(struct tsp_reader *reader);

/*
 * Has the archive, if there is one, do what is due. Returns for how long poll() may wait: wait_ms
 * at most, -1 for ever.
 */
int tsp_reader_look_after(struct tsp_reader *reader, int wait_ms);

/* What makes no sense is told and stepped over: what follows it is wanted. Any thread. */
void tsp_reader_pass_over(struct tsp_reader *reader, const struct tspool_session *session);

#endif
