// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who listens to what: the way in, and the three ways out: asked to, socket closed, module
 * unloaded. Relay wants all there is, while it is on.
 */
#include <linux/rculist.h>
#include <linux/workqueue.h>

#include "cgroup_ref.h"
#include "cpt.h"
#include "exit_hook.h"
#include "filter.h"
#include "listener.h"
#include "netlink.h"
#include "pool.h"
#include "sched.h"
#include "scope.h"
#include "send.h"
#include "slot.h"
#include "subscribe.h"

#define QUARTER_IS_SHORT \
	"the quarter of backlog_limit_kbytes for pid namespaces leaves less for another backlog"
#define TOO_MANY_SCOPES \
	"there are as many listeners in pid namespaces as namespace_listeners allows"

static struct tsp_listener *find_by_socket(const struct sock *sk)
{
	struct tsp_listener *listener;

	lockdep_assert_held(&tsp_listeners_lock);
	list_for_each_entry(listener, &tsp_listeners, node)
		if (listener->sk == sk)
			return listener;
	return NULL;
}

static bool is_registered(const struct tsp_listener *listener)
{
	return listener && listener->dialect == TSP_DIALECT_TASKSTATS && !listener->leaving;
}

/* Exits on a CPU that nobody wants are not even captured. */
static void want_cpu(unsigned int cpu, int change)
{
	struct tsp_slot_pool *pool = per_cpu_ptr(&tsp_slot_pools, cpu);

	lockdep_assert_held(&tsp_listeners_lock);
	WRITE_ONCE(pool->wanted, pool->wanted + change);
}

static void want_cpus(const struct tsp_listener *listener, int change)
{
	unsigned int cpu;

	for_each_cpu(cpu, listener->cpus)
		want_cpu(cpu, change);
}

/* Of what a scope wants the scope itself tells the hook. */
static void want_records(const struct tsp_listener *listener, int change)
{
	if (listener->scope)
		return;
	if (tsp_filter_has_cgroup(listener->filter))
		tsp_cgroup_want(change);
	want_cpus(listener, change);
}

/* Relay takes part as if it listened to all CPUs, without being in the list. */
static bool relay_captures;

static bool is_anybody_there(void)
{
	lockdep_assert_held(&tsp_listeners_lock);
	return relay_captures || !list_empty(&tsp_listeners);
}

/* Racy: somebody may be coming or going. The probe itself goes up to a second later. */
bool tsp_exits_are_caught(void)
{
	return READ_ONCE(relay_captures) || !list_empty(&tsp_listeners);
}

static int arm_hook(struct netlink_ext_ack *extack)
{
	int err;

	if (is_anybody_there())
		return 0;
	err = tsp_exit_hook_arm();
	if (err)
		NL_SET_ERR_MSG(extack,
			       "exits can't be probed: are ftrace or kprobes switched off?");
	return err;
}

static void grow_pools(const struct tsp_listener *listener)
{
	unsigned int cpt;

	for (cpt = 0; cpt < tsp_cpts.count; cpt++)
		if (tsp_listener_wants(listener, cpt))
			tsp_pool_grow(cpt);
}

static int link_listener(struct tsp_listener *listener, struct netlink_ext_ack *extack)
{
	int err;

	if (listener->scope && tsp_scopes_are_full()) {
		NL_SET_ERR_MSG(extack, TOO_MANY_SCOPES);
		return -ENOSPC;
	}
	err = arm_hook(extack);
	if (err)
		return err;
	tsp_listener_link(listener);
	want_records(listener, 1);
	grow_pools(listener);
	return 0;
}

static void disarm_unused_hook(struct work_struct *work)
{
	mutex_lock(&tsp_listeners_lock);
	if (!is_anybody_there())
		tsp_exit_hook_disarm();
	mutex_unlock(&tsp_listeners_lock);
}

static DECLARE_DELAYED_WORK(disarm_work, disarm_unused_hook);

/*
 * Not at once. To arm and disarm it the kernel's code is patched on all CPUs, and who disarms it
 * waits for each task of the machine; a socket that closes should not. A listener in a pid
 * namespace may be anybody's: he can have that done once a second, not as fast as he comes and
 * goes.
 */
static void disarm_hook_later(void)
{
	schedule_delayed_work(&disarm_work, HZ);
}

static void unlink_listener(struct tsp_listener *listener)
{
	want_records(listener, -1);
	tsp_listener_unlink(listener);
	if (!is_anybody_there())
		disarm_hook_later();
}

static int refuse_second(struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "this socket listens already: unsubscribe it first");
	return -EEXIST;
}

static void explain(int err, bool scoped, struct netlink_ext_ack *extack)
{
	if (err == -ENOSPC && scoped)
		NL_SET_ERR_MSG(extack, QUARTER_IS_SHORT);
	else if (err == -ENOSPC)
		NL_SET_ERR_MSG(extack, "backlog_limit_kbytes leaves less for another backlog");
	else
		NL_SET_ERR_MSG(extack, "no memory for another listener");
}

/**
 * tsp_subscribe() - make a socket a listener
 * @sk: the requester's
 * @portid: its portid
 * @wish: what it wants, in the native dialect; CPUs not empty. Its filter and scope become the
 *	listener's, or are freed
 * @extack: gets the reason of a refusal
 *
 * Return: 0; every exit from now on reaches the socket or is told of as lost. Or -EEXIST, -ENOMEM,
 * -ENOSPC when its backlog can't be had beside those of the others, or for one listener more in
 * pid namespaces than there may be, -ENODEV when kprobes are switched off.
 */
int tsp_subscribe(struct sock *sk, u32 portid, const struct tsp_listener_wish *wish,
		  struct netlink_ext_ack *extack)
{
	struct tsp_listener *listener;
	int err;

	listener = tsp_listener_alloc(sk, portid, wish);
	if (IS_ERR(listener)) {
		tsp_filter_free(wish->filter);
		tsp_scope_free(wish->scope);
		explain(PTR_ERR(listener), wish->scope, extack);
		return PTR_ERR(listener);
	}

	mutex_lock(&tsp_listeners_lock);
	err = find_by_socket(sk) ? refuse_second(extack) : link_listener(listener, extack);
	mutex_unlock(&tsp_listeners_lock);
	if (err)
		tsp_listener_free(listener);
	return err;
}

/* Its clients can't say how much may wait: where the default is too much, nothing does. */
static struct tsp_listener *alloc_registered(struct sock *sk, u32 portid,
					     const struct cpumask *cpus)
{
	struct tsp_listener_wish wish = {
		.dialect = TSP_DIALECT_TASKSTATS,
		.cpus = cpus,
		.backlog_bytes = tsp_backlog_default(false),
	};
	struct tsp_listener *listener = tsp_listener_alloc(sk, portid, &wish);

	if (PTR_ERR(listener) != -ENOSPC)
		return listener;
	wish.backlog_bytes = 0;
	return tsp_listener_alloc(sk, portid, &wish);
}

/* Under tsp_listeners_lock, while threads deliver to it: the set changes bit by bit. */
static void add_cpus(struct tsp_listener *listener, const struct cpumask *cpus)
{
	unsigned int cpu;

	for_each_cpu(cpu, cpus)
		if (!cpumask_test_and_set_cpu(cpu, listener->cpus))
			want_cpu(cpu, 1);
	tsp_listener_update_interest(listener);
	grow_pools(listener);
}

static void remove_cpus(struct tsp_listener *listener, const struct cpumask *cpus)
{
	unsigned int cpu;

	for_each_cpu(cpu, cpus)
		if (cpumask_test_and_clear_cpu(cpu, listener->cpus))
			want_cpu(cpu, -1);
	tsp_listener_update_interest(listener);
}

/**
 * tsp_register() - have a socket listen to some CPUs in taskstats' dialect
 * @sk: the requester's
 * @portid: its portid
 * @cpus: whose exits it wants, beside those it was registered for before
 * @extack: gets the reason of a refusal
 *
 * Return: 0, or as tsp_subscribe(): -EEXIST where it has subscribed.
 */
int tsp_register(struct sock *sk, u32 portid, const struct cpumask *cpus,
		 struct netlink_ext_ack *extack)
{
	struct tsp_listener *listener, *unused;
	int err = 0;

	if (cpumask_empty(cpus))
		return 0;
	unused = alloc_registered(sk, portid, cpus);
	if (IS_ERR(unused)) {
		explain(PTR_ERR(unused), false, extack);
		return PTR_ERR(unused);
	}

	mutex_lock(&tsp_listeners_lock);
	listener = find_by_socket(sk);
	if (!listener) {
		err = link_listener(unused, extack);
		if (!err)
			unused = NULL;
	} else if (is_registered(listener)) {
		add_cpus(listener, cpus);
	} else {
		err = refuse_second(extack);
	}
	mutex_unlock(&tsp_listeners_lock);
	if (unused)
		tsp_listener_free(unused);
	return err;
}

static int await_delivery(const struct cpumask *cpus)
{
	unsigned int cpt;
	int err;

	for (cpt = 0; cpt < tsp_cpts.count; cpt++) {
		struct tsp_queue *queue = &tsp_scheds[cpt].queue;

		if (!cpumask_intersects(tsp_cpts.cpt[cpt].served, cpus))
			continue;
		tsp_sched_hurry(queue->served_by);
		err = tsp_queue_await_delivery(queue);
		if (err)
			return err;
	}
	return 0;
}

/**
 * tsp_capture_for_relay() - catch the exits on all CPUs, whoever listens
 * @extack: gets the reason of a refusal
 *
 * Return: 0, or -ENODEV when kprobes are switched off.
 */
int tsp_capture_for_relay(struct netlink_ext_ack *extack)
{
	unsigned int cpu, cpt;
	int err;

	mutex_lock(&tsp_listeners_lock);
	err = arm_hook(extack);
	if (err)
		goto unlock;
	WRITE_ONCE(relay_captures, true);
	for_each_possible_cpu(cpu)
		want_cpu(cpu, 1);
	for (cpt = 0; cpt < tsp_cpts.count; cpt++)
		tsp_pool_grow(cpt);
unlock:
	mutex_unlock(&tsp_listeners_lock);
	return err;
}

/**
 * tsp_capture_for_relay_end() - catch them no more for its sake
 *
 * Return: 0 when what exited before the call is delivered; -ERESTARTSYS, and all is as it was, when
 * the caller was killed.
 */
int tsp_capture_for_relay_end(void)
{
	unsigned int cpu;
	int err;

	err = await_delivery(cpu_possible_mask);
	if (err)
		return err;
	mutex_lock(&tsp_listeners_lock);
	WRITE_ONCE(relay_captures, false);
	for_each_possible_cpu(cpu)
		want_cpu(cpu, -1);
	if (!is_anybody_there())
		disarm_hook_later();
	mutex_unlock(&tsp_listeners_lock);
	return 0;
}

/**
 * tsp_deregister() - have a socket listen to some CPUs no more
 * @sk: its socket; may as well listen to none of them, or not at all
 * @cpus: whose exits it does not want any more
 *
 * What exited there before the call is delivered to it, or waits for room in its socket; nothing
 * that exits later is.
 *
 * Return: 0, or -ERESTARTSYS when the caller was killed.
 */
int tsp_deregister(const struct sock *sk, const struct cpumask *cpus)
{
	struct tsp_listener *listener, *ended = NULL;
	bool registered;
	int err;

	mutex_lock(&tsp_listeners_lock);
	registered = is_registered(find_by_socket(sk));
	mutex_unlock(&tsp_listeners_lock);
	if (!registered)
		return 0;

	/* Meanwhile another thread may end it by the same socket. */
	err = await_delivery(cpus);

	mutex_lock(&tsp_listeners_lock);
	listener = find_by_socket(sk);
	if (is_registered(listener)) {
		remove_cpus(listener, cpus);
		if (cpumask_empty(listener->cpus)) {
			unlink_listener(listener);
			ended = listener;
		}
	}
	mutex_unlock(&tsp_listeners_lock);
	if (err) {
		if (ended)
			tsp_listener_free_later(ended);
		return err;
	}
	synchronize_srcu(&tsp_listeners_srcu);
	if (ended) {
		tsp_send_rest(ended);
		/* It gets no reply that would wake its reader. */
		tsp_listener_announce(ended);
		tsp_listener_free(ended);
	}
	return 0;
}

/**
 * tsp_unsubscribe() - end a listener that asked for it
 * @sk: its socket
 * @extack: gets the reason of a refusal
 *
 * What exited before the call is delivered to it, or pending in its feeds as lost.
 *
 * Return: the listener, out of all lists and seen by nobody, to be freed by the caller. -ENOENT if
 * the socket does not listen. -ERESTARTSYS when the caller was killed: it waits for nobody, and
 * reads nothing any more.
 */
struct tsp_listener *tsp_unsubscribe(const struct sock *sk, struct netlink_ext_ack *extack)
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
	if (!listener) {
		NL_SET_ERR_MSG(extack, "this socket does not listen");
		return ERR_PTR(-ENOENT);
	}

	/* It stays: its socket is open while this request runs, and nobody else removes it. */
	err = await_delivery(listener->cpus);

	mutex_lock(&tsp_listeners_lock);
	unlink_listener(listener);
	mutex_unlock(&tsp_listeners_lock);
	if (err) {
		tsp_listener_free_later(listener);
		return ERR_PTR(err);
	}
	synchronize_srcu(&tsp_listeners_srcu);
	tsp_send_rest(listener);
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
	struct sk_buff *skb;

	tsp_send_rest(listener);
	skb = tsp_netlink_alloc_farewell(listener);
	if (skb)
		tsp_listener_force(listener, skb);
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
	cancel_delayed_work_sync(&disarm_work);
	srcu_barrier(&tsp_listeners_srcu);
	/* Their scopes are freed after that. */
	rcu_barrier();
}
