/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * tspool - task exit records, delivered per CPU partition (CPT).
 *
 * Generic netlink family "TSPOOL", or what the module parameter family= says; version 1, no user
 * header. Commands 1 to 15 are left to the dialect of the kernel's taskstats. Every command
 * requires CAP_NET_ADMIN: in the initial user namespace, or, of a requester in another pid
 * namespace than the initial one, in the user namespace that this belongs to (see below). A
 * refusal carries an extended ack: a sentence (but for command 1 not always), and where it applies
 * the offset of the attribute at fault. Lists ("1-3,5") are NUL-terminated strings. All numbers are
 * in the byte order of the machine.
 *
 * TASKSTATS_CMD_GET          do; as linux/taskstats.h and the running kernel have it: the same
 *                            attributes, struct and version, messages, errors and permissions
 *     TASKSTATS_CMD_ATTR_REGISTER_CPUMASK, _DEREGISTER_CPUMASK
 *                            string: the socket becomes a listener in this dialect for these CPUs,
 *                            too; for these no more. EEXIST where it has subscribed
 *     TASKSTATS_CMD_ATTR_PID, _TGID
 *                            u32: a task, or a group; answered by TASKSTATS_CMD_NEW
 * TSPOOL_CMD_SUBSCRIBE       do; the requesting socket becomes a listener
 *     TSPOOL_A_CPTS          string: the CPTs wanted, as a list; or
 *     TSPOOL_A_CPUS          string: the CPUs wanted, as a list; neither: all; both: EINVAL
 *     TSPOOL_A_BACKLOG       u64: bytes, as the kernel counts messages, that may wait while the
 *                            socket is full, each CPT's in an equal share; left out: as the module
 *                            parameter backlog_kbytes says. ERANGE: more than backlog_limit_kbytes
 *                            allows; ENOSPC: more than it leaves beside those of other listeners
 *     TSPOOL_A_DROP          u32: what is lost when the backlog is full; left out: the newest
 *     TSPOOL_A_FILTER        nest, TSPOOL_FILTER_A_*: of the records there, only those that meet
 *                            all it says. ESRCH: no such cgroup
 *     A socket that listens already gets EEXIST. A listener ends with its socket. Events may come
 *     before the ack.
 * TSPOOL_CMD_UNSUBSCRIBE     do; ENOENT where the socket does not listen
 *   reply: TSPOOL_A_FRAMES   LOST frames for which there was no room until now, one attribute a
 *                            CPT; left out if none
 *     The reply comes when all that exited before the request is delivered, or told of as lost.
 *     What was in the backlog is put into the socket before it, whatever the socket's limit.
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
 * TSPOOL_CMD_RELAY_SET       do; EBUSY: relay is on already; EALREADY: it is off already
 *     TSPOOL_RELAY_A_MODE    u32: enum tspool_relay_mode
 *     TSPOOL_RELAY_A_SUBBUF_SIZE, _N_SUBBUFS
 *                            u32: left out: as the module parameters say
 *     The reply to TSPOOL_RELAY_OFF comes when all that exited before is in the buffers.
 * TSPOOL_CMD_RELAY_GET       dump; one message a buffer: TSPOOL_RELAY_A_*; none while relay is off
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
 * A listener with a filter sees gaps where records were filtered. What is dropped for want of room
 * in its socket had passed its filter; but of an exit that found no slot nobody knows whether it
 * would have, so all those on its CPUs are told of in its LOST frames.
 *
 * Who asks from another pid namespace than the initial one sees the tasks of that one and of those
 * below it, and nothing else: it may SUBSCRIBE (as many as the module parameter namespace_listeners
 * says: ENOSPC, or EPERM for 0), UNSUBSCRIBE, RECORD_GET, CPT_GET, and LISTENER_GET, which tells of
 * the listeners there. In its records pid, tgid, ppid, pgid and sid are numbers of its namespace, 0
 * for who is outside; users and groups are those of the user namespace, as stat(2) gives them;
 * cgroup_id is absent unless below the root of its cgroup namespace; exe_dev, exe_inode, mnt_ns,
 * net_ns and audit_session always are, login_uid where it has no number there. Filters go by what
 * it sees. Each such listener has sequence numbers of its own, from 0 on, and its LOST frames
 * count only what it would have seen. What it sees is settled at subscription, for good. At its
 * UNSUBSCRIBE what has no room in the socket is lost.
 *
 * A listener in taskstats' dialect gets a TASKSTATS_CMD_NEW for each exit, in which the record of
 * the group follows that of its last thread if there ever was another one. Where the two fall into
 * different batches the group's comes in a message of its own. What it loses, for
 * whatever cause, it is told of by the error ENOBUFS, once for all that is lost in a row.
 *
 * When the module is unloaded, what was captured is still delivered; then the sockets of all
 * listeners get the error ESHUTDOWN, once, which recv(2) gives before what is queued.
 */
#ifndef _UAPI_LINUX_TSPOOL_H
#define _UAPI_LINUX_TSPOOL_H

#include <linux/ioctl.h>
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
	TSPOOL_CMD_RELAY_SET,
	TSPOOL_CMD_RELAY_GET,
	__TSPOOL_CMD_AFTER_LAST,
	TSPOOL_CMD_MAX = __TSPOOL_CMD_AFTER_LAST - 1
};

/* What a listener loses whose backlog is full. */
enum tspool_drop {
	TSPOOL_DROP_NEWEST,	/* what comes */
	TSPOOL_DROP_OLDEST,	/* what waits */
	__TSPOOL_DROP_AFTER_LAST,
	TSPOOL_DROP_MAX = __TSPOOL_DROP_AFTER_LAST - 1
};

/* SUBSCRIBE, RECORD_GET and EVENT */
enum tspool_attr {
	TSPOOL_A_UNSPEC,
	TSPOOL_A_CPTS,		/* string */
	TSPOOL_A_CPUS,		/* string */
	TSPOOL_A_PID,		/* u32 */
	TSPOOL_A_TGID,		/* u32 */
	TSPOOL_A_FRAMES,	/* binary */
	TSPOOL_A_BACKLOG,	/* u64: bytes */
	TSPOOL_A_DROP,		/* u32: enum tspool_drop */
	TSPOOL_A_FILTER,	/* nest: TSPOOL_FILTER_A_* */
	__TSPOOL_A_AFTER_LAST,
	TSPOOL_A_MAX = __TSPOOL_A_AFTER_LAST - 1
};

/* User ids, the first and the last of them included. */
struct tspool_uid_range {
	__u32	first;
	__u32	last;
};

#define TSPOOL_FILTER_UIDS_MAX	64	/* ranges */
#define TSPOOL_FILTER_COMM_MAX	63	/* bytes */

/* Which records a listener wants, by their fields; what is left out does not matter. */
enum tspool_filter_attr {
	TSPOOL_FILTER_A_UNSPEC,
	TSPOOL_FILTER_A_UIDS,		/* binary: struct tspool_uid_range, one or more: uid */
	TSPOOL_FILTER_A_CGROUP,		/* u64: cgroup_id: of this cgroup, or one below it */
	TSPOOL_FILTER_A_COMM,		/* string: pattern as fnmatch(3) has it: comm */
	TSPOOL_FILTER_A_PID_NS,		/* u32: pid_ns */
	TSPOOL_FILTER_A_TYPE,		/* u32: TSPOOL_FRAME_TASK or TSPOOL_FRAME_PROCESS */
	TSPOOL_FILTER_A_MIN_RUN_TIME_NS, /* u64: run_time_ns, at least */
	TSPOOL_FILTER_A_FAILED,		/* flag: exit_code other than 0 */
	__TSPOOL_FILTER_A_AFTER_LAST,
	TSPOOL_FILTER_A_MAX = __TSPOOL_FILTER_A_AFTER_LAST - 1
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
	TSPOOL_SCHED_A_LATENCY,		/* binary: u64 each, see TSPOOL_LATENCY_BUCKETS */
	TSPOOL_SCHED_A_DELIVERED,	/* u64: records whose delivery is over */
	TSPOOL_SCHED_A_QUEUED_MAX,	/* u64: most records that waited at once */
	TSPOOL_SCHED_A_IN_FLIGHT,	/* u64: records taken, whose delivery is not over */
	TSPOOL_SCHED_A_IN_FLIGHT_MAX,	/* u64: most of them at once */
	__TSPOOL_SCHED_A_AFTER_LAST,
	TSPOOL_SCHED_A_MAX = __TSPOOL_SCHED_A_AFTER_LAST - 1
};

/*
 * Delivered records by the time from their exit to the end of their delivery: until each listener
 * has them in its socket or in its backlog, or will be told of them as lost. Counts 0 to 3 are of
 * those that took so many whole us; from there on four counts share each power of two evenly:
 * count i is of (4 + i % 4) << (i / 4 - 1) us and more; the last count of all that took longer.
 */
#define TSPOOL_LATENCY_BUCKETS	120

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
	TSPOOL_LISTENER_A_FEED,		/* nest: TSPOOL_FEED_A_*, one for each CPT that it wants */
	TSPOOL_LISTENER_A_BACKLOG_LIMIT, /* u64: bytes that may wait for it */
	TSPOOL_LISTENER_A_FILTERED,	/* u64: records on its CPUs that its filter turned away */
	__TSPOOL_LISTENER_A_AFTER_LAST,
	TSPOOL_LISTENER_A_MAX = __TSPOOL_LISTENER_A_AFTER_LAST - 1
};

/*
 * What became of a CPT's records on the way to one listener, since it listens. At any quiet moment
 * captured = delivered + filtered + backlog + the sum of dropped.
 */
enum tspool_feed_attr {
	TSPOOL_FEED_A_UNSPEC,
	TSPOOL_FEED_A_PAD,
	TSPOOL_FEED_A_CPT,		/* u32 */
	TSPOOL_FEED_A_CAPTURED,		/* u64: of the CPUs it wants; found they a slot or not */
	TSPOOL_FEED_A_DELIVERED,	/* u64 */
	TSPOOL_FEED_A_MESSAGES,		/* u64: netlink messages that brought them */
	TSPOOL_FEED_A_DROPPED,		/* nest: cause -> u64, see enum tspool_cause */
	TSPOOL_FEED_A_BACKLOG_RECORDS,	/* u64: waiting now for room in its socket */
	TSPOOL_FEED_A_BACKLOG_BYTES,	/* u64: of their messages, as the kernel counts them */
	TSPOOL_FEED_A_BACKLOG_BYTES_MAX, /* u64: most of them at once */
	TSPOOL_FEED_A_FILTERED,		/* u64: that its filter turned away */
	__TSPOOL_FEED_A_AFTER_LAST,
	TSPOOL_FEED_A_MAX = __TSPOOL_FEED_A_AFTER_LAST - 1
};

enum tspool_stats_attr {
	TSPOOL_STATS_A_UNSPEC,
	TSPOOL_STATS_A_PAD,
	TSPOOL_STATS_A_VERSION,		/* string: of the module */
	TSPOOL_STATS_A_HOOK,		/* string: where exits are caught */
	TSPOOL_STATS_A_HOOK_ARMED,	/* u32: 1 while anybody listens or relay is on, else 0. The
					 * probe goes up to a second later
					 */
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
	TSPOOL_STATS_A_DELIVERED,	/* u64: the sums over all scheduler blocks */
	TSPOOL_STATS_A_IN_FLIGHT,	/* u64 */
	TSPOOL_STATS_A_BACKLOG_RESERVED, /* u64: the sum of all listeners' limits, in bytes */
	TSPOOL_STATS_A_BACKLOG_LIMIT,	/* u64: what that may be */
	TSPOOL_STATS_A_MESSAGE_BYTES,	/* u64: memory kept for messages, with one in it or not */
	__TSPOOL_STATS_A_AFTER_LAST,
	TSPOOL_STATS_A_MAX = __TSPOOL_STATS_A_AFTER_LAST - 1
};

enum tspool_relay_attr {
	TSPOOL_RELAY_A_UNSPEC,
	TSPOOL_RELAY_A_PAD,
	TSPOOL_RELAY_A_CPT,		/* u32 */
	TSPOOL_RELAY_A_MODE,		/* u32: enum tspool_relay_mode */
	TSPOOL_RELAY_A_SUBBUF_SIZE,	/* u32: bytes */
	TSPOOL_RELAY_A_N_SUBBUFS,	/* u32 */
	TSPOOL_RELAY_A_READER,		/* u32: process that has the buffer open; 0: none */
	TSPOOL_RELAY_A_WRITTEN,		/* u64: records */
	TSPOOL_RELAY_A_OVERWRITTEN,	/* u64: sequence numbers */
	TSPOOL_RELAY_A_PRODUCED,	/* u64: sub-buffers made ready */
	TSPOOL_RELAY_A_CONSUMED,	/* u64: sub-buffers read */
	TSPOOL_RELAY_A_DROPPED,		/* nest: cause -> u64, see enum tspool_cause */
	__TSPOOL_RELAY_A_AFTER_LAST,
	TSPOOL_RELAY_A_MAX = __TSPOOL_RELAY_A_AFTER_LAST - 1
};

enum tspool_relay_mode {
	TSPOOL_RELAY_OFF,
	TSPOOL_RELAY_LOSSLESS,		/* what finds no room is dropped, and told of */
	TSPOOL_RELAY_OVERWRITE,		/* what finds no room takes the place of the oldest */
	__TSPOOL_RELAY_AFTER_LAST,
	TSPOOL_RELAY_MAX = __TSPOOL_RELAY_AFTER_LAST - 1
};

/* Why records were dropped; the attribute type inside the DROPPED nests. */
enum tspool_cause {
	TSPOOL_CAUSE_UNSPEC,
	TSPOOL_CAUSE_NO_SLOT,		/* exits came faster than the threads drained them */
	TSPOOL_CAUSE_BACKLOG_FULL,	/* the listener reads too slowly */
	TSPOOL_CAUSE_NO_MEMORY,		/* still none for the message at module unload */
	TSPOOL_CAUSE_HOOK_MISSED,	/* the kernel did not call the hook */
	TSPOOL_CAUSE_RELAY_FULL,	/* the relay buffer is read too slowly */
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
#define TSPOOL_FLAG_THREADED	0x80	/* its process had more than one thread */

/*
 * The fields of a record: the one list from which the struct, the numbers of the presence bits and
 * userspace's tables come.
 *
 *	NUM(type, name, unit, group, since, stock, stock_since, source, description)
 *	TEXT(length, name, group, since, stock, stock_since, source, description)
 *
 * A text is NUL-terminated where it is shorter than its length. Types stay naturally aligned, and
 * new fields go to the end: since is the frame version that brought one.
 *
 * Units: NS nanoseconds; BYTES; MB_US 2^20 bytes times microseconds; COUNT events; ID a name in
 * numbers; LEVEL a setting; STATUS as wait(2) gives it; FLAGS bits.
 *
 * What a PROCESS record holds: ADDED the sum over all threads that the group ever had; HIGHEST and
 * LOWEST the extreme among them; LEADER and LAST what the leader and the last thread to exit have;
 * SHARED what is one for the whole group; OWN what belongs to the record.
 *
 * Stock is the member of struct taskstats that tells the same, in whatever unit, and its version
 * that brought it (8 or less: 8); source is where it stands in the kernel, from the task_struct on.
 */
/* clang-format off */
#define TSPOOL_RECORD_FIELDS(NUM, TEXT) \
	NUM(__u64, seq, ID, OWN, 1, NULL, 0, \
	    "tspool", "number of the record within its CPT") \
	NUM(__u64, exit_time_ns, NS, LAST, 1, NULL, 0, \
	    "boot clock", "time of the exit, on the boot clock") \
	NUM(__u64, exit_wall_time_ns, NS, LAST, 1, NULL, 0, \
	    "wall clock", "time of the exit, since the epoch") \
	NUM(__u64, start_time_ns, NS, LEADER, 1, NULL, 0, \
	    "start_boottime", "time of the fork, on the boot clock") \
	NUM(__u64, start_wall_time_ns, NS, LEADER, 1, "ac_btime64", 10, \
	    "start_boottime, wall clock", "time of the fork, since the epoch") \
	NUM(__u64, elapsed_ns, NS, LEADER, 1, "ac_etime", 8, \
	    "start_time", "time since the fork, suspension of the machine left out") \
	NUM(__u64, group_elapsed_ns, NS, LEADER, 1, "ac_tgetime", 12, \
	    "group_leader->start_time", "time since the fork of the group's leader") \
	NUM(__u64, run_time_ns, NS, ADDED, 1, "cpu_run_virtual_total", 8, \
	    "se.sum_exec_runtime", "time on a CPU, as the scheduler accounts it") \
	NUM(__u64, user_time_ns, NS, ADDED, 1, "ac_utime", 8, \
	    "utime", "time in user mode, as the kernel samples it") \
	NUM(__u64, system_time_ns, NS, ADDED, 1, "ac_stime", 8, \
	    "stime", "time in the kernel, as the kernel samples it") \
	NUM(__u64, run_delay_ns, NS, ADDED, 1, "cpu_delay_total", 8, \
	    "sched_info.run_delay", "time runnable but waiting for a CPU") \
	NUM(__u64, run_count, COUNT, ADDED, 1, "cpu_count", 8, \
	    "sched_info.pcount", "times it was put on a CPU") \
	NUM(__u64, blkio_delay_ns, NS, ADDED, 1, "blkio_delay_total", 8, \
	    "delays->blkio_delay", "time waiting for block I/O") \
	NUM(__u64, blkio_count, COUNT, ADDED, 1, "blkio_count", 8, \
	    "delays->blkio_count", "waits for block I/O") \
	NUM(__u64, swapin_delay_ns, NS, ADDED, 1, "swapin_delay_total", 8, \
	    "delays->swapin_delay", "time waiting for pages to be swapped in") \
	NUM(__u64, swapin_count, COUNT, ADDED, 1, "swapin_count", 8, \
	    "delays->swapin_count", "waits for pages to be swapped in") \
	NUM(__u64, freepages_delay_ns, NS, ADDED, 1, "freepages_delay_total", 8, \
	    "delays->freepages_delay", "time reclaiming memory") \
	NUM(__u64, freepages_count, COUNT, ADDED, 1, "freepages_count", 8, \
	    "delays->freepages_count", "times it had to reclaim memory") \
	NUM(__u64, thrashing_delay_ns, NS, ADDED, 1, "thrashing_delay_total", 9, \
	    "delays->thrashing_delay", "time waiting for pages just evicted") \
	NUM(__u64, thrashing_count, COUNT, ADDED, 1, "thrashing_count", 9, \
	    "delays->thrashing_count", "waits for pages just evicted") \
	NUM(__u64, compact_delay_ns, NS, ADDED, 1, "compact_delay_total", 11, \
	    "delays->compact_delay", "time compacting memory") \
	NUM(__u64, compact_count, COUNT, ADDED, 1, "compact_count", 11, \
	    "delays->compact_count", "times it had to compact memory") \
	NUM(__u64, wpcopy_delay_ns, NS, ADDED, 1, "wpcopy_delay_total", 13, \
	    "delays->wpcopy_delay", "time copying write-protected pages") \
	NUM(__u64, wpcopy_count, COUNT, ADDED, 1, "wpcopy_count", 13, \
	    "delays->wpcopy_count", "write-protected pages copied") \
	NUM(__u64, irq_delay_ns, NS, ADDED, 1, "irq_delay_total", 14, \
	    "delays->irq_delay", "time taken from it by interrupts") \
	NUM(__u64, irq_count, COUNT, ADDED, 1, "irq_count", 14, \
	    "delays->irq_count", "stretches of time taken by interrupts") \
	NUM(__u64, voluntary_switches, COUNT, ADDED, 1, "nvcsw", 8, \
	    "nvcsw", "context switches it asked for by waiting") \
	NUM(__u64, involuntary_switches, COUNT, ADDED, 1, "nivcsw", 8, \
	    "nivcsw", "context switches forced on it") \
	NUM(__u64, minor_faults, COUNT, ADDED, 1, "ac_minflt", 8, \
	    "min_flt", "page faults that needed no I/O") \
	NUM(__u64, major_faults, COUNT, ADDED, 1, "ac_majflt", 8, \
	    "maj_flt", "page faults that needed I/O") \
	NUM(__u64, rchar_bytes, BYTES, ADDED, 1, "read_char", 8, \
	    "ioac.rchar", "read by system calls") \
	NUM(__u64, wchar_bytes, BYTES, ADDED, 1, "write_char", 8, \
	    "ioac.wchar", "written by system calls") \
	NUM(__u64, syscr, COUNT, ADDED, 1, "read_syscalls", 8, \
	    "ioac.syscr", "read system calls") \
	NUM(__u64, syscw, COUNT, ADDED, 1, "write_syscalls", 8, \
	    "ioac.syscw", "write system calls") \
	NUM(__u64, read_bytes, BYTES, ADDED, 1, "read_bytes", 8, \
	    "ioac.read_bytes", "fetched from storage") \
	NUM(__u64, write_bytes, BYTES, ADDED, 1, "write_bytes", 8, \
	    "ioac.write_bytes", "dirtied for storage") \
	NUM(__u64, cancelled_write_bytes, BYTES, ADDED, 1, "cancelled_write_bytes", 8, \
	    "ioac.cancelled_write_bytes", "dirtied, but truncated before written") \
	NUM(__u64, hiwater_rss_bytes, BYTES, SHARED, 1, "hiwater_rss", 8, \
	    "mm->hiwater_rss", "highest resident set of its memory map") \
	NUM(__u64, hiwater_vm_bytes, BYTES, SHARED, 1, "hiwater_vm", 8, \
	    "mm->hiwater_vm", "highest size of its memory map") \
	NUM(__u64, max_rss_bytes, BYTES, SHARED, 1, NULL, 0, \
	    "signal->maxrss", "highest resident set of the process, over all it executed") \
	NUM(__u64, rss_mb_us, MB_US, ADDED, 1, "coremem", 8, \
	    "acct_rss_mem1", "resident set, integrated over its CPU time") \
	NUM(__u64, vm_mb_us, MB_US, ADDED, 1, "virtmem", 8, \
	    "acct_vm_mem1", "size of its memory map, integrated over its CPU time") \
	NUM(__u64, cgroup_id, ID, LEADER, 1, NULL, 0, \
	    "cgroups->dfl_cgrp", "of its cgroup in the unified hierarchy") \
	NUM(__u64, exe_inode, ID, SHARED, 1, "ac_exe_inode", 12, \
	    "mm->exe_file", "inode of its executable") \
	NUM(__u32, exe_dev, ID, SHARED, 1, "ac_exe_dev", 12, \
	    "mm->exe_file", "device of its executable, as stat(2) numbers it") \
	NUM(__u32, cpu, ID, LAST, 1, NULL, 0, \
	    "smp_processor_id()", "CPU on which it exited, or ran last") \
	NUM(__u32, node, ID, LAST, 1, NULL, 0, \
	    "cpu_to_node()", "memory node of that CPU") \
	NUM(__u32, pid, ID, LEADER, 1, "ac_pid", 8, \
	    "pid", "of the thread; of the group's leader in a PROCESS record") \
	NUM(__u32, tgid, ID, LEADER, 1, "ac_tgid", 12, \
	    "tgid", "of the process") \
	NUM(__u32, ppid, ID, SHARED, 1, "ac_ppid", 8, \
	    "real_parent->tgid", "of the parent process") \
	NUM(__u32, pgid, ID, SHARED, 1, NULL, 0, \
	    "PIDTYPE_PGID", "of the process group") \
	NUM(__u32, sid, ID, SHARED, 1, NULL, 0, \
	    "PIDTYPE_SID", "of the session") \
	NUM(__u32, ns_pid, ID, LEADER, 1, NULL, 0, \
	    "thread_pid", "the pid in the innermost pid namespace") \
	NUM(__u32, ns_tgid, ID, LEADER, 1, NULL, 0, \
	    "PIDTYPE_TGID", "the tgid in the innermost pid namespace") \
	NUM(__u32, pid_ns, ID, SHARED, 1, NULL, 0, \
	    "thread_pid", "inode number of its pid namespace") \
	NUM(__u32, mnt_ns, ID, LAST, 1, NULL, 0, \
	    "nsproxy->mnt_ns", "inode number of its mount namespace") \
	NUM(__u32, net_ns, ID, LAST, 1, NULL, 0, \
	    "nsproxy->net_ns", "inode number of its network namespace") \
	NUM(__u32, uid, ID, LEADER, 1, "ac_uid", 8, \
	    "real_cred->uid", "real user") \
	NUM(__u32, euid, ID, LEADER, 1, NULL, 0, \
	    "real_cred->euid", "effective user") \
	NUM(__u32, gid, ID, LEADER, 1, "ac_gid", 8, \
	    "real_cred->gid", "real group") \
	NUM(__u32, egid, ID, LEADER, 1, NULL, 0, \
	    "real_cred->egid", "effective group") \
	NUM(__u32, login_uid, ID, LEADER, 1, NULL, 0, \
	    "loginuid", "user at login, as audit keeps it; absent if never set") \
	NUM(__u32, audit_session, ID, LEADER, 1, NULL, 0, \
	    "sessionid", "number of the login session, as audit keeps it; absent if never set") \
	NUM(__u32, exit_code, STATUS, SHARED, 1, "ac_exitcode", 8, \
	    "exit_code", "wait status") \
	NUM(__u32, flags, FLAGS, LEADER, 1, "ac_flag", 8, \
	    "flags", "what it was and how it ended") \
	NUM(__u32, policy, ID, LEADER, 1, "ac_sched", 8, \
	    "policy", "scheduling policy (SCHED_*)") \
	NUM(__u32, threads, COUNT, SHARED, 1, NULL, 0, \
	    "signal->nr_threads", "threads of the process, itself included, not yet reaped") \
	NUM(__u32, threads_ever, COUNT, SHARED, 1, NULL, 0, \
	    "thread list", "threads that the process ever had; absent if some are gone") \
	NUM(__s32, nice, LEVEL, LEADER, 1, "ac_nice", 8, \
	    "static_prio", "nice value") \
	NUM(__s32, oom_score_adj, LEVEL, SHARED, 1, NULL, 0, \
	    "signal->oom_score_adj", "adjustment of its score when memory runs out") \
	TEXT(16, comm, LEADER, 1, "ac_comm", 8, "comm", "name of the program or thread") \
	NUM(__u64, run_delay_max_ns, NS, HIGHEST, 1, "cpu_delay_max", 16, \
	    "sched_info.max_run_delay", "longest single wait for a CPU") \
	NUM(__u64, blkio_delay_max_ns, NS, HIGHEST, 1, "blkio_delay_max", 16, \
	    "delays->blkio_delay_max", "longest single wait for block I/O") \
	NUM(__u64, swapin_delay_max_ns, NS, HIGHEST, 1, "swapin_delay_max", 16, \
	    "delays->swapin_delay_max", "longest single wait for a page to be swapped in") \
	NUM(__u64, freepages_delay_max_ns, NS, HIGHEST, 1, "freepages_delay_max", 16, \
	    "delays->freepages_delay_max", "longest single reclaim of memory") \
	NUM(__u64, thrashing_delay_max_ns, NS, HIGHEST, 1, "thrashing_delay_max", 16, \
	    "delays->thrashing_delay_max", "longest single wait for a page just evicted") \
	NUM(__u64, compact_delay_max_ns, NS, HIGHEST, 1, "compact_delay_max", 16, \
	    "delays->compact_delay_max", "longest single compaction of memory") \
	NUM(__u64, wpcopy_delay_max_ns, NS, HIGHEST, 1, "wpcopy_delay_max", 16, \
	    "delays->wpcopy_delay_max", "longest single copy of a write-protected page") \
	NUM(__u64, irq_delay_max_ns, NS, HIGHEST, 1, "irq_delay_max", 16, \
	    "delays->irq_delay_max", "longest single stretch taken by interrupts") \
	NUM(__u64, run_delay_min_ns, NS, LOWEST, 1, "cpu_delay_min", 16, \
	    "sched_info.min_run_delay", "shortest single wait for a CPU") \
	NUM(__u64, blkio_delay_min_ns, NS, LOWEST, 1, "blkio_delay_min", 16, \
	    "delays->blkio_delay_min", "shortest single wait for block I/O") \
	NUM(__u64, swapin_delay_min_ns, NS, LOWEST, 1, "swapin_delay_min", 16, \
	    "delays->swapin_delay_min", "shortest single wait for a page to be swapped in") \
	NUM(__u64, freepages_delay_min_ns, NS, LOWEST, 1, "freepages_delay_min", 16, \
	    "delays->freepages_delay_min", "shortest single reclaim of memory") \
	NUM(__u64, thrashing_delay_min_ns, NS, LOWEST, 1, "thrashing_delay_min", 16, \
	    "delays->thrashing_delay_min", "shortest single wait for a page just evicted") \
	NUM(__u64, compact_delay_min_ns, NS, LOWEST, 1, "compact_delay_min", 16, \
	    "delays->compact_delay_min", "shortest single compaction of memory") \
	NUM(__u64, wpcopy_delay_min_ns, NS, LOWEST, 1, "wpcopy_delay_min", 16, \
	    "delays->wpcopy_delay_min", "shortest single copy of a write-protected page") \
	NUM(__u64, irq_delay_min_ns, NS, LOWEST, 1, "irq_delay_min", 16, \
	    "delays->irq_delay_min", "shortest single stretch taken by interrupts") \
	NUM(__u64, run_delay_max_wall_time_ns, NS, HIGHEST, 1, "cpu_delay_max_ts", 17, \
	    "sched_info.max_run_delay_ts", "end of the longest one, since the epoch") \
	NUM(__u64, blkio_delay_max_wall_time_ns, NS, HIGHEST, 1, "blkio_delay_max_ts", 17, \
	    "delays->blkio_delay_max_ts", "end of the longest one, since the epoch") \
	NUM(__u64, swapin_delay_max_wall_time_ns, NS, HIGHEST, 1, "swapin_delay_max_ts", 17, \
	    "delays->swapin_delay_max_ts", "end of the longest one, since the epoch") \
	NUM(__u64, freepages_delay_max_wall_time_ns, NS, HIGHEST, 1, "freepages_delay_max_ts", 17, \
	    "delays->freepages_delay_max_ts", "end of the longest one, since the epoch") \
	NUM(__u64, thrashing_delay_max_wall_time_ns, NS, HIGHEST, 1, "thrashing_delay_max_ts", 17, \
	    "delays->thrashing_delay_max_ts", "end of the longest one, since the epoch") \
	NUM(__u64, compact_delay_max_wall_time_ns, NS, HIGHEST, 1, "compact_delay_max_ts", 17, \
	    "delays->compact_delay_max_ts", "end of the longest one, since the epoch") \
	NUM(__u64, wpcopy_delay_max_wall_time_ns, NS, HIGHEST, 1, "wpcopy_delay_max_ts", 17, \
	    "delays->wpcopy_delay_max_ts", "end of the longest one, since the epoch") \
	NUM(__u64, irq_delay_max_wall_time_ns, NS, HIGHEST, 1, "irq_delay_max_ts", 17, \
	    "delays->irq_delay_max_ts", "end of the longest one, since the epoch")

/* clang-format on */

#define __TSPOOL_DECLARE_NUM(type, name, ...)	type name;
#define __TSPOOL_DECLARE_TEXT(length, name, ...)	char name[length];
#define __TSPOOL_NUMBER_NUM(type, name, ...)	TSPOOL_FIELD_##name,
#define __TSPOOL_NUMBER_TEXT(length, name, ...)	TSPOOL_FIELD_##name,

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

/* A LOST frame's fields: NUM(type, name, unit, since, description). */
#define TSPOOL_LOST_FIELDS(NUM) \
	NUM(__u64, count, COUNT, 1, "records of this listener that were dropped") \
	NUM(__u64, first_seq, ID, 1, "sequence number of the first of them") \
	NUM(__u64, last_seq, ID, 1, "sequence number of the last of them") \
	NUM(__u32, cause, ID, 1, "why: enum tspool_cause") \
	NUM(__u32, reserved, FLAGS, 1, "zero") \
	NUM(__u64, time_ns, NS, 1, "when the first of them was dropped, on the boot clock") \
	NUM(__u64, wall_time_ns, NS, 1, "when the first of them was dropped, since the epoch")

struct tspool_lost {
	struct tspool_frame frame;
	TSPOOL_LOST_FIELDS(__TSPOOL_DECLARE_NUM)
};

/*
 * Relay buffers: the files tspool/cpt0, tspool/cpt1 ... in debugfs, a buffer a CPT. Each is made of
 * sub-buffers, which are written one after the other, round and round. A sub-buffer holds its head
 * and behind it frames, none of which goes on in the next one. They have the sequence numbers of
 * the CPT without a gap: a number missing in the records is inside the range of a LOST frame.
 *
 * Who has a file open is the buffer's only reader: another one gets EBUSY. A sub-buffer is read
 * once it is ready, and written again once it is consumed. While a buffer in overwrite mode is
 * open nothing is written to it; when it is closed, it starts from the beginning.
 *
 * The buffer is mapped (mmap(2)) as a whole, subbuf_size times n_subbufs bytes; sub-buffer number n
 * is the one at index n modulo n_subbufs. What can be said about it by ioctl(2) is below. poll(2):
 * EPOLLIN while something is ready, EPOLLHUP where there will not be more than that.
 *
 * The files tspool/cpt0.read ... are for where debugfs lets nothing be mapped. A read(2) gives one
 * sub-buffer, its head and its frames, and consumes it: the oldest one ready, or else what is
 * written so far. It gives 0 where nothing will come any more, EAGAIN where nothing has come yet,
 * EINVAL where the sub-buffer does not fit.
 */
#define TSPOOL_SUBBUF_MAGIC	0x42505354	/* "TSPB" in the order of bytes on x86 */
#define TSPOOL_SUBBUF_VERSION	1

struct tspool_subbuf {
	__u32	magic;
	__u16	version;	/* TSPOOL_SUBBUF_VERSION of the writer */
	__u16	head_bytes;	/* of this struct, a multiple of 8; may be longer than known */
	__u32	cpt;
	__u32	bytes;		/* of the frames; behind them nothing means anything */
	__u64	number;		/* counts from 0 since relay went on, or the buffer restarted */
	__u64	first_seq;	/* sequence number of the first record told of; 0 without frames */
	__u64	next_seq;	/* the one after that of the last */
};

/*
 * The reader says which sub-buffers it has read, and is told which ones it can read. EINVAL: those
 * that it says it has read were not all ready.
 */
struct tspool_relay_ready {
	__u64	first;		/* in: those before it are consumed; out: it can be read */
	__u64	next;		/* out: so can all others before this one */
	__u32	flush;		/* in: 1: where none is ready, what is written so far becomes it */
	__u32	ended;		/* out: 1: there will not be more than these */
};

#define TSPOOL_RELAY_IOC_READY	_IOWR(0xBB, 0x70, struct tspool_relay_ready)

#endif /* _UAPI_LINUX_TSPOOL_H */
