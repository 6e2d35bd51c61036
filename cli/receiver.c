// SPDX-License-Identifier: GPL-2.0-only
#include "receiver.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "interval.h"

/* The buffer of a socket holds many times what comes meanwhile. */
#define GATHERING_MS	20

static bool count_record(const struct tspool_frame *head, void *arg)
{
	tsp_summary_record(&((struct tsp_receiver *)arg)->summary, head);
	return true;
}

static bool count_lost(const struct tspool_lost *lost, void *arg)
{
	tsp_summary_lost(&((struct tsp_receiver *)arg)->summary, lost);
	return true;
}

static bool keep(struct tsp_receiver *receiver, const struct tspool_frame *frame)
{
	tsp_frames_add(receiver->frames, frame);
	return tsp_frames_has_room(receiver->frames);
}

static bool keep_record(const struct tspool_record *record, void *arg)
{
	return keep(arg, &record->frame);
}

static bool keep_lost(const struct tspool_lost *lost, void *arg)
{
	return keep(arg, &lost->frame);
}

static const struct tspool_handler counting = { .head = count_record, .lost = count_lost };
static const struct tspool_handler keeping = { .record = keep_record, .lost = keep_lost };

/* The pool takes it at once: no more buffers are under way than its queue holds. */
static void hand_on(struct tsp_receiver *receiver)
{
	struct tsp_receivers_common *common = receiver->common;
	void *item = receiver->frames;

	if (!item || !receiver->frames->length)
		return;
	receiver->frames->received_ns = (uint64_t)tsp_clock_ns(CLOCK_BOOTTIME);
	receiver->frames = NULL;
	atomic_fetch_add(&common->under_way, 1);
	tspool_pool_put(common->pool, receiver->cpt, &item, 1);
}

/* Takes one batch. Returns 1, 0 if nothing was there, or a negative errno. */
static int take_batch(struct tsp_receiver *receiver, struct tspool_listener *listener)
{
	const struct tspool_handler *handler = receiver->common->pool ? &keeping : &counting;
	int ret;

	if (receiver->common->pool && !receiver->frames)
		receiver->frames = tsp_stock_take(&receiver->stock);
	ret = tspool_receive(listener, handler, receiver);
	if (ret == -EAGAIN)
		return 0;
	if (ret == -EBADMSG)
		tsp_reader_pass_over(receiver->common->reader, receiver->session);
	else if (ret < 0)
		return ret;
	if (receiver->frames && !tsp_frames_has_room(receiver->frames))
		hand_on(receiver);
	return 1;
}

/* A batch of each socket. Returns how many had one, or a negative errno. */
static int take_batches(struct tsp_receiver *receiver)
{
	const struct tsp_listeners *listeners = &receiver->listeners;
	int taken = 0;

	for (size_t i = 0; i < listeners->count; i++) {
		int ret = take_batch(receiver, listeners->list[i]);

		if (ret < 0)
			return ret;
		taken += ret;
	}
	return taken;
}

static bool is_stopping(const struct tsp_receiver *receiver)
{
	return atomic_load_explicit(&receiver->common->stopping, memory_order_relaxed);
}

static bool took_all(const struct tsp_receiver *receiver)
{
	for (size_t i = 0; i < receiver->listeners.count; i++)
		if (!tspool_listener_took_all(receiver->listeners.list[i]))
			return false;
	return true;
}

/*
 * Where records came more will come, and many that gathered take no more system calls than one. The
 * first one after a pause is not waited with.
 */
static int follow_fds(struct tsp_receiver *receiver, struct pollfd *fds)
{
	const struct tsp_listeners *listeners = &receiver->listeners;
	nfds_t count = 0;
	int ret = 0;

	fds[count++] = (struct pollfd){ .fd = receiver->common->stop_fd, .events = POLLIN };
	for (size_t i = 0; i < listeners->count; i++)
		fds[count++] = (struct pollfd){
			.fd = tspool_listener_fd(listeners->list[i]),
			.events = POLLIN,
		};
	while (ret >= 0 && !is_stopping(receiver)) {
		ret = take_batches(receiver);
		if (ret < 0 || (ret && !took_all(receiver)))
			continue;
		hand_on(receiver);
		poll(fds, ret ? 1 : count, ret ? GATHERING_MS : -1);
	}
	return ret < 0 ? ret : 0;
}

/* Until it is to stop. Returns 0 or a negative errno. */
static int follow(struct tsp_receiver *receiver)
{
	struct pollfd *fds = calloc(1 + receiver->listeners.count, sizeof(*fds));
	int ret;

	if (!fds)
		return -ENOMEM;
	ret = follow_fds(receiver, fds);
	free(fds);
	return ret;
}

/* All are ended before the first is drained: nothing more comes while that takes its time. */
static int finish(struct tsp_receiver *receiver)
{
	const struct tsp_listeners *listeners = &receiver->listeners;
	int ret = 0;

	for (size_t i = 0; i < listeners->count && !ret; i++)
		ret = tspool_unsubscribe(listeners->list[i]);
	if (ret || tsp_reader_is_full(receiver->common->reader))
		return ret;
	do
		ret = take_batches(receiver);
	while (ret > 0);
	return ret;
}

/* On its own CPUs it reads what is in their caches. It works elsewhere too. */
static void bind_to_share(const struct tsp_receiver *receiver)
{
	struct tspool_cpt_error error;

	if (tspool_bind_thread(receiver->common->topology, receiver->share.cpus, &error))
		fprintf(stderr, "tslisten: warning: not bound to its CPUs: %s\n", error.text);
}

/* Of several the first one tells why: the others end because of it. */
static void note_failure(struct tsp_receiver *receiver)
{
	unsigned int nobody = 0;

	atomic_compare_exchange_strong(&receiver->common->failed, &nobody, receiver->number);
	tsp_reader_wake(receiver->common->reader);
}

static void *run(void *arg)
{
	struct tsp_receiver *receiver = arg;

	bind_to_share(receiver);
	receiver->err = follow(receiver);
	if (!receiver->err)
		receiver->err = finish(receiver);
	hand_on(receiver);
	if (receiver->err)
		note_failure(receiver);
	return NULL;
}

int tsp_receiver_start(struct tsp_receiver *receiver)
{
	char name[16];
	int err;

	err = pthread_create(&receiver->thread, NULL, run, receiver);
	if (err)
		return -err;
	snprintf(name, sizeof(name), "listener_%02u", receiver->number - 1);
	pthread_setname_np(receiver->thread, name);
	return 0;
}

void tsp_receiver_join(struct tsp_receiver *receiver)
{
	pthread_join(receiver->thread, NULL);
	if (receiver->summary.rows)
		tsp_reader_add(receiver->common->reader, &receiver->summary);
}
