// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "listener.h"
#include "request.h"

#define BUFFERS_BYTES	(TSP_MESSAGES * TSP_MESSAGE_BYTES)
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
 * Pages of their own, not touched before the first reception, which puts them on its CPU's node.
 * What malloc() gives may have been touched from anywhere.
 */
static int map_buffers(struct tspool_listener *listener)
{
	void *buffers = mmap(NULL, BUFFERS_BYTES, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned int i;

	if (buffers == MAP_FAILED)
		return -ENOMEM;
	listener->buffers = buffers;
	for (i = 0; i < TSP_MESSAGES; i++) {
		listener->parts[i].iov_base = listener->buffers + i * TSP_MESSAGE_BYTES;
		listener->parts[i].iov_len = TSP_MESSAGE_BYTES;
		listener->datagrams[i].msg_hdr.msg_iov = &listener->parts[i];
		listener->datagrams[i].msg_hdr.msg_iovlen = 1;
		listener->datagrams[i].msg_hdr.msg_name = &listener->senders[i];
	}
	return 0;
}

static int send_request(struct tspool_listener *listener, struct nl_msg *request)
{
	struct nlmsghdr *header = nlmsg_hdr(request);

	header->nlmsg_flags |= NLM_F_REQUEST;
	return send(listener->fd, header, header->nlmsg_len, 0) < 0 ? -errno : 0;
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

static void describe(char *what, size_t size, const struct tspool_listen_options *options)
{
	if (options->cpts)
		snprintf(what, size, "listen to CPTs \"%.48s\"", options->cpts);
	else if (options->cpus)
		snprintf(what, size, "listen to CPUs \"%.48s\"", options->cpus);
	else
		snprintf(what, size, "listen to all CPTs");
}

static int subscribe(struct tspool_listener *listener, const struct tspool_listen_options *options)
{
	struct tspool_session *session = listener->session;
	struct nl_msg *request;
	char what[80];
	int ret = 0;

	describe(what, sizeof(what), options);
	request = tsp_request(session, TSPOOL_CMD_SUBSCRIBE, 0);
	if (!request)
		return tsp_fail(session, -ENOMEM, "%s: no memory for the request", what);

	if (options->cpts)
		ret = nla_put_string(request, TSPOOL_A_CPTS, options->cpts);
	if (!ret && options->cpus)
		ret = nla_put_string(request, TSPOOL_A_CPUS, options->cpus);
	/* libnl's message is as long as a page. */
	ret = ret ? -E2BIG : send_request(listener, request);
	nlmsg_free(request);
	if (ret)
		return tsp_fail(session, ret, "%s: %s", what, strerror(-ret));
	return look_for_refusal(listener, what);
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
	return subscribe(listener, options);
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
	struct tspool_session *session = listener->session;
	struct nl_msg *request;
	int ret;

	request = tsp_request(session, TSPOOL_CMD_UNSUBSCRIBE, 0);
	if (!request)
		return tsp_fail(session, -ENOMEM, "unsubscribe: no memory for the request");

	ret = send_request(listener, request);
	nlmsg_free(request);
	if (ret)
		return tsp_fail(session, ret, "unsubscribe: %s", strerror(-ret));
	return 0;
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
	if (!listener)
		return;
	if (listener->fd >= 0)
		close(listener->fd);
	if (listener->buffers)
		munmap(listener->buffers, BUFFERS_BYTES);
	free(listener);
}
