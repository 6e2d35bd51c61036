/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests to the module and its answers. */
#ifndef TSP_REQUEST_H
#define TSP_REQUEST_H

#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdint.h>

#include "session.h"

/* Handles one message of an answer; an error ends up as the result of the exchange. */
typedef int (*tsp_reply_handler)(struct tspool_session *session, const struct nlmsghdr *reply,
				 void *arg);

/* The errno, negative, of a failure inside libnl, which keeps numbers of its own. */
int tsp_errno(int nl_error);

/*
 * A request without attributes yet, or NULL. The flags are those of struct nlmsghdr beside
 * NLM_F_REQUEST. The caller's, to be released with nlmsg_free().
 */
struct nl_msg *tsp_request(const struct tspool_session *session, uint8_t command, int flags);

/*
 * Sends the request, hands each answer to the handler and returns when all have come. What was
 * asked for ("task 4711") stands in front of the sentence of a failure. -EINTR: a dump whose table
 * changed while it was read.
 */
int tsp_exchange(struct tspool_session *session, struct nl_msg *request, const char *what,
		 tsp_reply_handler handler, void *arg);

/*
 * The errno, negative, of a message of type NLMSG_ERROR, with the session's sentence set from the
 * kernel's text; 0 if it tells of success.
 */
int tsp_refusal(struct tspool_session *session, const struct nlmsghdr *reply, const char *what);

#endif /* TSP_REQUEST_H */
