// SPDX-License-Identifier: GPL-2.0-only
#include <linux/filter.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <net/genetlink.h>
#include <net/netlink.h>

#include "cpt.h"
#include "filter.h"
#include "listener.h"
#include "scope.h"

LIST_HEAD(tsp_listeners);
DEFINE_MUTEX(tsp_listeners_lock); /* who is in the list, ->wanted, whether the hook is armed */
DEFINE_SRCU(tsp_listeners_srcu);
u32 tsp_listeners_generation = 1;

static enum tsp_interest interest_in(const struct cpumask *cpus, unsigned int cpt)
{
	const struct cpumask *served = tsp_cpts.cpt[cpt].served;

	if (!cpumask_intersects(served, cpus))
		return TSP_WANTS_NOTHING;
	return cpumask_subset(served, cpus) ? TSP_WANTS_ALL : TSP_WANTS_SOME;
}

static void init_feeds(struct tsp_listener *listener)
{
	unsigned int cpt;

	for (cpt = 0; cpt < tsp_cpts.count; cpt++)
		INIT_LIST_HEAD(&listener->feed[cpt].backlog);
}

/**
 * tsp_listener_alloc() - make a listener of the calling process
 * @sk: its socket; the listener holds it
 * @portid: of that socket
 * @wish: what it wants; its CPUs are copied, its filter and scope become the listener's
 *
 * Return: the listener, in no list yet. -ENOMEM; -ENOSPC if its backlog can't be had beside those
 * of the others.
 */
struct tsp_listener *tsp_listener_alloc(struct sock *sk, u32 portid,
					const struct tsp_listener_wish *wish)
{
	struct tsp_listener *listener;
	int err = -ENOMEM;

	listener = kvzalloc(struct_size(listener, feed, tsp_cpts.count), GFP_KERNEL);
	if (!listener)
		return ERR_PTR(err);
	if (!alloc_cpumask_var(&listener->cpus, GFP_KERNEL))
		goto err_free;
	if (!tsp_backlog_reserve(wish->backlog_bytes, wish->scope)) {
		err = -ENOSPC;
		goto err_free_cpus;
	}

	sock_hold(sk);
	listener->sk = sk;
	spin_lock_init(&listener->lock);
	listener->dialect = wish->dialect;
	listener->policy = wish->policy;
	listener->filter = wish->filter;
	listener->scope = wish->scope;
	listener->backlog_limit = wish->backlog_bytes;
	listener->portid = portid;
	listener->netns = sock_net(sk)->ns.inum;
	listener->pid = task_tgid_nr(current);
	get_task_comm(listener->comm, current);
	cpumask_copy(listener->cpus, wish->cpus);
	init_feeds(listener);
	tsp_listener_update_interest(listener);
	return listener;

err_free_cpus:
	free_cpumask_var(listener->cpus);
err_free:
	kvfree(listener);
	return ERR_PTR(err);
}

/* After a change of its CPUs, under tsp_listeners_lock once it is in the list. */
void tsp_listener_update_interest(struct tsp_listener *listener)
{
	unsigned int cpt, wanted = 0;

	for (cpt = 0; cpt < tsp_cpts.count; cpt++) {
		enum tsp_interest interest = interest_in(listener->cpus, cpt);

		WRITE_ONCE(listener->feed[cpt].interest, interest);
		wanted += interest != TSP_WANTS_NOTHING;
	}
	WRITE_ONCE(listener->backlog_share, div_u64(listener->backlog_limit, max(wanted, 1U)));
}

/* Whether it wants at least one CPU of a CPT. */
bool tsp_listener_wants(const struct tsp_listener *listener, unsigned int cpt)
{
	return READ_ONCE(listener->feed[cpt].interest) != TSP_WANTS_NOTHING;
}

/* @listener: in no list, seen by nobody */
void tsp_listener_free(struct tsp_listener *listener)
{
	unsigned int cpt;

	for (cpt = 0; cpt < tsp_cpts.count; cpt++)
		tsp_backlog_free(&listener->feed[cpt]);
	tsp_backlog_release(listener->backlog_limit, listener->scope);
	sock_put(listener->sk);
	tsp_filter_free(listener->filter);
	tsp_scope_free(listener->scope);
	free_cpumask_var(listener->cpus);
	kvfree(listener);
}

/* What is seen in a pid namespace is made for each listener there. */
static bool may_share(const struct tsp_listener *listener)
{
	return listener->dialect == TSP_DIALECT_NATIVE && !listener->scope;
}

static bool want_the_same(const struct tsp_listener *a, const struct tsp_listener *b)
{
	return cpumask_equal(a->cpus, b->cpus) && tsp_filter_equal(a->filter, b->filter);
}

static struct tsp_listener *find_like(const struct tsp_listener *listener)
{
	struct tsp_listener *other;

	list_for_each_entry(other, &tsp_listeners, node)
		if (may_share(other) && want_the_same(listener, other))
			return other;
	return NULL;
}

/* Beside those that want the same, so that one message serves them all in one pass of the list. */
static void link_sharing(struct tsp_listener *listener)
{
	static u32 last_group;
	struct tsp_listener *other = find_like(listener);

	if (other) {
		listener->group = other->group;
		list_add_rcu(&listener->node, &other->node);
	} else {
		listener->group = ++last_group;
		list_add_tail_rcu(&listener->node, &tsp_listeners);
	}
}

void tsp_listener_link(struct tsp_listener *listener)
{
	lockdep_assert_held(&tsp_listeners_lock);
	tsp_listeners_generation++;
	if (listener->scope)
		tsp_scope_link(listener->scope);
	if (may_share(listener))
		link_sharing(listener);
	else
		list_add_tail_rcu(&listener->node, &tsp_listeners);
}

/* Threads may still be delivering to it until the SRCU readers of now are gone. */
void tsp_listener_unlink(struct tsp_listener *listener)
{
	lockdep_assert_held(&tsp_listeners_lock);
	tsp_listeners_generation++;
	if (listener->scope)
		tsp_scope_unlink(listener->scope);
	list_del_rcu(&listener->node);
}

static void free_after_readers(struct rcu_head *rcu)
{
	tsp_listener_free(container_of(rcu, struct tsp_listener, rcu));
}

/* For those who should not wait for a delivery that waits for memory, such as close(2). */
void tsp_listener_free_later(struct tsp_listener *listener)
{
	call_srcu(&tsp_listeners_srcu, &listener->rcu, free_after_readers);
}

/* How many listeners want at least one CPU of a CPT; of any if @cpt is TSP_CPT_ANY. */
unsigned int tsp_listeners_of(int cpt)
{
	struct tsp_listener *listener;
	unsigned int count = 0;
	int idx;

	idx = srcu_read_lock(&tsp_listeners_srcu);
	list_for_each_entry_srcu(listener, &tsp_listeners, node,
				 srcu_read_lock_held(&tsp_listeners_srcu))
		count += cpt == TSP_CPT_ANY || tsp_listener_wants(listener, cpt);
	srcu_read_unlock(&tsp_listeners_srcu, idx);
	return count;
}

/* The bytes that a listener's last message has at most: a LOST frame for each CPT and cause. */
size_t tsp_listener_pending_max(void)
{
	return tsp_cpts.count * nla_total_size(TSPOOL_CAUSE_MAX * sizeof(struct tspool_lost));
}

/*
 * What a socket keeps free for its last message, which is refused where it does not fit: all the
 * memory that such an skb may count. Its data is rounded up as kmalloc() does, and comes from a
 * cache of larger pieces where it is small.
 */
static size_t last_message_size(void)
{
	size_t message = nlmsg_total_size(genlmsg_total_size(tsp_listener_pending_max()));
	size_t data = SKB_DATA_ALIGN(message) + SKB_DATA_ALIGN(sizeof(struct skb_shared_info));

	return SKB_DATA_ALIGN(sizeof(struct sk_buff)) + max(roundup_pow_of_two(data), 1024UL);
}

/* Under ->lock, since threads of several CPTs may be filling it. A message alone always fits. */
static bool has_room(const struct sock *sk, const struct sk_buff *skb)
{
	int allocated = atomic_read(&sk->sk_rmem_alloc);

	return !allocated ||
	       allocated + skb->truesize + last_message_size() <= READ_ONCE(sk->sk_rcvbuf);
}

/* Racy: another thread may take the room. */
bool tsp_listener_has_room(const struct tsp_listener *listener, const struct sk_buff *skb)
{
	return has_room(listener->sk, skb);
}

static void append(struct sock *sk, struct sk_buff *skb)
{
	struct sk_buff_head *queue = &sk->sk_receive_queue;
	unsigned long flags;

	skb_set_owner_r(skb, sk);
	spin_lock_irqsave(&queue->lock, flags);
	sock_skb_set_dropcount(sk, skb);
	__skb_queue_tail(queue, skb);
	spin_unlock_irqrestore(&queue->lock, flags);
}

/* The listener's own socket filter may turn it away: then it got what it asked for. */
static int append_filtered(struct tsp_listener *listener, struct sk_buff *skb)
{
	int err = sk_filter(listener->sk, skb);

	if (err == -EPERM) {
		kfree_skb(skb);
		return 0;
	}
	if (err)
		return -EAGAIN;
	append(listener->sk, skb);
	WRITE_ONCE(listener->unannounced, listener->unannounced + 1);
	return 0;
}

/**
 * tsp_listener_queue() - put a message into a listener's socket
 * @listener: to get it
 * @skb: the socket's if this succeeds, else the caller's
 *
 * Straight to the socket that subscribed, not by way of its portid: a portid may belong to another
 * socket by now, and that one may have no privilege. Its reader is not woken before
 * tsp_listener_announce(), which the caller owes, or a few messages more.
 *
 * Return: 0, or -EAGAIN when the socket is full.
 */
int tsp_listener_queue(struct tsp_listener *listener, struct sk_buff *skb)
{
	int err = -EAGAIN;

	spin_lock(&listener->lock);
	if (has_room(listener->sk, skb))
		err = append_filtered(listener, skb);
	if (!err)
		listener->overrun = false;
	spin_unlock(&listener->lock);
	if (err || READ_ONCE(listener->unannounced) >= TSP_UNANNOUNCED_MAX)
		tsp_listener_announce(listener);
	return err;
}

/* Wakes its reader if that was not done for all messages. */
void tsp_listener_announce(struct tsp_listener *listener)
{
	bool announced;

	if (!READ_ONCE(listener->unannounced))
		return;
	spin_lock(&listener->lock);
	announced = !listener->unannounced;
	WRITE_ONCE(listener->unannounced, 0);
	spin_unlock(&listener->lock);
	if (!announced)
		listener->sk->sk_data_ready(listener->sk);
}

/* For who delivers, and has to wait: each reader that has something to read is to have it. */
void tsp_listeners_announce(void)
{
	struct tsp_listener *listener;
	int idx = srcu_read_lock(&tsp_listeners_srcu);

	list_for_each_entry_srcu(listener, &tsp_listeners, node,
				 srcu_read_lock_held(&tsp_listeners_srcu))
		tsp_listener_announce(listener);
	srcu_read_unlock(&tsp_listeners_srcu, idx);
}

/**
 * tsp_listener_force() - put a message into a listener's socket, full or not
 * @listener: to get it
 * @skb: not the caller's any more
 *
 * For the last messages, which can't wait. In a pid namespace the listener may be anybody's: there
 * they go at most into the room that is kept for them.
 */
void tsp_listener_force(struct tsp_listener *listener, struct sk_buff *skb)
{
	struct sock *sk = listener->sk;

	if (listener->scope) {
		if (sock_queue_rcv_skb(sk, skb))
			kfree_skb(skb);
		return;
	}
	if (sk_filter(sk, skb)) {
		kfree_skb(skb);
		return;
	}
	append(sk, skb);
	sk->sk_data_ready(sk);
}

/**
 * tsp_listener_overrun() - tell a listener in taskstats' dialect that it loses a message
 * @listener: to be told
 *
 * By ENOBUFS, which recv(2) gives once for all that is lost in a row, as netlink itself does it.
 */
void tsp_listener_overrun(struct tsp_listener *listener)
{
	struct sock *sk = listener->sk;
	bool told;

	spin_lock(&listener->lock);
	told = listener->overrun;
	listener->overrun = true;
	spin_unlock(&listener->lock);

	atomic_inc(&sk->sk_drops);
	if (told)
		return;
	WRITE_ONCE(sk->sk_err, ENOBUFS);
	sk_error_report(sk);
}

void tsp_feed_deliver(struct tsp_feed *feed, const struct tsp_contents *contents)
{
	tsp_feed_count_message(feed);
	WRITE_ONCE(feed->delivered, feed->delivered + contents->records.count);
}

/* Of @records on their way to the listener some are not for it: its filter turned them away. */
void tsp_feed_capture(struct tsp_feed *feed, u64 records, u64 filtered)
{
	WRITE_ONCE(feed->captured, feed->captured + records);
	WRITE_ONCE(feed->filtered, feed->filtered + filtered);
}

void tsp_feed_count_message(struct tsp_feed *feed)
{
	WRITE_ONCE(feed->messages, feed->messages + 1);
}

void tsp_feed_count_drop(struct tsp_feed *feed, enum tspool_cause cause, u64 count)
{
	WRITE_ONCE(feed->dropped[cause], feed->dropped[cause] + count);
}

/* The listener is told of what a message held as soon as it is told of @losses. */
void tsp_feed_drop(struct tsp_feed *feed, struct tsp_losses *losses, enum tspool_cause cause,
		   const struct tsp_contents *contents)
{
	struct tsp_loss_range dropped = contents->records;

	dropped.time = ktime_get_boottime_ns();
	tsp_loss_add(&losses->range[cause], &dropped);
	tsp_loss_add(&losses->range[TSPOOL_CAUSE_NO_SLOT], &contents->lost);
	tsp_feed_count_drop(feed, cause, contents->records.count);
}
