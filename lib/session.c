// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <linux/netlink.h>
#include <linux/tspool.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

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

	session->sock = nl_socket_alloc();
	if (!session->sock)
		return tsp_fail(session, -ENOMEM, "no memory for a netlink socket");

	ret = genl_connect(session->sock);
	if (ret < 0)
		return tsp_fail(session, -EIO, "no generic netlink socket: %s", nl_geterror(ret));

	ret = tsp_enable_sentences(nl_socket_get_fd(session->sock));
	if (ret)
		return tsp_fail(session, ret, "generic netlink socket: %s", strerror(-ret));
	return 0;
}

static int find_family(struct tspool_session *session)
{
	int ret;

	ret = genl_ctrl_resolve(session->sock, TSPOOL_GENL_NAME);
	if (ret == -NLE_OBJ_NOTFOUND)
		return tsp_fail(session, -ENOENT,
				"the tspool module is not loaded (no generic netlink family %s)",
				TSPOOL_GENL_NAME);
	if (ret < 0)
		return tsp_fail(session, -EIO, "looking for generic netlink family %s: %s",
				TSPOOL_GENL_NAME, nl_geterror(ret));
	session->family = ret;
	return 0;
}

int tspool_open(struct tspool_session **session)
{
	int ret;

	*session = calloc(1, sizeof(**session));
	if (!*session)
		return -ENOMEM;

	ret = connect_socket(*session);
	if (ret)
		return ret;
	return find_family(*session);
}

void tspool_close(struct tspool_session *session)
{
	if (!session)
		return;
	nl_socket_free(session->sock);
	free(session);
}
