// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who listens to what: the way in, and the three ways out: asked to, socket closed, module
 * unloaded.
 */
#include <linux/rculist.h>

#include "cpt.h"
#include "exit_hook.h"
#include "listener.h"
#include "netlink.h"
#include "pool.h"
#include "sched.h"
#include "slot.h"
#include "subscribe.h"

static struct tsp_listener *find_by_socket(const struct sock *sk)
{
	struct tsp_listener *listener;

	lockdep_assert_held(&tsp_listeners_lock);
	list_for_each_entry(listener, &tsp_listeners, node)
		if (listener->sk == sk)
			return listener;
	return NULL;
}

/* Exits on a CPU that nobody wants are not even captured. */
static void want_cpus(const struct tsp_listener *listener, int change)
{
	unsigned int cpu;

	lockdep_assert_held(&tsp_listeners_lock);
	for_each_cpu(cpu, listener->cpus) {
		struct tsp_slot_pool *pool = per_cpu_ptr(&tsp_slot_pools, cpu);

		WRITE_ONCE(pool->wanted, pool->wanted + change);
	}
}

static void grow_pools(const struct tsp_listener *listener)
{
	unsigned int cpt;

	for (cpt = 0; cpt < tsp_cpts.count; cpt++)
		if (listener->feed[cpt].interest != TSP_WANTS_NOTHING)
			tsp_pool_grow(cpt);
}

static int link_listener(struct tsp_listener *listener, struct netlink_ext_ack *extack)
{
	int err;

	if (find_by_socket(listener->sk)) {
		NL_SET_ERR_MSG(extack, "this socket listens already: unsubscribe it first");
		return -EEXIST;
	}
	if (list_empty(&tsp_listeners)) {
		err = tsp_exit_hook_arm();
		if (err) {
			NL_SET_ERR_MSG(extack, "exits can't be probed: are kprobes switched off?");
			return err;
		}
	}
	tsp_listener_link(listener);
	want_cpus(listener, 1);
	return 0;
}

static void unlink_listener(struct tsp_listener *listener)
{
	want_cpus(listener, -1);
	tsp_listener_unlink(listener);
	if (list_empty(&tsp_listeners))
		tsp_exit_hook_disarm();
}

/**
 * tsp_subscribe() - make a socket a listener
 * @sk: the requester's
 * @portid: its portid
 * @cpus: whose exits it wants, not empty
 * @extack: gets the reason of a refusal
 *
 * Return: 0; every exit from now on reaches the socket or is told of as lost. Or -EEXIST, -ENOMEM,
 * -ENODEV when kprobes are switched off.
 */
int tsp_subscribe(struct sock *sk, u32 portid, const struct cpumask *cpus,
		  struct netlink_ext_ack *extack)
{
	struct tsp_listener *listener;
	int err;

	listener = tsp_listener_alloc(sk, portid, cpus);
	if (!listener) {
		NL_SET_ERR_MSG(extack, "no memory for another listener");
		return -ENOMEM;
	}

	mutex_lock(&tsp_listeners_lock);
	err = link_listener(listener, extack);
	if (!err)
		grow_pools(listener);
	mutex_unlock(&tsp_listeners_lock);
	if (err)
		tsp_listener_free(listener);
	return err;
}

static int await_delivery(const struct tsp_listener *listener)
{
	unsigned int cpt;
	int err;

	for (cpt = 0; cpt < tsp_cpts.count; cpt++) {
		struct tsp_queue *queue = &tsp_scheds[cpt].queue;

		if (listener->feed[cpt].interest == TSP_WANTS_NOTHING)
			continue;
		tsp_sched_hurry(queue->served_by);
		err = tsp_queue_await_delivery(queue);
		if (err)
			return err;
	}
	return 0;
}

/**
 * tsp_unsubscribe() - end a listener that asked for it
 * @sk: its socket
 *
 * What exited before the call is delivered to it, or pending in its feeds as lost.
 *
 * Return: the listener, out of all lists and seen by nobody, to be freed by the caller. -ENOENT if
 * the socket does not listen. -ERESTARTSYS when the caller was killed: it waits for nobody, and
 * reads nothing any more.
 */
struct tsp_listener *tsp_unsubscribe(const struct sock *sk)
{
	struct tsp_listener *listener;
	int err;

	mutex_lock(&tsp_listeners_lock);
	listener = find_by_socket(sk);
	if (listener && listener->leaving)
		listener = NULL;
	if (listener)
		listener->leaving = true;
	mutex_unlock(&tsp_listeners_lock);
	if (!listener)
		return ERR_PTR(-ENOENT);

	/* It stays: its socket is open while this request runs, and nobody else removes it. */
	err = await_delivery(listener);

	mutex_lock(&tsp_listeners_lock);
	unlink_listener(listener);
	mutex_unlock(&tsp_listeners_lock);
	if (err) {
		tsp_listener_free_later(listener);
		return ERR_PTR(err);
	}
	synchronize_srcu(&tsp_listeners_srcu);
	return listener;
}

/**
 * tsp_subscriber_closed() - forget the listener whose socket was closed
 * @net: of the socket
 * @portid: of the socket
 *
 * Another socket may have the same portid by now, and listen: it isn't dead.
 */
void tsp_subscriber_closed(const struct net *net, u32 portid)
{
	struct tsp_listener *listener, *next;

	if (list_empty(&tsp_listeners))
		return;

	mutex_lock(&tsp_listeners_lock);
	list_for_each_entry_safe(listener, next, &tsp_listeners, node) {
		if (listener->portid != portid || sock_net(listener->sk) != net ||
		    !sock_flag(listener->sk, SOCK_DEAD))
			continue;
		unlink_listener(listener);
		tsp_listener_free_later(listener);
	}
	mutex_unlock(&tsp_listeners_lock);
}

static void send_away(struct tsp_listener *listener)
{
	struct sk_buff *skb = tsp_netlink_alloc_farewell(listener);

	/* Into the room kept for it. */
	if (skb && sock_queue_rcv_skb(listener->sk, skb))
		kfree_skb(skb);
	WRITE_ONCE(listener->sk->sk_err, ESHUTDOWN);
	sk_error_report(listener->sk);
}

/**
 * tsp_subscribe_exit() - end all listeners: their sockets get ESHUTDOWN
 *
 * The threads are gone, and so is the hook.
 */
void tsp_subscribe_exit(void)
{
	struct tsp_listener *listener, *next;

	mutex_lock(&tsp_listeners_lock);
	list_for_each_entry_safe(listener, next, &tsp_listeners, node) {
		tsp_listener_unlink(listener);
		send_away(listener);
		tsp_listener_free_later(listener);
	}
	mutex_unlock(&tsp_listeners_lock);
	srcu_barrier(&tsp_listeners_srcu);
}
