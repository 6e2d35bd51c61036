// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <string.h>
#include <sys/mman.h>

#include "backend.h"
#include "handler.h"
#include "heads.h"
#include "listener.h"
#include "request.h"

static bool all_handled(const struct tspool_listener *listener)
{
	return listener->decoder.offset == listener->decoder.length &&
	       !nla_ok(listener->attribute, listener->attributes_left) &&
	       !nlmsg_ok(listener->message, listener->message_left) &&
	       listener->next == listener->taken;
}

/* Nobody knows how many it cost. */
static void note_overrun(struct tspool_listener *listener)
{
	listener->overrun = true;
	listener->lost = (struct tspool_lost){
		.frame.size = sizeof(listener->lost),
		.frame.type = TSPOOL_FRAME_LOST,
		.frame.version = TSPOOL_FRAME_VERSION,
		.frame.cpt = TSPOOL_CPT_ANY,
		.count = TSPOOL_COUNT_UNKNOWN,
		.cause = TSPOOL_CAUSE_RECEIVE_OVERRUN,
	};
}

/*
 * All pages before the first message, on the node of who receives: a fault for each would cost more
 * than the records in it. Where the kernel can't do it, they come when they are written.
 */
static void populate_buffers(struct tspool_listener *listener)
{
	if (listener->populated)
		return;
	madvise(listener->buffers, listener->buffers_bytes, MADV_POPULATE_WRITE);
	listener->populated = true;
}

/* Takes what is in the socket, as far as the buffers go. */
static int take(struct tspool_listener *listener)
{
	const struct tsp_backend *backend = tsp_backend_of(listener->session);
	unsigned int i;
	int ret;

	listener->took_all = false;
	populate_buffers(listener);
	if (backend->look_for_losses && backend->look_for_losses(listener))
		return 0;

	for (i = 0; i < listener->messages; i++)
		listener->datagrams[i].msg_hdr.msg_namelen = sizeof(listener->senders[i]);
	listener->next = 0;
	listener->taken = 0;

	ret = recvmmsg(listener->fd, listener->datagrams, listener->messages, MSG_DONTWAIT, NULL);
	if (ret >= 0) {
		listener->taken = ret;
		listener->took_all = listener->taken < listener->messages;
		return 0;
	}
	if (errno == ENOBUFS) {
		note_overrun(listener);
		return 0;
	}
	/* Told of once; what was queued before comes after it. */
	if (errno == ESHUTDOWN) {
		listener->shut_down = true;
		return 0;
	}
	if (errno == EAGAIN && listener->shut_down)
		return tsp_fail(listener->session, -ESHUTDOWN, "the tspool module was unloaded");
	if (errno == EAGAIN)
		return -EAGAIN;
	return tsp_fail(listener->session, -errno, "receiving records: %s", strerror(errno));
}

static void open_datagram(struct tspool_listener *listener)
{
	unsigned int i = listener->next++;
	const struct mmsghdr *datagram = &listener->datagrams[i];

	/* Any process may send to this socket; its port is the kernel's only if it is 0. */
	if (datagram->msg_hdr.msg_namelen < sizeof(listener->senders[i]) ||
	    listener->senders[i].nl_pid)
		return;
	if (datagram->msg_hdr.msg_flags & MSG_TRUNC) {
		note_overrun(listener);
		return;
	}
	listener->message = listener->parts[i].iov_base;
	listener->message_left = (int)datagram->msg_len;
}

/* The next of a message's attributes; frames may stand in several of them. */
static void open_attribute(struct tspool_listener *listener)
{
	struct nlattr *attribute = listener->attribute;

	listener->attribute = nla_next(attribute, &listener->attributes_left);
	if (nla_type(attribute) == TSPOOL_A_FRAMES)
		tspool_decoder_continue(&listener->decoder, nla_data(attribute),
					nla_len(attribute));
}

static int open_message(struct tspool_listener *listener)
{
	struct nlmsghdr *message = listener->message;

	listener->message = nlmsg_next(message, &listener->message_left);
	if (message->nlmsg_type == NLMSG_ERROR)
		return tsp_refusal(listener->session, message, "listener");
	if (message->nlmsg_type == listener->session->family)
		return tsp_backend_of(listener->session)->open_message(listener, message);
	return 0;
}

/* The rest of a message with a bad frame can't be read; what follows it can. */
static int skip_bad_message(struct tspool_listener *listener, int error)
{
	size_t offset = listener->decoder.offset;

	tspool_decoder_continue(&listener->decoder, NULL, 0);
	return tsp_fail(listener->session, -EBADMSG, "receiving records: %s frame at byte %zu",
			error == -ENODATA ? "truncated" : "corrupt", offset);
}

/* The next frame of what was taken, or its head: 1, or 0 when there is none left. */
static int next_frame(struct tspool_listener *listener, bool heads,
		      const struct tspool_frame **frame)
{
	int ret;

	for (;;) {
		ret = heads ? tspool_decode_head(&listener->decoder, frame) :
			      tspool_decode(&listener->decoder, frame);
		if (ret > 0)
			return ret;
		if (ret < 0)
			return skip_bad_message(listener, ret);
		if (listener->overrun) {
			listener->overrun = false;
			*frame = &listener->lost.frame;
			return 1;
		}
		if (nla_ok(listener->attribute, listener->attributes_left)) {
			open_attribute(listener);
		} else if (nlmsg_ok(listener->message, listener->message_left)) {
			ret = open_message(listener);
			if (ret)
				return ret;
		} else if (listener->next < listener->taken) {
			open_datagram(listener);
		} else {
			return 0;
		}
	}
}

/* The heads that lie there one behind the other. Returns how many. */
static int pass_heads(struct tspool_decoder *decoder, const struct tspool_handler *handler,
		      void *arg, bool *stopped)
{
	const struct tspool_frame *head;
	int handled = 0;

	while (!*stopped && (head = tsp_take_head(decoder))) {
		handled++;
		*stopped = !handler->head(head, arg);
	}
	return handled;
}

static int receive(struct tspool_listener *listener, const struct tspool_handler *handler,
		   void *arg, bool *stopped)
{
	const struct tspool_frame *frame;
	int handled = 0;
	int ret;

	*stopped = false;
	if (all_handled(listener)) {
		ret = take(listener);
		if (ret)
			return ret;
	}
	while (!*stopped) {
		if (handler->head)
			handled += pass_heads(&listener->decoder, handler, arg, stopped);
		if (*stopped)
			break;
		ret = next_frame(listener, handler->head, &frame);
		if (ret < 0)
			return ret;
		if (!ret)
			break;
		handled++;
		*stopped = !tsp_hand_over(frame, &listener->decoder, &listener->delays, handler,
					  arg);
	}
	return handled;
}

int tspool_receive(struct tspool_listener *listener, const struct tspool_handler *handler,
		   void *arg)
{
	bool stopped;

	return receive(listener, handler, arg, &stopped);
}

bool tspool_listener_took_all(const struct tspool_listener *listener)
{
	return listener->took_all && all_handled(listener);
}

int tspool_drain(struct tspool_listener *listener, const struct tspool_handler *handler, void *arg)
{
	int handled = 0;
	bool stopped;
	int ret;

	do {
		ret = receive(listener, handler, arg, &stopped);
		if (ret > 0)
			handled += ret;
	} while (ret >= 0 && !stopped);
	return ret == -EAGAIN || ret >= 0 ? handled : ret;
}
