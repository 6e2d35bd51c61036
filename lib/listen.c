// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backend.h"
#include "listener.h"
#include "request.h"

#define REFUSAL_BYTES	1024

/*
 * The best that is allowed; the forced size needs CAP_NET_ADMIN. Neither call failing matters: what
 * was granted can be asked for.
 */
static void size_socket_buffer(struct tspool_listener *listener, unsigned int bytes)
{
	socklen_t length = sizeof(listener->buffer_bytes);
	int fd = listener->fd;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &listener->buffer_bytes, &length);
}

static int open_socket(struct tspool_listener *listener)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	socklen_t length = sizeof(address);
	int ret;
	int fd;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_GENERIC);
	if (fd < 0)
		return -errno;
	listener->fd = fd;
	ret = tsp_enable_sentences(fd);
	if (ret)
		return ret;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    getsockname(fd, (struct sockaddr *)&address, &length))
		return -errno;
	listener->portid = address.nl_pid;
	return 0;
}

/*
 * Pages of their own, without memory before the first reception, which puts them on its CPU's node.
 * What malloc() gives may have been touched from anywhere.
 */
static int map_buffers(struct tspool_listener *listener)
{
	const struct tsp_backend *backend = tsp_backend_of(listener->session);
	size_t bytes = backend->messages * backend->message_bytes;
	void *buffers = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			     0);
	unsigned int i;

	if (buffers == MAP_FAILED)
		return -ENOMEM;
	listener->buffers = buffers;
	listener->buffers_bytes = bytes;
	listener->messages = backend->messages;
	for (i = 0; i < backend->messages; i++) {
		listener->parts[i].iov_base = listener->buffers + i * backend->message_bytes;
		listener->parts[i].iov_len = backend->message_bytes;
		listener->datagrams[i].msg_hdr.msg_iov = &listener->parts[i];
		listener->datagrams[i].msg_hdr.msg_iovlen = 1;
		listener->datagrams[i].msg_hdr.msg_name = &listener->senders[i];
	}
	return 0;
}

int tsp_listener_send(struct tspool_listener *listener, struct nl_msg *request, const char *what)
{
	struct nlmsghdr *header = nlmsg_hdr(request);

	header->nlmsg_flags |= NLM_F_REQUEST;
	if (send(listener->fd, header, header->nlmsg_len, 0) < 0)
		return tsp_fail(listener->session, -errno, "%s: %s", what, strerror(errno));
	return 0;
}

/*
 * The kernel handles a request inside send(). No answer to a success was asked for, because
 * records may come before it; so a refusal, if there is one, is all that can stand first.
 */
static int look_for_refusal(struct tspool_listener *listener, const char *what)
{
	union {
		struct nlmsghdr header;
		char bytes[REFUSAL_BYTES];
	} reply;
	ssize_t length;

	length = recv(listener->fd, reply.bytes, sizeof(reply.bytes), MSG_PEEK);
	if (length < 0 && errno == EAGAIN)
		return 0;
	if (length < 0)
		return tsp_fail(listener->session, -errno, "%s: %s", what, strerror(errno));
	if (reply.header.nlmsg_type != NLMSG_ERROR || !nlmsg_ok(&reply.header, (int)length))
		return 0;
	return tsp_refusal(listener->session, &reply.header, what);
}

int tsp_listener_ask(struct tspool_listener *listener, struct nl_msg *request, const char *what)
{
	int ret = tsp_listener_send(listener, request, what);

	return ret ? ret : look_for_refusal(listener, what);
}

static int open_listener(struct tspool_listener *listener,
			 const struct tspool_listen_options *options)
{
	unsigned int bytes = options->receive_buffer_bytes;
	int ret;

	ret = open_socket(listener);
	if (!ret)
		ret = map_buffers(listener);
	if (ret)
		return tsp_fail(listener->session, ret, "listener's socket: %s", strerror(-ret));
	size_socket_buffer(listener, bytes ? bytes : TSPOOL_RECEIVE_BUFFER_BYTES);
	return tsp_backend_of(listener->session)->subscribe(listener, options);
}

int tspool_listen(struct tspool_session *session, const struct tspool_listen_options *options,
		  struct tspool_listener **listener)
{
	static const struct tspool_listen_options all;
	struct tspool_listener *new_listener;
	int ret;

	*listener = NULL;
	new_listener = calloc(1, sizeof(*new_listener));
	if (!new_listener)
		return tsp_fail(session, -ENOMEM, "no memory for a listener");

	new_listener->session = session;
	new_listener->fd = -1;
	tsp_delays_init(&new_listener->delays);
	ret = open_listener(new_listener, options ? options : &all);
	if (ret) {
		tspool_listener_close(new_listener);
		return ret;
	}
	*listener = new_listener;
	return 0;
}

int tspool_unsubscribe(struct tspool_listener *listener)
{
	return tsp_backend_of(listener->session)->unsubscribe(listener);
}

int tspool_listener_fd(const struct tspool_listener *listener)
{
	return listener->fd;
}

uint32_t tspool_listener_portid(const struct tspool_listener *listener)
{
	return listener->portid;
}

unsigned int tspool_listener_buffer_bytes(const struct tspool_listener *listener)
{
	return listener->buffer_bytes;
}

void tspool_listener_close(struct tspool_listener *listener)
{
	const struct tsp_backend *backend;

	if (!listener)
		return;
	backend = tsp_backend_of(listener->session);
	if (backend->close)
		backend->close(listener);
	if (listener->fd >= 0)
		close(listener->fd);
	if (listener->buffers)
		munmap(listener->buffers, listener->buffers_bytes);
	free(listener);
}
