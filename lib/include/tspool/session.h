/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A session: the way to the kernel's records, and the text of what went wrong on it. */
#ifndef TSPOOL_SESSION_H
#define TSPOOL_SESSION_H

#ifdef __cplusplus
extern "C" {
#endif

struct tspool_session;

/* Where records come from. */
enum tspool_backend {
	TSPOOL_BACKEND_TSPOOL,		/* the tspool module */
	TSPOOL_BACKEND_TASKSTATS,	/* the kernel's own family TASKSTATS, without the module */
};

/*
 * Opens a session with the module, or where that is not loaded with the kernel's taskstats: see
 * tspool_session_backend(). *session is set on failure too, so that tspool_error() can tell why,
 * and must be closed in any case.
 *
 * -ENOENT: the module is not loaded, and the kernel has no taskstats. Needs no privilege; the
 * requests made on the session need CAP_NET_ADMIN and fail with -EPERM without it.
 */
int tspool_open(struct tspool_session **session);

/* The same with this backend only. -ENOENT: it is not there. */
int tspool_open_backend(struct tspool_session **session, enum tspool_backend backend);

/*
 * The one that the session has. The taskstats backend has records of tasks that live (get.h) and of
 * those that exit (listen.h), with what the kernel's struct taskstats tells; the rest is absent in
 * them. Requests for more than that fail with -EOPNOTSUPP.
 */
enum tspool_backend tspool_session_backend(const struct tspool_session *session);

/* Closes the session. Its listeners must be closed before. NULL is allowed. */
void tspool_close(struct tspool_session *session);

/*
 * The sentence for the last failure on this session, without a full stop or newline; empty if
 * nothing failed so far. It belongs to the session and stays as it is until the next failure. The
 * NULL that a tspool_open() without memory leaves is allowed.
 */
const char *tspool_error(const struct tspool_session *session);

#ifdef __cplusplus
}
#endif

#endif /* TSPOOL_SESSION_H */
