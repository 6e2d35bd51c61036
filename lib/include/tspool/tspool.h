/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libtspool - task exit records from the tspool kernel module.
 *
 * Errors: a function that can fail returns 0 or a count on success and a negative errno value on
 * failure; nothing is half done then. tspool_error() gives the sentence that goes with the last
 * failure of a session: what was asked for, and why it was refused, in the kernel's own words where
 * it gave some. The library prints nothing, never ends the program and keeps no global state.
 *
 * Threads: a session, and all that was opened from it, belongs to one thread at a time. Different
 * sessions are independent. Functions without a session work on their arguments alone and may be
 * called from anywhere.
 *
 * Four ways in, all from a session (session.h):
 *	get.h		what a live task or process has used so far
 *	listen.h	a record of each exit, as it happens, or of those that filter.h describes
 *	relay.h		the same in bulk, by shared memory
 *	dump.h		the module's CPTs, scheduler blocks, listeners and totals
 * What they bring is read with record.h, and kept in files with archive.h. decode.h takes apart
 * frames from anywhere, cgroup.h finds the path of a record's cgroup,
 * delayacct.h tells whether delays are accounted.
 */
#ifndef TSPOOL_TSPOOL_H
#define TSPOOL_TSPOOL_H

#include <tspool/archive.h>
#include <tspool/cgroup.h>
#include <tspool/decode.h>
#include <tspool/delayacct.h>
#include <tspool/dump.h>
#include <tspool/filter.h>
#include <tspool/get.h>
#include <tspool/listen.h>
#include <tspool/record.h>
#include <tspool/relay.h>
#include <tspool/session.h>

#endif /* TSPOOL_TSPOOL_H */
