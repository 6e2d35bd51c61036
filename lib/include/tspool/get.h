/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a live task has used so far. */
#ifndef TSPOOL_GET_H
#define TSPOOL_GET_H

#include <tspool/record.h>
#include <tspool/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Fills *record, the caller's, for one thread (a TASK record) or for a whole thread group (a
 * PROCESS record). Exit time, exit code and sequence number are absent, and delays while the kernel
 * does not account them (delayacct.h).
 *
 * -ESRCH: no such task. -EPERM: no CAP_NET_ADMIN. -ENOENT: the module is gone. *record is left as
 * it was on failure.
 */
int tspool_get_task(struct tspool_session *session, uint32_t pid, struct tspool_record *record);
int tspool_get_process(struct tspool_session *session, uint32_t tgid, struct tspool_record *record);

#ifdef __cplusplus
}
#endif

#endif /* TSPOOL_GET_H */
