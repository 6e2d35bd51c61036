// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the raw counters to the frames of the wire contract. Pure: it looks at nothing but its
 * arguments.
 */
#include <linux/audit.h>
#include <linux/build_bug.h>
#include <linux/kdev_t.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/topology.h>
#include <linux/uidgid.h>

#include <asm/word-at-a-time.h>

#include "encode.h"

/* One bit a field must fit, and no padding may leak what the buffer held before. */
static_assert(TSPOOL_FIELD_COUNT <= 64 * TSPOOL_PRESENT_WORDS);
static_assert(sizeof(struct tspool_record) % 8 == 0);
static_assert(sizeof(struct tspool_lost) % 8 == 0);
static_assert(TSP_RECORD_BYTES % 8 == 0);

/*
 * Each field is written once, zero where it is absent, and which are present is gathered in
 * registers: so all of it comes out as straight stores and constant masks. Neighbours that stand in
 * the same order in struct tsp_capture go two at a time, if nothing is decided between them.
 */
struct presence {
	u64	word[TSPOOL_PRESENT_WORDS];
};

#define MARK(field) (present->word[TSPOOL_FIELD_##field / 64] |= BIT_ULL(TSPOOL_FIELD_##field % 64))
#define MARK_IF(known, field)	((known) ? (void)MARK(field) : (void)0)
#define PUT_IF(known, field, value) \
	((known) ? (void)(record->field = (value), MARK(field)) : (void)(record->field = 0))
#define PUT(field, value)	PUT_IF(true, field, value)
#define PUT_NOTHING(field)	PUT_IF(false, field, 0)

static __always_inline void encode_counters(struct tspool_record *record, struct presence *present,
					    const struct tsp_counters *counters)
{
	PUT(run_time_ns, counters->run_time);
	PUT(user_time_ns, counters->user_time);
	PUT(system_time_ns, counters->system_time);
	PUT(voluntary_switches, counters->voluntary_switches);
	PUT(involuntary_switches, counters->involuntary_switches);
	PUT(minor_faults, counters->minor_faults);
	PUT(major_faults, counters->major_faults);
}

#define PUT_DELAY(known, name, delay) \
	(PUT_IF(known, name##_delay_ns, (delay).time), PUT_IF(known, name##_count, (delay).count))
#define PUT_KIND(name)		PUT_DELAY(true, name, waits->delay[TSP_DELAY_##name])
#define PUT_NO_KIND(name)	(PUT_NOTHING(name##_delay_ns), PUT_NOTHING(name##_count))

static __always_inline void encode_waits(struct tspool_record *record, struct presence *present,
					 const struct tsp_waits *waits)
{
	PUT_DELAY(waits->known, run, waits->run);
	if (waits->delays_known)
		TSP_EACH_DELAY(PUT_KIND);
	else
		TSP_EACH_DELAY(PUT_NO_KIND);
#if TASKSTATS_VERSION < 14
	PUT_NO_KIND(irq);
#endif
}

static __always_inline void encode_io(struct tspool_record *record, struct presence *present,
				      const struct task_io_accounting *io)
{
#ifdef CONFIG_TASK_XACCT
	PUT(rchar_bytes, io->rchar);
	PUT(wchar_bytes, io->wchar);
	PUT(syscr, io->syscr);
	PUT(syscw, io->syscw);
#else
	PUT_NOTHING(rchar_bytes);
	PUT_NOTHING(wchar_bytes);
	PUT_NOTHING(syscr);
	PUT_NOTHING(syscw);
#endif
#ifdef CONFIG_TASK_IO_ACCOUNTING
	PUT(read_bytes, io->read_bytes);
	PUT(write_bytes, io->write_bytes);
	PUT(cancelled_write_bytes, io->cancelled_write_bytes);
#else
	PUT_NOTHING(read_bytes);
	PUT_NOTHING(write_bytes);
	PUT_NOTHING(cancelled_write_bytes);
#endif
}

/* From pages times nanoseconds / 1024, as __acct_update_integrals() adds them up. */
static u64 mb_us(u64 integral)
{
	return div_u64(integral * PAGE_SIZE, 1000 * 1024);
}

static __always_inline void encode_usage(struct tspool_record *record, struct presence *present,
					 const struct tsp_usage *usage)
{
	bool known = usage->integrals.known;

	encode_counters(record, present, &usage->counters);
	encode_io(record, present, &usage->counters.io);
	encode_waits(record, present, &usage->waits);
	PUT_IF(known, rss_mb_us, mb_us(usage->integrals.rss));
	PUT_IF(known, vm_mb_us, mb_us(usage->integrals.vm));
}

static __always_inline void encode_time(struct tspool_record *record, struct presence *present,
					const struct tsp_capture *cap, u64 boot_to_wall)
{
	PUT(start_time_ns, cap->start_boot_time);
	PUT(start_wall_time_ns, cap->start_boot_time + boot_to_wall);
	PUT(elapsed_ns, cap->time - cap->start_time);
	PUT(group_elapsed_ns, cap->time - cap->group_start_time);
	if (cap->exited) {
		PUT(exit_time_ns, cap->boot_time);
		PUT(exit_wall_time_ns, cap->boot_time + boot_to_wall);
		PUT(exit_code, cap->exit_code);
	} else {
		PUT_NOTHING(exit_time_ns);
		PUT_NOTHING(exit_wall_time_ns);
		PUT_NOTHING(exit_code);
	}
}

/* What the process executed before counts in getrusage(2), too. The device is as for stat(2). */
static __always_inline void encode_memory(struct tspool_record *record, struct presence *present,
					  const struct tsp_memory *memory, u64 max_rss)
{
	bool has_mm = memory->has_mm;

	PUT_IF(has_mm, hiwater_rss_bytes, memory->hiwater_rss << PAGE_SHIFT);
	PUT_IF(has_mm, hiwater_vm_bytes, memory->hiwater_vm << PAGE_SHIFT);
	PUT_IF(has_mm || max_rss, max_rss_bytes, max(memory->hiwater_rss, max_rss) << PAGE_SHIFT);
	PUT_IF(memory->has_exe, exe_dev, new_encode_dev(memory->exe_dev));
	PUT_IF(memory->has_exe, exe_inode, memory->exe_inode);
}

/*
 * Who it is, in one run of stores before anything is decided. The initial user namespace calls each
 * user and group by the kernel's own number.
 */
static __always_inline void encode_identity(struct tspool_record *record, struct presence *present,
					    const struct tsp_capture *cap)
{
	const struct tsp_credentials *cred = &cap->cred;
	const struct tsp_namespaces *ns = &cap->ns;

	PUT(pid, cap->pid);
	PUT(tgid, cap->tgid);
	PUT(ppid, cap->ppid);
	PUT(pgid, cap->pgid);
	PUT(sid, cap->sid);
	PUT(ns_pid, cap->ns_pid);
	PUT(ns_tgid, cap->ns_tgid);
	record->pid_ns = ns->pid;
	record->mnt_ns = ns->mnt;
	record->net_ns = ns->net;
	PUT(uid, __kuid_val(cred->uid));
	PUT(euid, __kuid_val(cred->euid));
	PUT(gid, __kgid_val(cred->gid));
	PUT(egid, __kgid_val(cred->egid));
	/* Those that are not known are zero already. */
	MARK_IF(ns->pid, pid_ns);
	MARK_IF(ns->mnt, mnt_ns);
	MARK_IF(ns->net, net_ns);
	PUT_IF(uid_valid(cred->login_uid), login_uid, __kuid_val(cred->login_uid));
	PUT_IF(cred->audit_session != AUDIT_SID_UNSET, audit_session, cred->audit_session);
	PUT_IF(IS_ENABLED(CONFIG_CGROUPS), cgroup_id, cap->cgroup_id);
}

/* Of a task, by its PF_*. */
static __always_inline u32 encode_task_flags(u32 task_flags)
{
	u32 flags = 0;

	if (task_flags & PF_SUPERPRIV)
		flags |= TSPOOL_FLAG_SUPERUSER;
	if (task_flags & PF_KTHREAD)
		flags |= TSPOOL_FLAG_KTHREAD;
	if (task_flags & PF_DUMPCORE)
		flags |= TSPOOL_FLAG_CORE_DUMP;
	if (task_flags & PF_SIGNALED)
		flags |= TSPOOL_FLAG_SIGNALED;
	return flags;
}

/*
 * PF_SIGNALED is also set on threads that only follow their group's exit, so a group's own status
 * tells whether a signal ended it.
 */
static __always_inline u32 encode_group_flags(u32 task_flags, int exit_code)
{
	u32 flags = encode_task_flags(task_flags & ~(PF_DUMPCORE | PF_SIGNALED));

	if (exit_code & 0x80)
		flags |= TSPOOL_FLAG_CORE_DUMP;
	if (exit_code & 0x7f)
		flags |= TSPOOL_FLAG_SIGNALED;
	return flags;
}

static __always_inline u32 encode_flags(const struct tsp_capture *cap)
{
	const u32 rare = PF_SUPERPRIV | PF_KTHREAD | PF_DUMPCORE | PF_SIGNALED;
	u32 flags = cap->last_thread * TSPOOL_FLAG_LAST_THREAD |
		    cap->threaded * TSPOOL_FLAG_THREADED |
		    cap->usage.counters.io_of_children * TSPOOL_FLAG_CHILDREN_IO;

	/* The others have it from their creation on, whatever the process executed. */
	if (cap->task_flags & PF_FORKNOEXEC && cap->pid == cap->tgid)
		flags |= TSPOOL_FLAG_NO_EXEC;
	if (cap->type == TSPOOL_FRAME_PROCESS)
		flags |= encode_group_flags(cap->task_flags, cap->exit_code);
	else if (cap->task_flags & rare)
		flags |= encode_task_flags(cap->task_flags);
	return flags;
}

/* Copies a word of a text up to its end, and zero behind it. Returns whether that is in it. */
static __always_inline bool encode_word(char *to, const char *from)
{
	const struct word_at_a_time constants = WORD_AT_A_TIME_CONSTANTS;
	unsigned long word, end;
	bool ends;

	memcpy(&word, from, sizeof(word));
	ends = has_zero(word, &end, &constants);
	if (ends) {
		end = prep_zero_mask(word, end, &constants);
		word &= zero_bytemask(create_zero_mask(end));
	}
	memcpy(to, &word, sizeof(word));
	return ends;
}

/* Up to its end and zero behind it, a word at a time. */
static __always_inline void encode_comm(char *to, const char *comm)
{
	const size_t step = sizeof(unsigned long);
	size_t at;

	BUILD_BUG_ON(TASK_COMM_LEN % sizeof(unsigned long));
	BUILD_BUG_ON(sizeof_field(struct tspool_record, comm) != TASK_COMM_LEN);
	for (at = 0; at < TASK_COMM_LEN; at += step)
		if (encode_word(to + at, comm + at))
			break;
	for (at += step; at < TASK_COMM_LEN; at += step)
		memset(to + at, 0, step);
	/* Another thread was renaming it. */
	to[TASK_COMM_LEN - 1] = 0;
}

static __always_inline void encode_state(struct tspool_record *record, struct presence *present,
					 const struct tsp_capture *cap)
{
	PUT(policy, cap->policy);
	record->threads_ever = cap->threads_ever;
	PUT(threads, cap->threads);
	PUT(nice, cap->nice);
	PUT(oom_score_adj, cap->oom_score_adj);
	MARK_IF(cap->threads_ever, threads_ever);
	MARK(comm);
	encode_comm(record->comm, cap->comm);
	PUT(cpu, cap->cpu);
	PUT(node, cpu_to_node(cap->cpu));
	PUT(flags, encode_flags(cap));
}

/**
 * tsp_encode_record() - make a TASK or PROCESS frame
 * @record: TSP_RECORD_BYTES of it are written
 * @cap: the raw counters, finished
 * @seq: its sequence number, or TSP_NO_SEQ
 * @context: what all records of a batch have in common
 */
void tsp_encode_record(struct tspool_record *restrict record,
		       const struct tsp_capture *restrict cap, u64 seq,
		       const struct tsp_encode_context *context)
{
	struct presence gathered = {};
	struct presence *present = &gathered;
	unsigned int i;

	record->frame = (struct tspool_frame){
		.size = TSP_RECORD_BYTES,
		.type = cap->type,
		.version = TSPOOL_FRAME_VERSION,
		.cpt = context->cpt,
	};
	PUT_IF(seq != TSP_NO_SEQ, seq, seq);
	encode_time(record, present, cap, context->boot_to_wall);
	encode_identity(record, present, cap);
	encode_state(record, present, cap);
	encode_usage(record, present, &cap->usage);
	encode_memory(record, present, &cap->memory, cap->max_rss);
	for (i = 0; i < TSPOOL_PRESENT_WORDS; i++)
		record->present[i] = gathered.word[i];
}

/**
 * tsp_encode_lost() - make a LOST frame
 * @lost: written whole
 * @cause: enum tspool_cause
 * @range: which of the listener's records were dropped
 * @context: what all frames of a message have in common
 */
void tsp_encode_lost(struct tspool_lost *lost, u32 cause, const struct tsp_loss_range *range,
		     const struct tsp_encode_context *context)
{
	*lost = (struct tspool_lost){
		.frame = {
			.size = sizeof(*lost),
			.type = TSPOOL_FRAME_LOST,
			.version = TSPOOL_FRAME_VERSION,
			.cpt = context->cpt,
		},
		.count = range->count,
		.first_seq = range->first_seq,
		.last_seq = range->last_seq,
		.time_ns = range->time,
		.wall_time_ns = range->time + context->boot_to_wall,
		.cause = cause,
	};
}
