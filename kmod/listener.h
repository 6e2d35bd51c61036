/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Listeners: the sockets that get the records of some CPUs.
 *
 *	tsp_listeners is changed under tsp_listeners_lock and walked under tsp_listeners_srcu
 *	tsp_listener_queue(), tsp_listener_force(), tsp_feed_*()
 *						the thread whose turn it is for that CPT; anybody
 *						once the listener has left the list and its
 *						SRCU readers are gone
 */
#ifndef TSP_LISTENER_H
#define TSP_LISTENER_H

#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/tspool.h>
#include <net/sock.h>

#include "backlog.h"
#include "loss.h"

struct tsp_filter;
struct tsp_scope;

/* After so many messages a reader is woken although there is more to come. */
#define TSP_UNANNOUNCED_MAX	8

/* Delivery waits for memory by itself. No process is to be killed to make room for its records. */
#define TSP_GFP_DELIVERY	(GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

enum tsp_interest {
	TSP_WANTS_NOTHING,
	TSP_WANTS_SOME,		/* some CPUs of the CPT */
	TSP_WANTS_ALL,		/* every CPU of the CPT */
};

/*
 * A listener's state for one CPT. Only the thread whose turn it is there writes to it, so it needs
 * no lock; statistics read it racily.
 */
struct tsp_feed {
	enum tsp_interest interest;
	bool	unsettled;		/* something is pending or in the backlog */
	u64	captured;		/* records of the CPUs it wants, those without a slot too */
	u64	delivered;		/* records */
	u64	filtered;		/* records */
	u64	messages;
	u64	dropped[TSPOOL_CAUSE_MAX + 1];
	struct list_head backlog;	/* of struct tsp_backlog_entry, the earliest first */
	u64	backlog_records;
	u64	backlog_bytes;
	u64	backlog_bytes_max;	/* there ever were */
	struct tsp_losses pending;	/* to be told of after the backlog */
} ____cacheline_aligned_in_smp;

enum tsp_dialect {
	TSP_DIALECT_NATIVE,	/* batches of frames, losses told of in frames */
	TSP_DIALECT_TASKSTATS,	/* a message an exit, losses told of by ENOBUFS */
};

/* What somebody asks for who wants to listen. */
struct tsp_listener_wish {
	enum tsp_dialect dialect;
	const struct cpumask *cpus;
	u64		backlog_bytes;
	enum tspool_drop policy;
	struct tsp_filter *filter;	/* NULL: all records of these CPUs */
	struct tsp_scope *scope;	/* NULL: of the whole machine */
};

struct tsp_listener {
	struct list_head node;		/* in tsp_listeners, beside those that want the same */
	struct rcu_head	rcu;
	bool		leaving;	/* under tsp_listeners_lock: it unsubscribes */
	bool		overrun;	/* under ->lock: told by ENOBUFS that it loses records */
	enum tsp_dialect dialect;
	int		unannounced;	/* messages that its reader was not woken for */
	struct sock	*sk;		/* held: whoever has its portid later gets nothing */
	spinlock_t	lock;		/* from a look at the socket's room to its use */
	u32		portid;
	u32		netns;
	u32		pid;
	u32		group;		/* equal for those that share messages; 0: it shares none */
	char		comm[TASK_COMM_LEN];
	enum tspool_drop policy;
	u64		backlog_limit;	/* bytes, reserved for it */
	u64		backlog_share;	/* of the limit: each CPT's that it wants */
	struct tsp_filter *filter;	/* its own; NULL: all records of its CPUs */
	struct tsp_scope *scope;	/* its own; NULL: it sees the whole machine */
	cpumask_var_t	cpus;		/* constant, but for those of TSP_DIALECT_TASKSTATS */
	struct tsp_feed	feed[];		/* one a CPT */
};

#define TSP_CPT_ANY	(-1)

extern struct list_head tsp_listeners;
extern struct mutex tsp_listeners_lock;
extern struct srcu_struct tsp_listeners_srcu;
extern u32 tsp_listeners_generation; /* under tsp_listeners_lock: grows as they come and go */

struct tsp_listener *tsp_listener_alloc(struct sock *sk, u32 portid,
					const struct tsp_listener_wish *wish);
void tsp_listener_free(struct tsp_listener *listener);
void tsp_listener_link(struct tsp_listener *listener);
void tsp_listener_unlink(struct tsp_listener *listener);
void tsp_listener_free_later(struct tsp_listener *listener);
void tsp_listener_update_interest(struct tsp_listener *listener);
bool tsp_listener_wants(const struct tsp_listener *listener, unsigned int cpt);
unsigned int tsp_listeners_of(int cpt);
size_t tsp_listener_pending_max(void);
bool tsp_listener_has_room(const struct tsp_listener *listener, const struct sk_buff *skb);
int tsp_listener_queue(struct tsp_listener *listener, struct sk_buff *skb);
void tsp_listener_announce(struct tsp_listener *listener);
void tsp_listeners_announce(void);
void tsp_listener_force(struct tsp_listener *listener, struct sk_buff *skb);
void tsp_listener_overrun(struct tsp_listener *listener);

void tsp_feed_capture(struct tsp_feed *feed, u64 records, u64 filtered);
void tsp_feed_deliver(struct tsp_feed *feed, const struct tsp_contents *contents);
void tsp_feed_count_message(struct tsp_feed *feed);
void tsp_feed_count_drop(struct tsp_feed *feed, enum tspool_cause cause, u64 count);
void tsp_feed_drop(struct tsp_feed *feed, struct tsp_losses *losses, enum tspool_cause cause,
		   const struct tsp_contents *contents);

#endif /* TSP_LISTENER_H */
