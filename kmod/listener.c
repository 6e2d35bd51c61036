// SPDX-License-Identifier: GPL-2.0-only
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/netlink.h>

#include "cpt.h"
#include "encode.h"
#include "listener.h"

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

/**
 * tsp_listener_alloc() - make a listener of the calling process
 * @sk: its socket; the listener holds it
 * @portid: of that socket
 * @cpus: the CPUs it wants; copied
 *
 * Return: the listener, in no list yet, or NULL without memory.
 */
struct tsp_listener *tsp_listener_alloc(struct sock *sk, u32 portid, const struct cpumask *cpus)
{
	struct tsp_listener *listener;
	unsigned int cpt;

	listener = kvzalloc(struct_size(listener, feed, tsp_cpts.count), GFP_KERNEL);
	if (!listener)
		return NULL;
	if (!alloc_cpumask_var(&listener->cpus, GFP_KERNEL))
		goto err_free;

	sock_hold(sk);
	listener->sk = sk;
	spin_lock_init(&listener->lock);
	listener->portid = portid;
	listener->netns = sock_net(sk)->ns.inum;
	listener->pid = task_tgid_nr(current);
	get_task_comm(listener->comm, current);
	cpumask_copy(listener->cpus, cpus);
	for (cpt = 0; cpt < tsp_cpts.count; cpt++)
		listener->feed[cpt].interest = interest_in(cpus, cpt);
	return listener;

err_free:
	kvfree(listener);
	return NULL;
}

/* @listener: in no list, seen by nobody */
void tsp_listener_free(struct tsp_listener *listener)
{
	sock_put(listener->sk);
	free_cpumask_var(listener->cpus);
	kvfree(listener);
}

/* Beside those with the same CPUs, so that one message serves them all in one pass of the list. */
void tsp_listener_link(struct tsp_listener *listener)
{
	static u32 last_group;
	struct tsp_listener *other;

	lockdep_assert_held(&tsp_listeners_lock);
	tsp_listeners_generation++;
	list_for_each_entry(other, &tsp_listeners, node) {
		if (!cpumask_equal(other->cpus, listener->cpus))
			continue;
		listener->group = other->group;
		list_add_rcu(&listener->node, &other->node);
		return;
	}
	listener->group = ++last_group;
	list_add_tail_rcu(&listener->node, &tsp_listeners);
}

/* Threads may still be delivering to it until the SRCU readers of now are gone. */
void tsp_listener_unlink(struct tsp_listener *listener)
{
	lockdep_assert_held(&tsp_listeners_lock);
	tsp_listeners_generation++;
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
		count += cpt == TSP_CPT_ANY || listener->feed[cpt].interest != TSP_WANTS_NOTHING;
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

/**
 * tsp_listener_queue() - put a message into a listener's socket
 * @listener: to get it
 * @skb: stays the caller's; the socket gets a clone
 *
 * Straight to the socket that subscribed, not by way of its portid: a portid may belong to another
 * socket by now, and that one may have no privilege.
 *
 * Return: 0, -EAGAIN when the socket is full, -ENOMEM.
 */
int tsp_listener_queue(struct tsp_listener *listener, struct sk_buff *skb)
{
	struct sk_buff *clone;
	int err;

	if (!has_room(listener->sk, skb))
		return -EAGAIN;

	clone = skb_clone(skb, TSP_GFP_DELIVERY);
	if (!clone)
		return -ENOMEM;

	spin_lock(&listener->lock);
	err = has_room(listener->sk, clone) ? sock_queue_rcv_skb(listener->sk, clone) : -EAGAIN;
	spin_unlock(&listener->lock);
	if (!err)
		return 0;
	kfree_skb(clone);
	/* The listener's own socket filter has turned it away: it got what it asked for. */
	return err == -EPERM ? 0 : -EAGAIN;
}

void tsp_loss_add(struct tsp_loss_range *range, u64 count, u64 first_seq, u64 last_seq)
{
	if (!count)
		return;
	if (!range->count)
		range->first_seq = first_seq;
	range->last_seq = last_seq;
	range->count += count;
}

/* @records were delivered, and LOST frames that told of @lost others. */
void tsp_feed_deliver(struct tsp_feed *feed, u64 records, u64 lost)
{
	WRITE_ONCE(feed->messages, feed->messages + 1);
	WRITE_ONCE(feed->delivered, feed->delivered + records);
	WRITE_ONCE(feed->dropped[TSPOOL_CAUSE_NO_SLOT], feed->dropped[TSPOOL_CAUSE_NO_SLOT] + lost);
}

/* The listener is told of these as soon as it has room. */
void tsp_feed_drop(struct tsp_feed *feed, enum tspool_cause cause,
		   const struct tsp_loss_range *range)
{
	if (!range->count)
		return;
	tsp_loss_add(&feed->pending[cause], range->count, range->first_seq, range->last_seq);
	WRITE_ONCE(feed->dropped[cause], feed->dropped[cause] + range->count);
	feed->unsettled = true;
}

size_t tsp_feed_pending_bytes(const struct tsp_feed *feed)
{
	size_t bytes = 0;
	int cause;

	for (cause = 0; cause <= TSPOOL_CAUSE_MAX; cause++)
		if (feed->pending[cause].count)
			bytes += sizeof(struct tspool_lost);
	return bytes;
}

/* Writes tsp_feed_pending_bytes() of LOST frames. */
void tsp_feed_put_pending(const struct tsp_feed *feed, u32 cpt, struct tspool_lost *to)
{
	int cause;

	for (cause = 0; cause <= TSPOOL_CAUSE_MAX; cause++) {
		const struct tsp_loss_range *range = &feed->pending[cause];

		if (range->count)
			tsp_encode_lost(to++, cpt, cause, range->count, range->first_seq,
					range->last_seq);
	}
}

/* The listener has been told of all that was pending. */
void tsp_feed_settle(struct tsp_feed *feed)
{
	memset(feed->pending, 0, sizeof(feed->pending));
	feed->unsettled = false;
	WRITE_ONCE(feed->messages, feed->messages + 1);
}
