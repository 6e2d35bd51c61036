/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Listeners: the sockets that get the records of some CPUs.
 *
 *	tsp_listeners is changed under tsp_listeners_lock and walked under tsp_listeners_srcu
 *	tsp_listener_queue(), tsp_feed_*()	the thread whose turn it is for that CPT; anybody
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

/* Delivery waits for memory by itself. No process is to be killed to make room for its records. */
#define TSP_GFP_DELIVERY	(GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/* Some records of one CPT, not all between the first and the last of them. */
struct tsp_loss_range {
	u64	count;
	u64	first_seq;
	u64	last_seq;
};

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
	bool	unsettled;		/* something is pending */
	u64	delivered;		/* records */
	u64	messages;
	u64	dropped[TSPOOL_CAUSE_MAX + 1];
	struct tsp_loss_range pending[TSPOOL_CAUSE_MAX + 1];	/* still to be told of */
} ____cacheline_aligned_in_smp;

struct tsp_listener {
	struct list_head node;		/* in tsp_listeners, beside those with the same CPUs */
	struct rcu_head	rcu;
	bool		leaving;	/* under tsp_listeners_lock: it unsubscribes */
	struct sock	*sk;		/* held: whoever has its portid later gets nothing */
	spinlock_t	lock;		/* from a look at the socket's room to its use */
	u32		portid;
	u32		netns;
	u32		pid;
	u32		group;		/* equal for listeners with the same CPUs */
	char		comm[TASK_COMM_LEN];
	cpumask_var_t	cpus;
	struct tsp_feed	feed[];		/* one a CPT */
};

#define TSP_CPT_ANY	(-1)

extern struct list_head tsp_listeners;
extern struct mutex tsp_listeners_lock;
extern struct srcu_struct tsp_listeners_srcu;
extern u32 tsp_listeners_generation; /* under tsp_listeners_lock: grows as they come and go */

struct tsp_listener *tsp_listener_alloc(struct sock *sk, u32 portid, const struct cpumask *cpus);
void tsp_listener_free(struct tsp_listener *listener);
void tsp_listener_link(struct tsp_listener *listener);
void tsp_listener_unlink(struct tsp_listener *listener);
void tsp_listener_free_later(struct tsp_listener *listener);
unsigned int tsp_listeners_of(int cpt);
size_t tsp_listener_pending_max(void);
int tsp_listener_queue(struct tsp_listener *listener, struct sk_buff *skb);

void tsp_loss_add(struct tsp_loss_range *range, u64 count, u64 first_seq, u64 last_seq);
void tsp_feed_deliver(struct tsp_feed *feed, u64 records, u64 lost);
void tsp_feed_drop(struct tsp_feed *feed, enum tspool_cause cause,
		   const struct tsp_loss_range *range);
size_t tsp_feed_pending_bytes(const struct tsp_feed *feed);
void tsp_feed_put_pending(const struct tsp_feed *feed, u32 cpt, struct tspool_lost *to);
void tsp_feed_settle(struct tsp_feed *feed);

#endif /* TSP_LISTENER_H */
