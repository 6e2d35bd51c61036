// SPDX-License-Identifier: GPL-2.0-only
#include <linux/overflow.h>
#include <linux/percpu.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "cpt.h"
#include "listener.h"
#include "params.h"
#include "scope.h"

/* Changed under tsp_listeners_lock, read by the hook. */
LIST_HEAD(tsp_scopes);
static int scope_count;

/**
 * tsp_scope_alloc() - make the scope of a listener in the calling process's pid namespace
 * @cpus: that the listener wants
 *
 * Return: the scope, to be freed; NULL without memory.
 */
struct tsp_scope *tsp_scope_alloc(const struct cpumask *cpus)
{
	struct tsp_scope *scope;
	unsigned int cpu;

	scope = kzalloc(struct_size(scope, next_seq, tsp_cpts.count), GFP_KERNEL);
	if (!scope)
		return NULL;
	scope->cpu = alloc_percpu(struct tsp_scope_cpu);
	if (!scope->cpu) {
		kfree(scope);
		return NULL;
	}
	for_each_cpu(cpu, cpus)
		per_cpu_ptr(scope->cpu, cpu)->wanted = true;
	scope->subscriber = get_pid(task_tgid(current));
	tsp_view_get(&scope->view);
	return scope;
}

static void free_after_hooks(struct rcu_head *rcu)
{
	struct tsp_scope *scope = container_of(rcu, struct tsp_scope, rcu);

	tsp_view_put(&scope->view);
	put_pid(scope->subscriber);
	free_percpu(scope->cpu);
	kfree(scope);
}

/* @scope: in no list; a hook may still be looking at it. NULL: nothing. */
void tsp_scope_free(struct tsp_scope *scope)
{
	if (scope)
		call_rcu(&scope->rcu, free_after_hooks);
}

void tsp_scope_link(struct tsp_scope *scope)
{
	lockdep_assert_held(&tsp_listeners_lock);
	scope_count++;
	list_add_tail_rcu(&scope->node, &tsp_scopes);
}

void tsp_scope_unlink(struct tsp_scope *scope)
{
	lockdep_assert_held(&tsp_listeners_lock);
	scope_count--;
	list_del_rcu(&scope->node);
}

/* Whether there may be no more of them. */
bool tsp_scopes_are_full(void)
{
	lockdep_assert_held(&tsp_listeners_lock);
	return scope_count >= tsp_params.namespace_listeners;
}

/* Of the calling CPU, preemption off. */
static bool wants(const struct tsp_scope *scope, struct pid *pid)
{
	return this_cpu_ptr(scope->cpu)->wanted && pid_nr_ns(pid, scope->view.pid_ns);
}

/* For tsp_scopes_want(): the task is in a namespace, and somebody listens in some. */
bool tsp_scopes_have(struct pid *pid)
{
	struct tsp_scope *scope;
	bool wanted = false;

	rcu_read_lock();
	list_for_each_entry_rcu(scope, &tsp_scopes, node) {
		wanted = wants(scope, pid);
		if (wanted)
			break;
	}
	rcu_read_unlock();
	return wanted;
}

/**
 * tsp_scopes_lose() - count records that find no slot, for all who listen to the task
 * @task: current, preemption off
 * @count: of records
 *
 * Before the CPU counts them: who sees that count sees these.
 */
void tsp_scopes_lose(struct task_struct *task, unsigned int count)
{
	struct pid *pid = task_pid(task);
	struct tsp_scope *scope;

	if (!tsp_scopes_may_have(pid))
		return;
	rcu_read_lock();
	list_for_each_entry_rcu(scope, &tsp_scopes, node) {
		struct tsp_scope_cpu *own = this_cpu_ptr(scope->cpu);

		if (wants(scope, pid))
			WRITE_ONCE(own->dropped, own->dropped + count);
	}
	rcu_read_unlock();
	smp_wmb(); /* pairs with tsp_scope_take_losses() */
}

/**
 * tsp_scope_take_losses() - how many records found no slot since this was asked last
 * @scope: of a listener to whose CPT the CPU belongs
 * @cpu: whose own count of such records has grown
 */
u64 tsp_scope_take_losses(struct tsp_scope *scope, unsigned int cpu)
{
	struct tsp_scope_cpu *share = per_cpu_ptr(scope->cpu, cpu);
	u64 count;

	smp_rmb(); /* the CPU's count was read before; pairs with tsp_scopes_lose() */
	count = READ_ONCE(share->dropped) - share->told;
	share->told += count;
	return count;
}

/* Give out sequence numbers. Return: the first of them. */
u64 tsp_scope_number(struct tsp_scope *scope, unsigned int cpt, u64 count)
{
	u64 first = scope->next_seq[cpt];

	scope->next_seq[cpt] += count;
	return first;
}

/* Whether its namespace is the viewer's, or below it. */
bool tsp_scope_is_seen_from(const struct tsp_scope *scope, const struct pid_namespace *viewer)
{
	const struct pid_namespace *ns = scope->view.pid_ns;

	while (ns->level > viewer->level)
		ns = ns->parent;
	return ns == viewer;
}
