// SPDX-License-Identifier: GPL-2.0-only
#include "reader.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "report.h"

int tsp_reader_init(struct tsp_reader *reader, size_t n_cpts)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	/* A closed pipe is to be an error of the output, after which the summary still comes. */
	signal(SIGPIPE, SIG_IGN);

	reader->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
	reader->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (reader->signal_fd < 0 || reader->timer_fd < 0)
		return -errno;
	return tsp_summary_init(&reader->summary, n_cpts);
}

void tsp_reader_close(struct tsp_reader *reader)
{
	tsp_summary_free(&reader->summary);
	if (reader->timer_fd >= 0)
		close(reader->timer_fd);
	if (reader->signal_fd >= 0)
		close(reader->signal_fd);
}

static bool take_record(const struct tspool_record *record, void *arg)
{
	struct tsp_reader *reader = arg;

	tsp_summary_record(&reader->summary, record);
	if (reader->sink->record(stdout, record))
		reader->output_error = errno;
	reader->records_left--;
	return reader->records_left && !reader->output_error;
}

static bool take_lost(const struct tspool_lost *lost, void *arg)
{
	struct tsp_reader *reader = arg;

	tsp_summary_lost(&reader->summary, lost);
	if (reader->sink->lost(stdout, lost))
		reader->output_error = errno;
	return !reader->output_error;
}

static const struct tspool_handler handler = { .record = take_record, .lost = take_lost };

static bool is_full(const struct tsp_reader *reader)
{
	return !reader->records_left || reader->output_error;
}

static void flush(struct tsp_reader *reader)
{
	if (fflush(stdout))
		reader->output_error = errno;
}

/* A message that makes no sense is told and stepped over: what follows it is wanted. */
static void pass_over(struct tsp_reader *reader)
{
	reader->status = tsp_report(reader->session, -EBADMSG);
}

/* Takes one batch. Returns 1, 0 if nothing was there, or a negative errno. */
static int take_batch(struct tsp_reader *reader, struct tspool_listener *listener)
{
	int ret = tspool_receive(listener, &handler, reader);

	if (ret == -EAGAIN)
		return 0;
	if (ret == -EBADMSG)
		pass_over(reader);
	else if (ret < 0)
		return ret;
	return 1;
}

/* Returns 0 when it is to end, or a negative errno. */
static int follow(struct tsp_reader *reader, struct tspool_listener *listener)
{
	struct pollfd fds[] = {
		{ .fd = reader->signal_fd, .events = POLLIN },
		{ .fd = reader->timer_fd, .events = POLLIN },
		{ .fd = STDOUT_FILENO },
		{ .fd = tspool_listener_fd(listener), .events = POLLIN },
	};

	for (;;) {
		int ret = take_batch(reader, listener);

		if (ret < 0)
			return ret;
		if (!ret)
			flush(reader);
		if (is_full(reader))
			return 0;
		if (poll(fds, 4, ret ? 0 : -1) < 0)
			continue;
		if (fds[0].revents || fds[1].revents || fds[2].revents & (POLLERR | POLLHUP))
			return 0;
	}
}

static int finish(struct tsp_reader *reader, struct tspool_listener *listener)
{
	int ret = tspool_unsubscribe(listener);

	if (ret || is_full(reader))
		return ret;
	while ((ret = tspool_drain(listener, &handler, reader)) == -EBADMSG)
		pass_over(reader);
	return ret < 0 ? ret : 0;
}

static void give_up_output(struct tsp_reader *reader)
{
	if (tsp_report_output(reader->output_error) != TSP_EXIT_OK)
		reader->status = TSP_EXIT_FAILURE;
	/* It has been told. */
	clearerr(stdout);
}

enum tsp_exit tsp_reader_run(struct tsp_reader *reader, struct tspool_listener *listener)
{
	const struct itimerspec once = { .it_value = reader->duration };
	int ret;

	timerfd_settime(reader->timer_fd, 0, &once, NULL);
	reader->sink->begin(stdout);
	ret = follow(reader, listener);
	if (!ret)
		ret = finish(reader, listener);
	if (ret)
		reader->status = tsp_report(reader->session, ret);
	flush(reader);
	if (reader->output_error)
		give_up_output(reader);
	return reader->status;
}
