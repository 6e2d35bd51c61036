// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <string.h>

#include "listener.h"
#include "request.h"

static bool all_handled(const struct tspool_listener *listener)
{
	return listener->decoder.offset == listener->decoder.length &&
	       !nla_ok(listener->attribute, listener->attributes_left) &&
	       !nlmsg_ok(listener->message, listener->message_left) &&
	       listener->next == listener->taken;
}

/* Takes what is in the socket, as far as the buffers go. */
static int take(struct tspool_listener *listener)
{
	unsigned int i;
	int ret;

	for (i = 0; i < TSP_MESSAGES; i++)
		listener->datagrams[i].msg_hdr.msg_namelen = sizeof(listener->senders[i]);
	listener->next = 0;
	listener->taken = 0;

	ret = recvmmsg(listener->fd, listener->datagrams, TSP_MESSAGES, MSG_DONTWAIT, NULL);
	if (ret >= 0) {
		listener->taken = ret;
		return 0;
	}
	if (errno == ENOBUFS) {
		listener->overrun = true;
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

static const struct tspool_frame *overrun_frame(struct tspool_listener *listener)
{
	listener->overrun = false;
	listener->lost = (struct tspool_lost){
		.frame.size = sizeof(listener->lost),
		.frame.type = TSPOOL_FRAME_LOST,
		.frame.version = TSPOOL_FRAME_VERSION,
		.frame.cpt = TSPOOL_CPT_ANY,
		.count = TSPOOL_COUNT_UNKNOWN,
		.cause = TSPOOL_CAUSE_RECEIVE_OVERRUN,
	};
	return &listener->lost.frame;
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
		listener->overrun = true;
		return;
	}
	listener->message = listener->parts[i].iov_base;
	listener->message_left = (int)datagram->msg_len;
}

static int no_frames(struct tspool_listener *listener)
{
	return tsp_fail(listener->session, -EBADMSG,
			"receiving records: a message of the module without frames");
}

/* The next of a message's attributes; frames may stand in several of them. */
static void open_attribute(struct tspool_listener *listener)
{
	struct nlattr *attribute = listener->attribute;

	listener->attribute = nla_next(attribute, &listener->attributes_left);
	if (nla_type(attribute) == TSPOOL_A_FRAMES)
		tspool_decoder_init(&listener->decoder, nla_data(attribute), nla_len(attribute));
}

/* The answer to UNSUBSCRIBE brings the losses not told of before, if there are any. */
static int open_batch(struct tspool_listener *listener, struct nlmsghdr *message)
{
	struct nlattr *frames;

	if (!genlmsg_valid_hdr(message, 0))
		return no_frames(listener);
	frames = nlmsg_find_attr(message, GENL_HDRLEN, TSPOOL_A_FRAMES);
	if (!frames && genlmsg_hdr(message)->cmd == TSPOOL_CMD_EVENT)
		return no_frames(listener);
	if (frames) {
		listener->attribute = nlmsg_attrdata(message, GENL_HDRLEN);
		listener->attributes_left = nlmsg_attrlen(message, GENL_HDRLEN);
	}
	return 0;
}

static int open_message(struct tspool_listener *listener)
{
	struct nlmsghdr *message = listener->message;

	listener->message = nlmsg_next(message, &listener->message_left);
	if (message->nlmsg_type == NLMSG_ERROR)
		return tsp_refusal(listener->session, message, "listener");
	if (message->nlmsg_type == listener->session->family)
		return open_batch(listener, message);
	return 0;
}

/* The rest of a message with a bad frame can't be read; what follows it can. */
static int skip_bad_message(struct tspool_listener *listener, int error)
{
	size_t offset = listener->decoder.offset;

	tspool_decoder_init(&listener->decoder, NULL, 0);
	return tsp_fail(listener->session, -EBADMSG, "receiving records: %s frame at byte %zu",
			error == -ENODATA ? "truncated" : "corrupt", offset);
}

/* The next frame of what was taken: 1, or 0 when there is none left. */
static int next_frame(struct tspool_listener *listener, const struct tspool_frame **frame)
{
	int ret;

	for (;;) {
		ret = tspool_decode(&listener->decoder, frame);
		if (ret > 0)
			return ret;
		if (ret < 0)
			return skip_bad_message(listener, ret);
		if (listener->overrun) {
			*frame = overrun_frame(listener);
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

static bool hand_over(const struct tspool_frame *frame, const struct tspool_handler *handler,
		      void *arg)
{
	const struct tspool_record *record = tspool_frame_record(frame);

	return record ? handler->record(record, arg) : handler->lost(tspool_frame_lost(frame), arg);
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
		ret = next_frame(listener, &frame);
		if (ret < 0)
			return ret;
		if (!ret)
			break;
		handled++;
		*stopped = !hand_over(frame, handler, arg);
	}
	return handled;
}

int tspool_receive(struct tspool_listener *listener, const struct tspool_handler *handler,
		   void *arg)
{
	bool stopped;

	return receive(listener, handler, arg, &stopped);
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
