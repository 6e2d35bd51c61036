// SPDX-License-Identifier: GPL-2.0-only
#include "pipeline.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "end_signals.h"
#include "module_params.h"
#include "report.h"

static enum tsp_exit fail(const char *why)
{
	fprintf(stderr, "tslisten: can't listen: %s\n", why);
	return TSP_EXIT_FAILURE;
}

static void warn(void *context, const char *sentence)
{
	(void)context;
	fprintf(stderr, "tslisten: warning: %s\n", sentence);
}

static int open_lines(struct tsp_pipeline *pipeline, struct tsp_lines *lines)
{
	int err = tsp_lines_open(lines);

	if (err)
		return err;
	pthread_mutex_lock(&pipeline->lines_lock);
	lines->next = pipeline->lines;
	pipeline->lines = lines;
	pthread_mutex_unlock(&pipeline->lines_lock);
	return 0;
}

/* A batch is one buffer. */
static int make_lines(void *context, const struct tspool_batch *batch)
{
	struct tsp_pipeline *pipeline = context;
	struct tsp_reader *reader = pipeline->common.reader;
	struct tsp_lines *lines = batch->scratch;

	if (!lines->text && open_lines(pipeline, lines))
		return -ENOMEM;
	return tsp_lines_make(lines, batch->items[0], reader->sink, &reader->cgroups);
}

static int deliver_lines(void *context, const struct tspool_batch *batch)
{
	struct tsp_receivers_common *common = &((struct tsp_pipeline *)context)->common;

	tsp_reader_deliver(common->reader, batch->items[0], batch->scratch, &common->under_way);
	return 0;
}

static void give_back(void *context, void *const *items, unsigned int count)
{
	(void)context;
	for (unsigned int i = 0; i < count; i++)
		tsp_stock_give(items[i]);
}

/* A receiver after the first of its CPT is worth more threads. */
static void grow_pool(struct tsp_pipeline *pipeline)
{
	for (size_t i = 1; i < pipeline->count; i++)
		if (pipeline->receivers[i].cpt == pipeline->receivers[i - 1].cpt)
			tspool_pool_grow(pipeline->common.pool, pipeline->receivers[i].cpt);
}

static int start_pool(struct tsp_pipeline *pipeline, hwloc_const_bitmap_t cpts,
		      struct tspool_cpt_error *error)
{
	const struct tspool_pool_options options = {
		.topology = pipeline->choice->topology,
		.map = pipeline->choice->map,
		.cpts = cpts,
		.batch_items = 1,
		.ordered = true,
		.release = give_back,
		.warn = warn,
	};
	int err = tspool_pool_start(&options, &pipeline->common.pool, error);

	if (err)
		return err;
	pipeline->handler = (struct tspool_pool_handler){
		.work = make_lines,
		.deliver = deliver_lines,
		.context = pipeline,
		.scratch_bytes = sizeof(struct tsp_lines),
	};
	snprintf(error->text, sizeof(error->text), "no memory for its threads");
	err = tspool_pool_register(pipeline->common.pool, &pipeline->handler);
	if (!err)
		grow_pool(pipeline);
	return err;
}

static enum tsp_exit open_pool(struct tsp_pipeline *pipeline)
{
	hwloc_bitmap_t cpts = hwloc_bitmap_alloc();
	struct tspool_cpt_error error = { .text = "out of memory" };
	int err = cpts ? 0 : -ENOMEM;

	for (size_t i = 0; i < pipeline->count && !err; i++)
		err = hwloc_bitmap_set(cpts, pipeline->receivers[i].cpt);
	if (!err)
		err = start_pool(pipeline, cpts, &error);
	hwloc_bitmap_free(cpts);
	return err ? fail(error.text) : TSP_EXIT_OK;
}

/* What the receiver needs to keep, or to count, what it receives. */
static int equip(struct tsp_pipeline *pipeline, struct tsp_receiver *receiver,
		 hwloc_const_nodeset_t nodes)
{
	if (tsp_reader_only_counts(pipeline->common.reader))
		return tsp_summary_init(&receiver->summary, pipeline->choice->n_cpts);
	return tsp_stock_init(&receiver->stock, pipeline->choice->topology, nodes);
}

/* Listeners that have none of the CPUs chosen are left out. */
static int share_out(struct tsp_pipeline *pipeline, const struct tspool_spread *spread)
{
	unsigned int count = tspool_spread_count(spread);
	int err = 0;

	pipeline->receivers = calloc(count, sizeof(*pipeline->receivers));
	if (!pipeline->receivers)
		return -ENOMEM;
	for (unsigned int i = 0; i < count && !err; i++) {
		struct tsp_receiver *receiver = &pipeline->receivers[pipeline->count];

		receiver->common = &pipeline->common;
		err = tsp_choice_share(pipeline->choice, spread, i, &receiver->share);
		if (err || hwloc_bitmap_iszero(receiver->share.cpts)) {
			tsp_choice_free(&receiver->share);
			continue;
		}
		pipeline->count++;
		receiver->number = (unsigned int)pipeline->count;
		receiver->cpt = (unsigned int)hwloc_bitmap_first(receiver->share.cpts);
		err = equip(pipeline, receiver, tspool_spread_nodes(spread, i));
	}
	return err;
}

/* They have together what one would have. */
static uint64_t share_of_backlog(const struct tsp_pipeline *pipeline, uint64_t bytes)
{
	if (!pipeline->choice->from_module || pipeline->count < 2 || bytes == TSPOOL_NO_BACKLOG)
		return bytes;
	if (!bytes && tsp_module_backlog_read(&bytes))
		return 0;
	bytes /= pipeline->count;
	return bytes ? bytes : TSPOOL_NO_BACKLOG;
}

static enum tsp_exit subscribe(struct tsp_pipeline *pipeline, struct tsp_receiver *receiver,
			       const struct tspool_listen_options *options)
{
	int err = tspool_open_backend(&receiver->session,
				      tspool_session_backend(pipeline->common.reader->session));

	if (err)
		return tsp_report(receiver->session, err);
	return tsp_subscribe(receiver->session, &receiver->share, options, &receiver->listeners);
}

static enum tsp_exit subscribe_all(struct tsp_pipeline *pipeline,
				   const struct tspool_listen_options *options)
{
	struct tspool_listen_options own = *options;
	enum tsp_exit status = TSP_EXIT_OK;

	own.backlog_bytes = share_of_backlog(pipeline, options->backlog_bytes);
	for (size_t i = 0; i < pipeline->count && status == TSP_EXIT_OK; i++)
		status = subscribe(pipeline, &pipeline->receivers[i], &own);
	if (status == TSP_EXIT_OK)
		tsp_tell_of_buffer(&pipeline->receivers[0].listeners, options);
	return status;
}

static enum tsp_exit refuse_listeners(unsigned int listeners, const char *why)
{
	fprintf(stderr, "tslisten: --listeners %u: %s\n", listeners, why);
	return TSP_EXIT_USAGE;
}

enum tsp_exit tsp_pipeline_open(struct tsp_pipeline *pipeline, const struct tsp_choice *choice,
				unsigned int listeners, const struct tspool_listen_options *options,
				struct tsp_reader *reader)
{
	struct tspool_spread *spread;
	struct tspool_cpt_error error;
	enum tsp_exit status;
	int err;

	*pipeline = (struct tsp_pipeline){
		.common.reader = reader,
		.common.topology = choice->topology,
		.common.stop_fd = eventfd(0, EFD_CLOEXEC),
		.choice = choice,
		.hotplug_fd = tspool_hotplug_open(),
	};
	pthread_mutex_init(&pipeline->lines_lock, NULL);
	if (pipeline->common.stop_fd < 0)
		return fail(strerror(errno));
	if (!listeners)
		listeners = tspool_cpt_map_count(choice->map);
	if (tspool_spread_make(choice->map, listeners, &spread, &error))
		return refuse_listeners(listeners, error.text);
	err = share_out(pipeline, spread);
	tspool_spread_free(spread);
	if (err)
		return fail(strerror(-err));
	status = subscribe_all(pipeline, options);
	if (status == TSP_EXIT_OK && !tsp_reader_only_counts(reader))
		status = open_pool(pipeline);
	return status;
}

static void close_lines(struct tsp_pipeline *pipeline)
{
	for (struct tsp_lines *lines = pipeline->lines; lines; lines = lines->next)
		tsp_lines_close(lines);
}

static void close_receiver(struct tsp_receiver *receiver)
{
	tsp_listeners_close(&receiver->listeners);
	tspool_close(receiver->session);
	tsp_summary_free(&receiver->summary);
	if (receiver->stock.all)
		tsp_stock_free(&receiver->stock);
	tsp_choice_free(&receiver->share);
}

/* The lines are the scratch of the pool's threads. */
void tsp_pipeline_close(struct tsp_pipeline *pipeline)
{
	if (pipeline->common.pool)
		tspool_pool_stop(pipeline->common.pool);
	close_lines(pipeline);
	tspool_pool_free(pipeline->common.pool);
	for (size_t i = 0; i < pipeline->count; i++)
		close_receiver(&pipeline->receivers[i]);
	free(pipeline->receivers);
	if (pipeline->hotplug_fd >= 0)
		close(pipeline->hotplug_fd);
	if (pipeline->common.stop_fd >= 0)
		close(pipeline->common.stop_fd);
	pthread_mutex_destroy(&pipeline->lines_lock);
}

/* Where the last CPU of a thread went offline it stays where it is, until one comes back. */
static void bind_again(const struct tsp_pipeline *pipeline)
{
	for (size_t i = 0; i < pipeline->count; i++)
		tspool_bind_thread_again(pipeline->receivers[i].thread,
					 pipeline->receivers[i].share.cpus, NULL);
	if (pipeline->common.pool)
		tspool_pool_bind_again(pipeline->common.pool);
}

static void follow(struct tsp_pipeline *pipeline)
{
	struct tsp_reader *reader = pipeline->common.reader;
	struct pollfd fds[TSP_READER_FDS + 1];
	nfds_t count = tsp_reader_fill_fds(reader, fds);

	/* A negative one is passed over. */
	fds[count] = (struct pollfd){ .fd = pipeline->hotplug_fd, .events = POLLIN };
	tsp_end_signals_heed(reader->wake_fd);
	for (;;) {
		if (poll(fds, count + 1, tsp_reader_look_after(reader, -1)) < 0)
			continue;
		if (fds[count].revents && tspool_hotplug_read(pipeline->hotplug_fd) > 0)
			bind_again(pipeline);
		if (tsp_reader_must_end(reader, fds))
			return;
	}
}

/* Returns 0 or a negative errno. */
static int start(struct tsp_pipeline *pipeline, size_t *started)
{
	int err = 0;

	for (*started = 0; *started < pipeline->count && !err; *started += !err)
		err = tsp_receiver_start(&pipeline->receivers[*started]);
	return err;
}

static void stop(struct tsp_pipeline *pipeline, size_t started)
{
	atomic_store(&pipeline->common.stopping, true);
	eventfd_write(pipeline->common.stop_fd, 1);
	for (size_t i = 0; i < started; i++)
		tsp_receiver_join(&pipeline->receivers[i]);
	if (pipeline->common.pool)
		tspool_pool_stop(pipeline->common.pool);
}

enum tsp_exit tsp_pipeline_run(struct tsp_pipeline *pipeline)
{
	struct tsp_reader *reader = pipeline->common.reader;
	const struct tsp_receiver *receiver;
	enum tsp_exit status;
	unsigned int failed;
	size_t started = 0;
	int err;

	err = tsp_reader_begin(reader);
	if (!err)
		err = start(pipeline, &started);
	if (!err)
		follow(pipeline);
	stop(pipeline, started);
	failed = atomic_load(&pipeline->common.failed);
	status = tsp_reader_end(reader, 0);
	if (err)
		return fail(strerror(-err));
	if (!failed)
		return status;
	receiver = &pipeline->receivers[failed - 1];
	return tsp_report(receiver->session, receiver->err);
}
