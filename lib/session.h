/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TSP_SESSION_H
#define TSP_SESSION_H

#include <netlink/netlink.h>
#include <tspool/session.h>

struct tspool_session {
	enum tspool_backend backend;
	struct nl_sock *sock;	/* NULL until the next request needs one */
	int family;
	char error[512];
};

#define TSP_PRINTF(format_index, first_argument) \
	__attribute__((format(printf, format_index, first_argument)))

/* Sets the session's sentence and returns err, a negative errno. */
TSP_PRINTF(3, 4)
int tsp_fail(struct tspool_session *session, int err, const char *format, ...);

/* The session's socket is opened unless it is open, and closed. */
int tsp_connect(struct tspool_session *session);
void tsp_disconnect(struct tspool_session *session);

/* Has refusals on this netlink socket come with the kernel's sentence, without an echo. */
int tsp_enable_sentences(int fd);

/*
 * Finds the number of a generic netlink family for the session. -ENOENT: there is none of that
 * name, which is left to the caller to say.
 */
int tsp_find_family(struct tspool_session *session, const char *name);

#endif /* TSP_SESSION_H */
