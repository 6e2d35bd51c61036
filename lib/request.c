// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <linux/netlink.h>
#include <linux/tspool.h>
#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/genl/genl.h>
#include <netlink/handlers.h>
#include <stdbool.h>
#include <string.h>

#include "request.h"

/* The kernel's errno values go no further. */
#define ERRNO_MAX	4095

struct exchange {
	struct tspool_session *session;
	const char *what;
	tsp_reply_handler handler;
	void *arg;
	int error;	/* the first one */
	bool done;
};

struct nl_msg *tsp_request(const struct tspool_session *session, uint8_t command, int flags)
{
	struct nl_msg *request = nlmsg_alloc();

	if (!request)
		return NULL;
	if (!genlmsg_put(request, NL_AUTO_PORT, NL_AUTO_SEQ, session->family, 0, flags, command,
			 TSPOOL_GENL_VERSION)) {
		nlmsg_free(request);
		return NULL;
	}
	return request;
}

/* The extended ack's sentence, which follows the echo of the request; NULL if there is none. */
static const char *ack_text(const struct nlmsghdr *reply)
{
	const struct nlmsgerr *error = nlmsg_data(reply);
	int offset = sizeof(*error);
	struct nlattr *text;

	if (!(reply->nlmsg_flags & NLM_F_ACK_TLVS))
		return NULL;
	if (!(reply->nlmsg_flags & NLM_F_CAPPED))
		offset += NLMSG_ALIGN(error->msg.nlmsg_len) - NLMSG_HDRLEN;
	if (offset < 0 || offset >= nlmsg_datalen(reply))
		return NULL;

	text = nla_find((struct nlattr *)((char *)error + offset), nlmsg_datalen(reply) - offset,
			NLMSGERR_ATTR_MSG);
	if (!text || !memchr(nla_data(text), '\0', nla_len(text)))
		return NULL;
	return nla_data(text);
}

/* What an errno without a sentence of the kernel means here. */
static const char *errno_text(int error)
{
	switch (error) {
	case EPERM:
		return "not permitted: CAP_NET_ADMIN is missing";
	case ENOENT:
		return "the tspool module has been unloaded";
	case ENOBUFS:
		return "the kernel had no room for the answer";
	default:
		return strerror(error);
	}
}

/* Where the kernel's word means something else here. */
static int errno_here(int error)
{
	switch (error) {
	case -EAGAIN:
		/* For a full socket; of the reception's it is that for an empty one. */
		return -ENOBUFS;
	case -EPROTONOSUPPORT:
		/* For a dump while the module is being unloaded. */
		return -ENOENT;
	default:
		return error;
	}
}

int tsp_refusal(struct tspool_session *session, const struct nlmsghdr *reply, const char *what)
{
	const struct nlmsgerr *error = nlmsg_data(reply);
	const char *text;
	int number;

	if (nlmsg_datalen(reply) < (int)sizeof(*error))
		return tsp_fail(session, -EBADMSG, "%s: the kernel's answer is too short", what);
	if (!error->error)
		return 0;
	if (error->error > 0 || error->error < -ERRNO_MAX)
		return tsp_fail(session, -EBADMSG, "%s: the kernel's answer is no errno", what);

	number = errno_here(error->error);
	text = ack_text(reply);
	return tsp_fail(session, number, "%s: %s", what, text ? text : errno_text(-number));
}

int tsp_errno(int nl_error)
{
	switch (-nl_error) {
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_PERM:
		return -EPERM;
	case NLE_DUMP_INTR:
		return -EINTR;
	default:
		return -EIO;
	}
}

static int on_reply(struct nl_msg *msg, void *arg)
{
	struct exchange *exchange = arg;

	/* After an error the rest is still read, so that it can't meet the next request. */
	if (!exchange->error)
		exchange->error = exchange->handler(exchange->session, nlmsg_hdr(msg),
						    exchange->arg);
	return NL_OK;
}

static int on_refusal(struct sockaddr_nl *from, struct nlmsgerr *error, void *arg)
{
	const void *reply = (const char *)error - NLMSG_HDRLEN;
	struct exchange *exchange = arg;

	(void)from;
	exchange->error = tsp_refusal(exchange->session, reply, exchange->what);
	exchange->done = true;
	return NL_STOP;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	struct exchange *exchange = arg;

	(void)msg;
	exchange->done = true;
	return NL_STOP;
}

/* The end of a dump, which carries its errno; 0 if it is whole. */
static int on_finish(struct nl_msg *msg, void *arg)
{
	const struct nlmsghdr *reply = nlmsg_hdr(msg);
	struct exchange *exchange = arg;
	int error = 0;

	if (nlmsg_datalen(reply) >= (int)sizeof(error))
		memcpy(&error, nlmsg_data(reply), sizeof(error));
	if (error < 0 && !exchange->error)
		exchange->error = tsp_fail(exchange->session, error, "%s: %s", exchange->what,
					   errno_text(-error));
	exchange->done = true;
	return NL_STOP;
}

static int receive_all(struct exchange *exchange, struct nl_cb *callbacks)
{
	int ret;

	nl_cb_set(callbacks, NL_CB_VALID, NL_CB_CUSTOM, on_reply, exchange);
	nl_cb_set(callbacks, NL_CB_ACK, NL_CB_CUSTOM, on_ack, exchange);
	nl_cb_set(callbacks, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, exchange);
	nl_cb_err(callbacks, NL_CB_CUSTOM, on_refusal, exchange);

	do {
		ret = nl_recvmsgs(exchange->session->sock, callbacks);
	} while (ret >= 0 && !exchange->done);

	if (exchange->error)
		return exchange->error;
	if (ret < 0)
		return tsp_fail(exchange->session, tsp_errno(ret), "%s: receiving the answer: %s",
				exchange->what, nl_geterror(ret));
	return 0;
}

int tsp_exchange(struct tspool_session *session, struct nl_msg *request, const char *what,
		 tsp_reply_handler handler, void *arg)
{
	struct exchange exchange = {
		.session = session, .what = what, .handler = handler, .arg = arg
	};
	struct nl_cb *callbacks;
	int ret;

	ret = tsp_connect(session);
	if (ret)
		return ret;
	callbacks = nl_cb_alloc(NL_CB_DEFAULT);
	if (!callbacks)
		return tsp_fail(session, -ENOMEM, "%s: no memory for the answer", what);

	ret = nl_send_auto(session->sock, request);
	if (ret < 0)
		ret = tsp_fail(session, tsp_errno(ret), "%s: sending the request: %s", what,
			       nl_geterror(ret));
	else
		ret = receive_all(&exchange, callbacks);
	nl_cb_put(callbacks);
	/* The rest of an answer that broke off must not meet the next request. */
	if (ret)
		tsp_disconnect(session);
	return ret;
}
