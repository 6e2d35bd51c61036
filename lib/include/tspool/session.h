/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A session: the way to the module, and the text of what went wrong on it. */
#ifndef TSPOOL_SESSION_H
#define TSPOOL_SESSION_H

#ifdef __cplusplus
extern "C" {
#endif

struct tspool_session;

/*
 * Opens a session. *session is set on failure too, so that tspool_error() can tell why, and must
 * be closed in any case.
 *
 * -ENOENT: the module is not loaded. Needs no privilege; the requests made on the session need
 * CAP_NET_ADMIN and fail with -EPERM without it.
 */
int tspool_open(struct tspool_session **session);

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
