/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A listener to the kernel's taskstats, on a socket that follows a script, for one source file of a
 * test program.
 */
#ifndef TSP_STOCK_LISTENER_H
#define TSP_STOCK_LISTENER_H

#include <check.h>
#include <errno.h>
#include <linux/sock_diag.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SCRIPTED_PART_BYTES	4096
#include "kept_events.h"
#include "scripted_socket.h"
#include "stock_stats.h"

static const uint32_t cpt_3 = 3;

/* What the socket has dropped, as the kernel counts it; whether it does. */
static uint32_t drops;
static bool counts_drops;

FAKE int getsockopt(int fd, int level, int name, void *value, socklen_t *length)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };

	if (level != SOL_SOCKET || name != SO_MEMINFO)
		return (int)syscall(SYS_getsockopt, fd, level, name, value, length);
	if (!counts_drops) {
		errno = ENOPROTOOPT;
		return -1;
	}
	info[SK_MEMINFO_DROPS] = drops;
	ck_assert_uint_ge(*length, sizeof(info));
	memcpy(value, info, sizeof(info));
	*length = sizeof(info);
	return 0;
}

/* What the machine's setting is said to be. */
static enum tspool_delayacct accounting;

FAKE enum tspool_delayacct tspool_delay_accounting(void)
{
	return accounting;
}

static inline void open_session(void)
{
	forget_script();
	forget_events();
	drops = 0;
	counts_drops = true;
	accounting = TSPOOL_DELAYACCT_ON;
	listener = NULL;
	ck_assert_int_eq(tspool_open_backend(&session, TSPOOL_BACKEND_TASKSTATS), 0);
	ck_assert_int_eq(tspool_session_backend(session), TSPOOL_BACKEND_TASKSTATS);
}

static inline void listen_to(const uint32_t *cpt)
{
	const struct tspool_listen_options options = { .cpus = "0-1,3", .cpt = cpt };

	ck_assert_int_eq(tspool_listen(session, &options, &listener), 0);
	n_sent = 0;
}

static inline void open_listener(void)
{
	open_session();
	listen_to(&cpt_3);
}

static inline void add_exit(const struct stock *task)
{
	stock_message(&add_datagram()->message, task);
}

/* The only record that comes of an exit. */
static inline const struct tspool_record *record_of(const struct stock *task)
{
	n_records = 0;
	add_exit(task);
	ck_assert_int_eq(receive(), 1);
	ck_assert_uint_eq(n_records, 1);
	return &records[0];
}

#endif /* TSP_STOCK_LISTENER_H */
