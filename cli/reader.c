// SPDX-License-Identifier: GPL-2.0-only
#include "reader.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <tspool/decode.h>
#include <unistd.h>

#include "end_signals.h"
#include "interval.h"
#include "report.h"

/* What is due may be so soon, as others have delivered meanwhile. */
#define ARCHIVE_STEP_MS	250
#define WINDOW_STEP_MS	100

int tsp_reader_init(struct tsp_reader *reader, size_t n_cpts)
{
	sigset_t hangup;

	tsp_end_signals_block();
	sigemptyset(&hangup);
	if (reader->rotates_on_hangup)
		sigaddset(&hangup, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &hangup, NULL);
	/* A closed pipe is to be an error of the output, after which the summary still comes. */
	signal(SIGPIPE, SIG_IGN);
	/* And so is a file that may not get larger. */
	signal(SIGXFSZ, SIG_IGN);

	pthread_mutex_init(&reader->output_lock, NULL);
	pthread_mutex_init(&reader->lock, NULL);
	pthread_mutex_init(&reader->cgroups.lock, NULL);
	reader->hangup_fd = signalfd(-1, &hangup, SFD_CLOEXEC);
	reader->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	reader->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	reader->end_fd = eventfd(0, EFD_CLOEXEC);
	if (reader->hangup_fd < 0 || reader->timer_fd < 0 || reader->wake_fd < 0 ||
	    reader->end_fd < 0)
		return -errno;
	return tsp_summary_init(&reader->summary, n_cpts);
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

void tsp_reader_close(struct tsp_reader *reader)
{
	tsp_summary_free(&reader->summary);
	tsp_window_free(&reader->window);
	close_fd(reader->end_fd);
	close_fd(reader->wake_fd);
	close_fd(reader->timer_fd);
	close_fd(reader->hangup_fd);
	pthread_mutex_destroy(&reader->cgroups.lock);
	pthread_mutex_destroy(&reader->lock);
	pthread_mutex_destroy(&reader->output_lock);
}

static bool is_full(const struct tsp_reader *reader)
{
	return !reader->records_left || reader->output_error;
}

bool tsp_reader_is_full(struct tsp_reader *reader)
{
	bool full;

	pthread_mutex_lock(&reader->lock);
	full = is_full(reader);
	pthread_mutex_unlock(&reader->lock);
	return full;
}

void tsp_reader_wake(const struct tsp_reader *reader)
{
	eventfd_write(reader->wake_fd, 1);
}

/* All but its line. */
static void count_record(struct tsp_reader *reader, const struct tspool_record *record,
			 const char *cgroup)
{
	tsp_summary_record(&reader->summary, &record->frame);
	if (reader->archive && tspool_archive_put(reader->archive, &record->frame, cgroup))
		reader->archive_failed = true;
	if (reader->tally && tsp_tally_record(reader->tally, record, cgroup))
		reader->output_error = ENOMEM;
	reader->records_left--;
}

static void count_lost(struct tsp_reader *reader, const struct tspool_lost *lost)
{
	tsp_summary_lost(&reader->summary, lost);
	if (reader->archive && tspool_archive_put(reader->archive, &lost->frame, NULL))
		reader->archive_failed = true;
	if (reader->tally && tsp_tally_lost(reader->tally, lost))
		reader->output_error = ENOMEM;
}

static bool take_record(const struct tspool_record *record, void *arg)
{
	struct tsp_reader *reader = arg;
	const char *cgroup = tsp_cgroup_of(reader->cgroups.cgroups, record);

	if (reader->filter && !tspool_filter_accepts(reader->filter, record, cgroup))
		return true;
	if (reader->sink->record(stdout, record, cgroup))
		reader->output_error = errno;
	count_record(reader, record, cgroup);
	return !is_full(reader);
}

static bool take_lost(const struct tspool_lost *lost, void *arg)
{
	struct tsp_reader *reader = arg;

	if (reader->sink->lost(stdout, lost))
		reader->output_error = errno;
	count_lost(reader, lost);
	return !reader->output_error;
}

static bool take_head(const struct tspool_frame *head, void *arg)
{
	struct tsp_reader *reader = arg;

	tsp_summary_record(&reader->summary, head);
	return !reader->output_error;
}

static const struct tspool_handler taking = { .record = take_record, .lost = take_lost };
static const struct tspool_handler counting = { .head = take_head, .lost = take_lost };

const struct tspool_handler *tsp_reader_handler(const struct tsp_reader *reader)
{
	return tsp_reader_only_counts(reader) ? &counting : &taking;
}

/* Only these need the path once the line is made. */
static const char *path_for_count(struct tsp_reader *reader, const struct tspool_record *record,
				  char *path)
{
	if (!reader->archive && !reader->tally)
		return NULL;
	return tsp_shared_cgroup(&reader->cgroups, record, path);
}

/* Returns how many frames there are, up to the last one that is wanted. */
static size_t count_frames(struct tsp_reader *reader, const struct tsp_frames *frames)
{
	const struct tspool_frame *frame = NULL;
	char path[PATH_MAX];
	size_t count = 0;

	while (!is_full(reader) && (frame = tsp_frames_next(frames, frame))) {
		const struct tspool_record *record = tspool_frame_record(frame);

		if (record)
			count_record(reader, record, path_for_count(reader, record, path));
		else
			count_lost(reader, tspool_frame_lost(frame));
		count++;
	}
	return count;
}

/*
 * The time by which a frame is ordered, on the boot clock. Losses have none, and some of the
 * kernel's taskstats have none either. Where the wall clock was set meanwhile, no exit is later
 * than its record.
 */
static uint64_t time_of(const struct tsp_reader *reader, const struct tspool_frame *frame,
			const struct tsp_frames *frames)
{
	const struct tspool_record *record = tspool_frame_record(frame);
	uint64_t time_ns = frames->received_ns;

	if (record && tspool_record_has(record, TSPOOL_FIELD_exit_time_ns))
		time_ns = record->exit_time_ns;
	else if (record && tspool_record_has(record, TSPOOL_FIELD_exit_wall_time_ns))
		time_ns = record->exit_wall_time_ns - reader->wall_offset_ns;
	return time_ns < frames->received_ns ? time_ns : frames->received_ns;
}

static int add_to_window(struct tsp_reader *reader, const struct tsp_frames *frames,
			 const struct tsp_lines *lines, size_t count, struct tsp_held_text *text)
{
	const struct tspool_frame *frame = NULL;
	size_t begin = 0;
	int err = 0;

	for (size_t i = 0; i < count && !err; i++) {
		frame = tsp_frames_next(frames, frame);
		err = tsp_window_add(&reader->window, time_of(reader, frame, frames), text,
				     text->bytes + begin, lines->ends[i] - begin);
		begin = lines->ends[i];
	}
	return err;
}

static int write_ordered(struct tsp_reader *reader, const struct tsp_frames *frames,
			 const struct tsp_lines *lines, size_t count)
{
	struct tsp_held_text *text = tsp_held_text(lines->text, lines->ends[count - 1]);
	int err;

	if (!text)
		return -ENOMEM;
	err = add_to_window(reader, frames, lines, count, text);
	tsp_let_go_text(text);
	if (!err &&
	    tsp_window_write(&reader->window, (uint64_t)tsp_clock_ns(CLOCK_BOOTTIME), stdout))
		err = -errno;
	return err;
}

static int write_lines(struct tsp_reader *reader, const struct tsp_frames *frames,
		       const struct tsp_lines *lines, size_t count)
{
	if (!count || !lines->ends[count - 1])
		return 0;
	if (reader->ordered)
		return write_ordered(reader, frames, lines, count);
	if (fwrite(lines->text, 1, lines->ends[count - 1], stdout) != lines->ends[count - 1])
		return -errno;
	return 0;
}

static void fail_output(struct tsp_reader *reader, int err)
{
	pthread_mutex_lock(&reader->lock);
	reader->output_error = err;
	pthread_mutex_unlock(&reader->lock);
	tsp_reader_wake(reader);
}

static size_t count_all(struct tsp_reader *reader, const struct tsp_frames *frames)
{
	size_t count;

	pthread_mutex_lock(&reader->lock);
	count = count_frames(reader, frames);
	if (is_full(reader) || reader->archive_failed)
		tsp_reader_wake(reader);
	pthread_mutex_unlock(&reader->lock);
	return count;
}

/* One lock over all, so that what is counted, archived and printed comes in the same order. */
void tsp_reader_deliver(struct tsp_reader *reader, const struct tsp_frames *frames,
			const struct tsp_lines *lines, atomic_uint *under_way)
{
	bool is_last;
	int err;

	pthread_mutex_lock(&reader->output_lock);
	/* Under the lock: what was written by others is flushed, too. */
	is_last = atomic_fetch_sub(under_way, 1) == 1;
	err = write_lines(reader, frames, lines, count_all(reader, frames));
	if (!err && is_last && fflush(stdout))
		err = -errno;
	if (err)
		fail_output(reader, -err);
	pthread_mutex_unlock(&reader->output_lock);
}

bool tsp_reader_only_counts(const struct tsp_reader *reader)
{
	return reader->sink == &tsp_sink_none && !reader->archive && !reader->tally &&
	       !reader->filter && reader->records_left == UINT64_MAX;
}

void tsp_reader_add(struct tsp_reader *reader, const struct tsp_summary *summary)
{
	pthread_mutex_lock(&reader->lock);
	tsp_summary_add(&reader->summary, summary);
	pthread_mutex_unlock(&reader->lock);
}

void tsp_reader_flush(struct tsp_reader *reader)
{
	if (fflush(stdout))
		reader->output_error = errno;
}

void tsp_reader_pass_over(struct tsp_reader *reader, const struct tspool_session *session)
{
	pthread_mutex_lock(&reader->lock);
	reader->status = tsp_report(session, -EBADMSG);
	pthread_mutex_unlock(&reader->lock);
}

static int sooner(int a_ms, int b_ms)
{
	if (a_ms < 0 || b_ms < 0)
		return a_ms < 0 ? b_ms : a_ms;
	return a_ms < b_ms ? a_ms : b_ms;
}

static int look_after_archive(struct tsp_reader *reader)
{
	if (!reader->archive)
		return -1;
	if (tspool_archive_tick(reader->archive))
		reader->archive_failed = true;
	return sooner(tspool_archive_timeout_ms(reader->archive), ARCHIVE_STEP_MS);
}

int tsp_reader_look_after(struct tsp_reader *reader, int wait_ms)
{
	pthread_mutex_lock(&reader->lock);
	wait_ms = sooner(wait_ms, look_after_archive(reader));
	if (is_full(reader) || reader->archive_failed)
		tsp_reader_wake(reader);
	pthread_mutex_unlock(&reader->lock);
	return wait_ms;
}

/* A thread of its own, since who looks after all the rest must not wait for the output. */
static void *look_after_window(void *arg)
{
	struct tsp_reader *reader = arg;
	struct pollfd end = { .fd = reader->end_fd, .events = POLLIN };

	while (poll(&end, 1, WINDOW_STEP_MS) <= 0) {
		pthread_mutex_lock(&reader->output_lock);
		if (tsp_window_write(&reader->window, (uint64_t)tsp_clock_ns(CLOCK_BOOTTIME),
				     stdout) ||
		    fflush(stdout))
			fail_output(reader, errno);
		pthread_mutex_unlock(&reader->output_lock);
	}
	return NULL;
}

nfds_t tsp_reader_fill_fds(const struct tsp_reader *reader, struct pollfd *fds)
{
	fds[0] = (struct pollfd){ .fd = reader->hangup_fd, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = reader->timer_fd, .events = POLLIN };
	fds[2] = (struct pollfd){ .fd = STDOUT_FILENO };
	fds[3] = (struct pollfd){ .fd = reader->wake_fd, .events = POLLIN };
	return TSP_READER_FDS;
}

static void rotate(struct tsp_reader *reader)
{
	pthread_mutex_lock(&reader->lock);
	if (tspool_archive_rotate(reader->archive))
		reader->archive_failed = true;
	pthread_mutex_unlock(&reader->lock);
}

bool tsp_reader_must_end(struct tsp_reader *reader, const struct pollfd *fds)
{
	struct signalfd_siginfo hangup;

	if (fds[0].revents && read(reader->hangup_fd, &hangup, sizeof(hangup)) == sizeof(hangup))
		rotate(reader);
	return fds[1].revents || fds[2].revents & (POLLERR | POLLHUP) || fds[3].revents;
}

static void give_up_output(struct tsp_reader *reader)
{
	if (tsp_report_output(reader->output_error) != TSP_EXIT_OK)
		reader->status = TSP_EXIT_FAILURE;
	/* It has been told. */
	clearerr(stdout);
}

int tsp_reader_begin(struct tsp_reader *reader)
{
	const struct itimerspec once = { .it_value = reader->duration };
	int err = 0;

	reader->has_begun = true;
	reader->wall_offset_ns = (uint64_t)(tsp_clock_ns(CLOCK_REALTIME) -
					    tsp_clock_ns(CLOCK_BOOTTIME));
	timerfd_settime(reader->timer_fd, 0, &once, NULL);
	reader->sink->begin(stdout);
	if (reader->ordered)
		err = pthread_create(&reader->window_thread, NULL, look_after_window, reader);
	reader->has_window_thread = reader->ordered && !err;
	return -err;
}

static void end_window(struct tsp_reader *reader)
{
	if (reader->has_window_thread) {
		eventfd_write(reader->end_fd, 1);
		pthread_join(reader->window_thread, NULL);
	}
	if (tsp_window_flush(&reader->window, stdout))
		reader->output_error = errno;
}

enum tsp_exit tsp_reader_end(struct tsp_reader *reader, int err)
{
	if (err)
		reader->status = tsp_report(reader->session, err);
	end_window(reader);
	tsp_reader_flush(reader);
	if (reader->output_error)
		give_up_output(reader);
	return reader->status;
}
