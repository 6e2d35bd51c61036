/* SPDX-License-Identifier: GPL-2.0-only */
/* A listener and what it hands over, kept, for one source file of a test program. */
#ifndef TSP_KEPT_EVENTS_H
#define TSP_KEPT_EVENTS_H

#include <check.h>
#include <tspool/tspool.h>

#define MAX_EVENTS	200

static struct tspool_session *session;
static struct tspool_listener *listener;

static struct tspool_record records[MAX_EVENTS];
static struct tspool_lost losses[MAX_EVENTS];
static unsigned int n_records, n_losses;

/* After so many of both the handler wants no more. */
static unsigned int stop_at;

static bool go_on(void)
{
	return n_records + n_losses != stop_at;
}

static bool on_record(const struct tspool_record *record, void *arg)
{
	ck_assert_ptr_eq(arg, &session);
	ck_assert_uint_lt(n_records, MAX_EVENTS);
	records[n_records++] = *record;
	return go_on();
}

static bool on_lost(const struct tspool_lost *lost, void *arg)
{
	ck_assert_ptr_eq(arg, &session);
	ck_assert_uint_lt(n_losses, MAX_EVENTS);
	losses[n_losses++] = *lost;
	return go_on();
}

static const struct tspool_handler handler = { .record = on_record, .lost = on_lost };

static inline int receive(void)
{
	return tspool_receive(listener, &handler, &session);
}

static inline void forget_events(void)
{
	n_records = 0;
	n_losses = 0;
	stop_at = MAX_EVENTS + 1;
}

static inline void close_all(void)
{
	tspool_listener_close(listener);
	tspool_close(session);
}

#endif /* TSP_KEPT_EVENTS_H */
