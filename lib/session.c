// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/genl/genl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "backend.h"
#include "request.h"
#include "session.h"

int tsp_fail(struct tspool_session *session, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(session->error, sizeof(session->error), format, args);
	va_end(args);
	return err;
}

const char *tspool_error(const struct tspool_session *session)
{
	return session ? session->error : "no memory for a session";
}

int tsp_enable_sentences(int fd)
{
	int on = 1;

	if (setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)))
		return -errno;
	return 0;
}

static int connect_socket(struct tspool_session *session)
{
	int ret;

	errno = 0;
	ret = genl_connect(session->sock);
	/* Its name for what it has no name for; socket(2) has told more. */
	if (ret == -NLE_FAILURE && errno)
		return tsp_fail(session, -errno, "no generic netlink socket: %s", strerror(errno));
	if (ret < 0)
		return tsp_fail(session, tsp_errno(ret), "no generic netlink socket: %s",
				nl_geterror(ret));

	ret = tsp_enable_sentences(nl_socket_get_fd(session->sock));
	if (ret)
		return tsp_fail(session, ret, "generic netlink socket: %s", strerror(-ret));
	return 0;
}

int tsp_connect(struct tspool_session *session)
{
	int ret;

	if (session->sock)
		return 0;

	session->sock = nl_socket_alloc();
	if (!session->sock)
		return tsp_fail(session, -ENOMEM, "no memory for a netlink socket");
	ret = connect_socket(session);
	if (ret)
		tsp_disconnect(session);
	return ret;
}

void tsp_disconnect(struct tspool_session *session)
{
	nl_socket_free(session->sock);
	session->sock = NULL;
}

static int on_family(struct tspool_session *session, const struct nlmsghdr *reply, void *arg)
{
	struct nlattr *id;

	id = nlmsg_find_attr((struct nlmsghdr *)reply, GENL_HDRLEN, CTRL_ATTR_FAMILY_ID);
	if (!id || nla_len(id) < (int)sizeof(uint16_t))
		return tsp_fail(session, -EBADMSG, "a generic netlink family without a number");
	*(int *)arg = nla_get_u16(id);
	return 0;
}

/* genl_ctrl_resolve() says that there is no such family also where there is no memory to ask. */
int tsp_find_family(struct tspool_session *session, const char *name)
{
	char what[32 + GENL_NAMSIZ];
	int family = GENL_ID_CTRL;
	struct nl_msg *request;
	int ret;

	snprintf(what, sizeof(what), "generic netlink family %s", name);
	session->family = family;
	request = tsp_request(session, CTRL_CMD_GETFAMILY, 0);
	if (!request)
		return tsp_fail(session, -ENOMEM, "no memory for the first request");

	nla_put_string(request, CTRL_ATTR_FAMILY_NAME, name);
	ret = tsp_exchange(session, request, what, on_family, &family);
	nlmsg_free(request);
	session->family = family;
	return ret;
}

const struct tsp_backend *tsp_backend_of(const struct tspool_session *session)
{
	return session->backend == TSPOOL_BACKEND_TASKSTATS ? &tsp_backend_taskstats :
							      &tsp_backend_tspool;
}

enum tspool_backend tspool_session_backend(const struct tspool_session *session)
{
	return session->backend;
}

int tspool_open_backend(struct tspool_session **session, enum tspool_backend backend)
{
	*session = calloc(1, sizeof(**session));
	if (!*session)
		return -ENOMEM;

	(*session)->backend = backend;
	return tsp_backend_of(*session)->find(*session);
}

int tspool_open(struct tspool_session **session)
{
	int ret = tspool_open_backend(session, TSPOOL_BACKEND_TSPOOL);

	if (ret != -ENOENT)
		return ret;
	(*session)->backend = TSPOOL_BACKEND_TASKSTATS;
	ret = tsp_backend_taskstats.find(*session);
	if (ret)
		(*session)->backend = TSPOOL_BACKEND_TSPOOL;
	if (ret == -ENOENT)
		return tsp_fail(*session, ret, "the tspool module is not loaded, %s",
				"and this kernel has no taskstats either");
	if (!ret)
		(*session)->error[0] = '\0';
	return ret;
}

void tspool_close(struct tspool_session *session)
{
	if (!session)
		return;
	tsp_disconnect(session);
	free(session);
}
