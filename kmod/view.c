// SPDX-License-Identifier: GPL-2.0-only
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "cgroup_ref.h"
#include "pid_refs.h"
#include "view.h"

/* Like each absent field it is zero. */
#define CLEAR(record, field) ((record)->field = 0, set_absent(record, TSPOOL_FIELD_##field))

static bool is_present(const struct tspool_record *record, enum tspool_field field)
{
	return record->present[field / 64] & BIT_ULL(field % 64);
}

static void set_absent(struct tspool_record *record, enum tspool_field field)
{
	record->present[field / 64] &= ~BIT_ULL(field % 64);
}

/* Whether the calling process is elsewhere than in the initial pid namespace. */
bool tsp_view_is_needed(void)
{
	return task_active_pid_ns(current) != &init_pid_ns;
}

/* The view of the calling process, to be put. */
void tsp_view_get(struct tsp_view *view)
{
	view->pid_ns = get_pid_ns(task_active_pid_ns(current));
	view->cgroup = tsp_cgroup_get_root();
}

void tsp_view_put(struct tsp_view *view)
{
	tsp_cgroup_put(view->cgroup);
	put_pid_ns(view->pid_ns);
}

/* Whether a task is seen. @pids: of it; those of which none is held are seen by nobody. */
bool tsp_view_shows(const struct tsp_view *view, const struct tsp_pid_refs *pids)
{
	return pid_nr_ns(pids->thread, view->pid_ns);
}

/* Who is not in the namespace has the number 0 there, such as the parent of its first process. */
static void translate_pids(struct tspool_record *record, const struct tsp_pid_refs *pids,
			   struct pid_namespace *ns)
{
	record->pid = pid_nr_ns(pids->thread, ns);
	record->tgid = pid_nr_ns(pids->process, ns);
	record->ppid = pid_nr_ns(pids->parent, ns);
	record->pgid = pid_nr_ns(pids->group, ns);
	record->sid = pid_nr_ns(pids->session, ns);
}

static u32 user_in(struct user_namespace *ns, u32 uid)
{
	return from_kuid_munged(ns, make_kuid(&init_user_ns, uid));
}

static u32 group_in(struct user_namespace *ns, u32 gid)
{
	return from_kgid_munged(ns, make_kgid(&init_user_ns, gid));
}

static void translate_users(struct tspool_record *record, struct user_namespace *ns)
{
	record->uid = user_in(ns, record->uid);
	record->euid = user_in(ns, record->euid);
	record->gid = group_in(ns, record->gid);
	record->egid = group_in(ns, record->egid);
	/* Logins are counted for the whole machine. */
	CLEAR(record, audit_session);
	if (!is_present(record, TSPOOL_FIELD_login_uid))
		return;
	if (kuid_has_mapping(ns, make_kuid(&init_user_ns, record->login_uid)))
		record->login_uid = user_in(ns, record->login_uid);
	else
		CLEAR(record, login_uid);
}

/**
 * tsp_view_translate() - make what a view shows of a record
 * @view: that shows its task
 * @record: encoded
 * @pids: of the task
 * @cgroup: of the task; NULL: not known
 *
 * What would tell of things outside is left out: where the executable is, and the namespaces that a
 * task may have from there; the cgroup, if it is not below the view's root.
 */
void tsp_view_translate(const struct tsp_view *view, struct tspool_record *record,
			const struct tsp_pid_refs *pids, struct cgroup *cgroup)
{
	translate_pids(record, pids, view->pid_ns);
	translate_users(record, view->pid_ns->user_ns);
	CLEAR(record, exe_dev);
	CLEAR(record, exe_inode);
	CLEAR(record, mnt_ns);
	CLEAR(record, net_ns);
	if (cgroup && tsp_cgroup_is_below(cgroup, view->cgroup))
		record->cgroup_id = tsp_cgroup_id(cgroup);
	else
		CLEAR(record, cgroup_id);
}
