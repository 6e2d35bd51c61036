// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the raw counters to the frames of the wire contract. Pure: it looks at nothing but its
 * arguments.
 */
#include <linux/build_bug.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "encode.h"

/* One bit a field must fit, and no padding may leak what the buffer held before. */
static_assert(TSPOOL_FIELD_COUNT <= 64 * TSPOOL_PRESENT_WORDS);
static_assert(sizeof(struct tspool_record) % 8 == 0);
static_assert(sizeof(struct tspool_lost) % 8 == 0);
static_assert(offsetofend(struct tspool_record, comm) == sizeof(struct tspool_record));

#define MARK(record, field) \
	((record)->present[TSPOOL_FIELD_##field / 64] |= BIT_ULL(TSPOOL_FIELD_##field % 64))
#define SET(record, field, value) ((record)->field = (value), MARK(record, field))

static void encode_usage(struct tspool_record *record, const struct tsp_usage *usage)
{
	SET(record, run_time_ns, usage->run_time);
	SET(record, user_time_ns, usage->user_time);
	SET(record, system_time_ns, usage->system_time);
#ifdef CONFIG_SCHED_INFO
	SET(record, run_delay_ns, usage->run_delay);
#endif
	SET(record, voluntary_switches, usage->voluntary_switches);
	SET(record, involuntary_switches, usage->involuntary_switches);
	SET(record, minor_faults, usage->minor_faults);
	SET(record, major_faults, usage->major_faults);
}

static void encode_io(struct tspool_record *record, const struct task_io_accounting *io)
{
#ifdef CONFIG_TASK_XACCT
	SET(record, rchar_bytes, io->rchar);
	SET(record, wchar_bytes, io->wchar);
	SET(record, syscr, io->syscr);
	SET(record, syscw, io->syscw);
#endif
#ifdef CONFIG_TASK_IO_ACCOUNTING
	SET(record, read_bytes, io->read_bytes);
	SET(record, write_bytes, io->write_bytes);
	SET(record, cancelled_write_bytes, io->cancelled_write_bytes);
#endif
}

static void encode_exit(struct tspool_record *record, const struct tsp_capture *cap,
			u64 boot_to_wall)
{
	if (!cap->exit_time)
		return;
	SET(record, exit_time_ns, cap->exit_time);
	SET(record, exit_wall_time_ns, cap->exit_time + boot_to_wall);
	SET(record, exit_code, cap->exit_code);
}

static void encode_memory(struct tspool_record *record, const struct tsp_capture *cap)
{
	if (!cap->has_mm)
		return;
	SET(record, hiwater_rss_bytes, cap->hiwater_rss << PAGE_SHIFT);
	SET(record, hiwater_vm_bytes, cap->hiwater_vm << PAGE_SHIFT);
}

/*
 * PF_SIGNALED is also set on threads that only follow their group's exit, so a group's own status
 * tells whether a signal ended it.
 */
static u32 encode_flags(const struct tsp_capture *cap)
{
	bool group = cap->type == TSPOOL_FRAME_PROCESS;
	u32 flags = 0;

	if (cap->last_thread)
		flags |= TSPOOL_FLAG_LAST_THREAD;
	if (cap->task_flags & PF_FORKNOEXEC)
		flags |= TSPOOL_FLAG_NO_EXEC;
	if (cap->task_flags & PF_SUPERPRIV)
		flags |= TSPOOL_FLAG_SUPERUSER;
	if (group ? cap->exit_code & 0x80 : cap->task_flags & PF_DUMPCORE)
		flags |= TSPOOL_FLAG_CORE_DUMP;
	if (group ? cap->exit_code & 0x7f : cap->task_flags & PF_SIGNALED)
		flags |= TSPOOL_FLAG_SIGNALED;
	if (cap->task_flags & PF_KTHREAD)
		flags |= TSPOOL_FLAG_KTHREAD;
	if (cap->usage.io_of_children)
		flags |= TSPOOL_FLAG_CHILDREN_IO;
	return flags;
}

static void encode_identity(struct tspool_record *record, const struct tsp_capture *cap)
{
	SET(record, start_time_ns, cap->start_time);
	SET(record, cpu, cap->cpu);
	SET(record, pid, cap->pid);
	SET(record, tgid, cap->tgid);
	SET(record, ppid, cap->ppid);
	SET(record, uid, from_kuid_munged(&init_user_ns, cap->uid));
	SET(record, gid, from_kgid_munged(&init_user_ns, cap->gid));
	SET(record, flags, encode_flags(cap));
#ifdef CONFIG_CGROUPS
	SET(record, cgroup_id, cap->cgroup_id);
#endif
	BUILD_BUG_ON(sizeof(record->comm) < sizeof(cap->comm));
	strscpy_pad(record->comm, cap->comm, sizeof(record->comm));
	MARK(record, comm);
}

/**
 * tsp_encode_record() - make a TASK or PROCESS frame
 * @record: written whole
 * @cap: the raw counters, finished
 * @context: what all records of a batch have in common
 */
void tsp_encode_record(struct tspool_record *record, const struct tsp_capture *cap,
		       const struct tsp_encode_context *context)
{
	memset(record, 0, sizeof(*record));
	record->frame.size = sizeof(*record);
	record->frame.type = cap->type;
	record->frame.version = TSPOOL_FRAME_VERSION;
	record->frame.cpt = context->cpt;
	encode_identity(record, cap);
	encode_exit(record, cap, context->boot_to_wall);
	encode_usage(record, &cap->usage);
	encode_io(record, &cap->usage.io);
	encode_memory(record, cap);
}

/* Only records that went through a queue have a sequence number. */
void tsp_encode_seq(struct tspool_record *record, u64 seq)
{
	SET(record, seq, seq);
}

/**
 * tsp_encode_lost() - make a LOST frame
 * @lost: written whole
 * @cpt: of the records
 * @cause: enum tspool_cause
 * @count: how many of the listener's records were dropped
 * @first_seq: sequence number of the first of them
 * @last_seq: sequence number of the last of them
 */
void tsp_encode_lost(struct tspool_lost *lost, u32 cpt, u32 cause, u64 count, u64 first_seq,
		     u64 last_seq)
{
	*lost = (struct tspool_lost){
		.frame = {
			.size = sizeof(*lost),
			.type = TSPOOL_FRAME_LOST,
			.version = TSPOOL_FRAME_VERSION,
			.cpt = cpt,
		},
		.count = count,
		.first_seq = first_seq,
		.last_seq = last_seq,
		.cause = cause,
	};
}
