/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * tspool - task exit records, delivered per CPU partition (CPT).
 *
 * Generic netlink family "TSPOOL", version 1, no user header. Commands 1 to 15 are left to the
 * dialect of the kernel's taskstats. Every command requires CAP_NET_ADMIN in the initial user
 * namespace. A refusal carries an extended ack: a sentence, and where it applies the offset of the
 * attribute at fault. Lists ("1-3,5") are NUL-terminated strings. All numbers are in the byte order
 * of the machine.
 *
 * TSPOOL_CMD_SUBSCRIBE       do; the requesting socket becomes a listener
 *     TSPOOL_A_CPTS          string: the CPTs wanted, as a list; or
 *     TSPOOL_A_CPUS          string: the CPUs wanted, as a list; neither: all; both: EINVAL
 *     A socket that listens already gets EEXIST. A listener ends with its socket. Events may come
 *     before the ack.
 * TSPOOL_CMD_UNSUBSCRIBE     do; ENOENT where the socket does not listen
 *   reply: TSPOOL_A_FRAMES   LOST frames for which there was no room until now, one attribute a
 *                            CPT; left out if none
 *     The reply comes when all that exited before the request is delivered, or told of as lost.
 * TSPOOL_CMD_RECORD_GET      do; what a live task has used so far. ESRCH: no such task
 *     TSPOOL_A_PID           u32: one thread, answered by a TASK frame; or
 *     TSPOOL_A_TGID          u32: its whole group, answered by a PROCESS frame
 *   reply: TSPOOL_A_FRAMES   one frame; no sequence number, exit time or exit code is present
 * TSPOOL_CMD_EVENT           kernel to listener: a batch of records
 *     TSPOOL_A_FRAMES        frames of one CPT, in the order of their sequence numbers; may come
 *                            several times
 * TSPOOL_CMD_CPT_GET         dump; one message a CPT: TSPOOL_CPT_A_*
 * TSPOOL_CMD_SCHED_GET       dump; one message a scheduler block: TSPOOL_SCHED_A_*
 * TSPOOL_CMD_LISTENER_GET    dump; one message a listener: TSPOOL_LISTENER_A_*
 * TSPOOL_CMD_STATS_GET       do; the totals: TSPOOL_STATS_A_*
 *
 * Frames: each starts with struct tspool_frame, is as long as its size says and is a multiple of 8
 * bytes. A frame grows only at its end: a reader goes by the size given, takes what it knows and
 * passes over the rest; fields beyond a shorter frame's end are absent. Unknown types are passed
 * over.
 *
 * Exits are captured on the CPUs that somebody listens to. Each TASK and PROCESS record captured
 * takes the next sequence number of its CPT, and so does each that had to be dropped. A listener of
 * whole CPTs therefore sees every number from its first one on exactly once: in a record, or inside
 * the range of a LOST frame. A listener of single CPUs sees gaps where other CPUs of the CPT had
 * exits; the count of a LOST frame is always that of its own records.
 *
 * When the module is unloaded, what was captured is still delivered; then the sockets of all
 * listeners get the error ESHUTDOWN, once, which recv(2) gives before what is queued.
 */
#ifndef _UAPI_LINUX_TSPOOL_H
#define _UAPI_LINUX_TSPOOL_H

#include <linux/types.h>

#define TSPOOL_GENL_NAME	"TSPOOL"
#define TSPOOL_GENL_VERSION	1

enum tspool_cmd {
	TSPOOL_CMD_UNSPEC = 0,
	TSPOOL_CMD_SUBSCRIBE = 16,
	TSPOOL_CMD_UNSUBSCRIBE,
	TSPOOL_CMD_RECORD_GET,
	TSPOOL_CMD_EVENT,
	TSPOOL_CMD_CPT_GET,
	TSPOOL_CMD_SCHED_GET,
	TSPOOL_CMD_LISTENER_GET,
	TSPOOL_CMD_STATS_GET,
	__TSPOOL_CMD_AFTER_LAST,
	TSPOOL_CMD_MAX = __TSPOOL_CMD_AFTER_LAST - 1
};

/* SUBSCRIBE, RECORD_GET and EVENT */
enum tspool_attr {
	TSPOOL_A_UNSPEC,
	TSPOOL_A_CPTS,		/* string */
	TSPOOL_A_CPUS,		/* string */
	TSPOOL_A_PID,		/* u32 */
	TSPOOL_A_TGID,		/* u32 */
	TSPOOL_A_FRAMES,	/* binary */
	__TSPOOL_A_AFTER_LAST,
	TSPOOL_A_MAX = __TSPOOL_A_AFTER_LAST - 1
};

enum tspool_cpt_attr {
	TSPOOL_CPT_A_UNSPEC,
	TSPOOL_CPT_A_ID,	/* u32 */
	TSPOOL_CPT_A_CPUS,	/* string: list of CPUs, online or not */
	TSPOOL_CPT_A_NODES,	/* string: list of memory nodes */
	TSPOOL_CPT_A_WEIGHT,	/* u32: number of CPUs */
	TSPOOL_CPT_A_DISTANCES,	/* binary: u32 per CPT, in the order of their numbers */
	__TSPOOL_CPT_A_AFTER_LAST,
	TSPOOL_CPT_A_MAX = __TSPOOL_CPT_A_AFTER_LAST - 1
};

enum tspool_sched_attr {
	TSPOOL_SCHED_A_UNSPEC,
	TSPOOL_SCHED_A_PAD,
	TSPOOL_SCHED_A_CPT,		/* u32 */
	TSPOOL_SCHED_A_SERVED_BY,	/* u32: the CPT whose threads drain it, mostly itself */
	TSPOOL_SCHED_A_THREADS,		/* u32: running now */
	TSPOOL_SCHED_A_THREADS_MAX,	/* u32 */
	TSPOOL_SCHED_A_LISTENERS,	/* u32: that want at least one CPU of it */
	TSPOOL_SCHED_A_QUEUED,		/* u64: records waiting now */
	TSPOOL_SCHED_A_CAPTURED,	/* u64: records queued so far */
	TSPOOL_SCHED_A_DRAINED,		/* u64: records taken off the queue so far */
	TSPOOL_SCHED_A_WAKEUPS,		/* u64: of its threads */
	TSPOOL_SCHED_A_NOMEM_RETRIES,	/* u64: deliveries put off for lack of memory */
	TSPOOL_SCHED_A_DROPPED,		/* nest: cause -> u64, see enum tspool_cause */
	__TSPOOL_SCHED_A_AFTER_LAST,
	TSPOOL_SCHED_A_MAX = __TSPOOL_SCHED_A_AFTER_LAST - 1
};

enum tspool_listener_attr {
	TSPOOL_LISTENER_A_UNSPEC,
	TSPOOL_LISTENER_A_PAD,
	TSPOOL_LISTENER_A_PORTID,	/* u32: of its socket, in its network namespace */
	TSPOOL_LISTENER_A_NETNS,	/* u32: inode number of that namespace */
	TSPOOL_LISTENER_A_PID,		/* u32: the process that subscribed */
	TSPOOL_LISTENER_A_COMM,		/* string: its name at that time */
	TSPOOL_LISTENER_A_CPUS,		/* string: list of the CPUs it wants */
	TSPOOL_LISTENER_A_DELIVERED,	/* u64: records */
	TSPOOL_LISTENER_A_MESSAGES,	/* u64: netlink messages that brought them */
	TSPOOL_LISTENER_A_DROPPED,	/* nest: cause -> u64, see enum tspool_cause */
	__TSPOOL_LISTENER_A_AFTER_LAST,
	TSPOOL_LISTENER_A_MAX = __TSPOOL_LISTENER_A_AFTER_LAST - 1
};

enum tspool_stats_attr {
	TSPOOL_STATS_A_UNSPEC,
	TSPOOL_STATS_A_PAD,
	TSPOOL_STATS_A_VERSION,		/* string: of the module */
	TSPOOL_STATS_A_HOOK,		/* string: where exits are caught */
	TSPOOL_STATS_A_HOOK_ARMED,	/* u32: 1 while anybody listens; else exits cost nothing */
	TSPOOL_STATS_A_CPTS,		/* u32 */
	TSPOOL_STATS_A_LISTENERS,	/* u32 */
	TSPOOL_STATS_A_SLOTS,		/* u64: preallocated, all CPUs together */
	TSPOOL_STATS_A_SLOT_BYTES,	/* u64: memory of all slots */
	TSPOOL_STATS_A_CAPTURED,	/* u64: the sums over all scheduler blocks */
	TSPOOL_STATS_A_QUEUED,		/* u64 */
	TSPOOL_STATS_A_DRAINED,		/* u64 */
	TSPOOL_STATS_A_WAKEUPS,		/* u64 */
	TSPOOL_STATS_A_NOMEM_RETRIES,	/* u64 */
	TSPOOL_STATS_A_DROPPED,		/* nest: cause -> u64, before any listener is looked at */
	__TSPOOL_STATS_A_AFTER_LAST,
	TSPOOL_STATS_A_MAX = __TSPOOL_STATS_A_AFTER_LAST - 1
};

/* Why records were dropped; the attribute type inside the DROPPED nests. */
enum tspool_cause {
	TSPOOL_CAUSE_UNSPEC,
	TSPOOL_CAUSE_NO_SLOT,		/* exits came faster than the threads drained them */
	TSPOOL_CAUSE_SOCKET_FULL,	/* the listener reads too slowly */
	TSPOOL_CAUSE_NO_MEMORY,		/* still none for the message at module unload */
	TSPOOL_CAUSE_HOOK_MISSED,	/* the kernel did not call the hook */
	__TSPOOL_CAUSE_AFTER_LAST,
	TSPOOL_CAUSE_MAX = __TSPOOL_CAUSE_AFTER_LAST - 1
};

enum tspool_frame_type {
	TSPOOL_FRAME_UNSPEC,
	TSPOOL_FRAME_TASK,	/* struct tspool_record: one thread has exited */
	TSPOOL_FRAME_PROCESS,	/* struct tspool_record: a whole group, at its last thread's exit */
	TSPOOL_FRAME_LOST,	/* struct tspool_lost: records that this listener did not get */
	__TSPOOL_FRAME_AFTER_LAST,
	TSPOOL_FRAME_TYPE_MAX = __TSPOOL_FRAME_AFTER_LAST - 1
};

#define TSPOOL_FRAME_VERSION	1

struct tspool_frame {
	__u16	size;		/* of the whole frame in bytes, a multiple of 8 */
	__u8	type;		/* enum tspool_frame_type */
	__u8	version;	/* TSPOOL_FRAME_VERSION of the writer */
	__u32	cpt;
};

/* The flags field of a record; the same meanings as taskstats' ac_flag, other numbers. */
#define TSPOOL_FLAG_LAST_THREAD	0x01	/* the group died with this thread */
#define TSPOOL_FLAG_NO_EXEC	0x02	/* forked, never called exec */
#define TSPOOL_FLAG_SUPERUSER	0x04	/* used superuser privileges */
#define TSPOOL_FLAG_CORE_DUMP	0x08	/* dumped core */
#define TSPOOL_FLAG_SIGNALED	0x10	/* killed by a signal */
#define TSPOOL_FLAG_KTHREAD	0x20	/* a thread of the kernel */
#define TSPOOL_FLAG_CHILDREN_IO	0x40	/* its I/O counts include those of children waited for */

/*
 * The fields of a record: the one list from which the struct, the numbers of the presence bits and
 * userspace's tables come. NUM(type, name, unit, description) declares a number, TEXT(length, name,
 * description) a string, NUL-terminated where it is shorter than its length. New fields go to
 * the end; types stay naturally aligned. Units: NS nanoseconds, BYTES, COUNT events, ID a name in
 * numbers, STATUS as wait(2) gives it, FLAGS bits.
 */
#define TSPOOL_RECORD_FIELDS(NUM, TEXT) \
	NUM(__u64, seq, ID, "number of the record within its CPT") \
	NUM(__u64, exit_time_ns, NS, "time of the exit, on the boot clock") \
	NUM(__u64, exit_wall_time_ns, NS, "time of the exit, since the epoch") \
	NUM(__u64, start_time_ns, NS, "time of the fork, on the boot clock") \
	NUM(__u64, run_time_ns, NS, "time on a CPU, as the scheduler accounts it") \
	NUM(__u64, user_time_ns, NS, "time in user mode, as the kernel samples it") \
	NUM(__u64, system_time_ns, NS, "time in the kernel, as the kernel samples it") \
	NUM(__u64, run_delay_ns, NS, "time runnable but waiting for a CPU") \
	NUM(__u64, voluntary_switches, COUNT, "context switches it asked for by waiting") \
	NUM(__u64, involuntary_switches, COUNT, "context switches forced on it") \
	NUM(__u64, minor_faults, COUNT, "page faults that needed no I/O") \
	NUM(__u64, major_faults, COUNT, "page faults that needed I/O") \
	NUM(__u64, rchar_bytes, BYTES, "read by system calls") \
	NUM(__u64, wchar_bytes, BYTES, "written by system calls") \
	NUM(__u64, syscr, COUNT, "read system calls") \
	NUM(__u64, syscw, COUNT, "write system calls") \
	NUM(__u64, read_bytes, BYTES, "fetched from storage") \
	NUM(__u64, write_bytes, BYTES, "dirtied for storage") \
	NUM(__u64, cancelled_write_bytes, BYTES, "dirtied, but truncated before written") \
	NUM(__u64, hiwater_rss_bytes, BYTES, "highest resident set of its memory map") \
	NUM(__u64, hiwater_vm_bytes, BYTES, "highest size of its memory map") \
	NUM(__u64, cgroup_id, ID, "of its cgroup in the unified hierarchy") \
	NUM(__u32, cpu, ID, "CPU on which it exited, or ran last") \
	NUM(__u32, pid, ID, "of the thread; of the group's leader in a PROCESS record") \
	NUM(__u32, tgid, ID, "of the process") \
	NUM(__u32, ppid, ID, "of the parent process") \
	NUM(__u32, uid, ID, "real user") \
	NUM(__u32, gid, ID, "real group") \
	NUM(__u32, exit_code, STATUS, "wait status") \
	NUM(__u32, flags, FLAGS, "what it was and how it ended") \
	TEXT(16, comm, "name of the program or thread")

#define __TSPOOL_DECLARE_NUM(type, name, unit, description)	type name;
#define __TSPOOL_DECLARE_TEXT(length, name, description)	char name[length];
#define __TSPOOL_NUMBER_NUM(type, name, unit, description)	TSPOOL_FIELD_##name,
#define __TSPOOL_NUMBER_TEXT(length, name, description)	TSPOOL_FIELD_##name,

/* TSPOOL_FIELD_<name>: the number of a field's presence bit. The list brings its commas. */
/* clang-format off */
enum tspool_field {
	TSPOOL_RECORD_FIELDS(__TSPOOL_NUMBER_NUM, __TSPOOL_NUMBER_TEXT)
	TSPOOL_FIELD_COUNT
};

/* clang-format on */

#define TSPOOL_PRESENT_WORDS	2

/*
 * A TASK or PROCESS frame. A field that the kernel could not tell is absent: bit
 * (number % 64) of present[number / 64] is clear, and the field holds zero.
 */
struct tspool_record {
	struct tspool_frame frame;
	__u64	present[TSPOOL_PRESENT_WORDS];
	TSPOOL_RECORD_FIELDS(__TSPOOL_DECLARE_NUM, __TSPOOL_DECLARE_TEXT)
};

/* A LOST frame's fields, in the same form. */
#define TSPOOL_LOST_FIELDS(NUM) \
	NUM(__u64, count, COUNT, "records of this listener that were dropped") \
	NUM(__u64, first_seq, ID, "sequence number of the first of them") \
	NUM(__u64, last_seq, ID, "sequence number of the last of them") \
	NUM(__u32, cause, ID, "why: enum tspool_cause") \
	NUM(__u32, reserved, FLAGS, "zero")

struct tspool_lost {
	struct tspool_frame frame;
	TSPOOL_LOST_FIELDS(__TSPOOL_DECLARE_NUM)
};

#endif /* _UAPI_LINUX_TSPOOL_H */
