/* SPDX-License-Identifier: GPL-2.0-only */
/* What a random listener does between subscribing and its end, and what it checks meanwhile. */
#ifndef TSPOOL_LISTENER_LIFE_H
#define TSPOOL_LISTENER_LIFE_H

#include <stdatomic.h>
#include <tspool/tspool.h>

enum life_end { LIFE_UNSUBSCRIBED, LIFE_CLOSED, LIFE_KILLED, LIFE_UNLOADED, LIFE_ENDS };

/* Shared by all listeners. */
struct life_totals {
	atomic_bool stop;
	atomic_ulong ends[LIFE_ENDS];
	atomic_ulong stalls;		/* in which a listener stopped reading, and went on */
	atomic_ulong records;
	atomic_ulong lost[TSPOOL_CAUSES];
	atomic_uint checked;		/* listeners whose last counts were exactly the module's */
	atomic_uint done;
};

/*
 * One life after the other until totals->stop; then a last one, until nothing exits any more: its
 * counts must be exactly those of the module. Ends the process with 1 at the first thing that is
 * wrong.
 */
void live_on(struct life_totals *totals, unsigned int seed);

#endif /* TSPOOL_LISTENER_LIFE_H */
