// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a record to the running kernel's struct taskstats, with the units and the rounding that
 * kernel/taskstats.c, tsacct.c and delayacct.c have. Pure: it looks at nothing but its arguments.
 *
 * A field that is absent in the record is zero there, and is zero here: this is how taskstats tells
 * of what it does not know.
 */
#include <linux/acct.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "delay_kinds.h"
#include "taskstats_fill.h"

static u64 microseconds(u64 ns)
{
	return div_u64(ns, NSEC_PER_USEC);
}

/* Bytes, but taskstats rounds numbers of system calls like this as well. */
static u64 whole_kilobytes(u64 number)
{
	return number & ~(u64)(SZ_1K - 1);
}

static u8 flags_of(const struct tspool_record *record)
{
	bool is_leader = record->pid == record->tgid;
	u8 flags = 0;

	if (is_leader && (record->flags & TSPOOL_FLAG_NO_EXEC))
		flags |= AFORK;
	if (record->flags & TSPOOL_FLAG_SUPERUSER)
		flags |= ASU;
	if (record->flags & TSPOOL_FLAG_CORE_DUMP)
		flags |= ACORE;
	if (record->flags & TSPOOL_FLAG_SIGNALED)
		flags |= AXSIG;
	if (record->flags & TSPOOL_FLAG_LAST_THREAD)
		flags |= AGROUP;
	return flags;
}

static void fill_identity(struct taskstats *stats, const struct tspool_record *record)
{
	stats->ac_pid = record->pid;
	stats->ac_tgid = record->tgid;
	stats->ac_ppid = record->ppid;
	stats->ac_uid = record->uid;
	stats->ac_gid = record->gid;
	stats->ac_exitcode = record->exit_code;
	stats->ac_flag = flags_of(record);
	stats->ac_nice = record->nice;
	stats->ac_sched = record->policy;
	stats->ac_exe_dev = record->exe_dev;
	stats->ac_exe_inode = record->exe_inode;
	memcpy(stats->ac_comm, record->comm, sizeof(record->comm));
}

/* The begin is that of the second in which it was forked, or the one after: both are cut off. */
static void fill_times(struct taskstats *stats, const struct tspool_record *record, time64_t now)
{
	time64_t begin = now - div_u64(record->elapsed_ns, NSEC_PER_SEC);

	stats->ac_btime = clamp_t(time64_t, begin, 0, U32_MAX);
	stats->ac_btime64 = begin;
	stats->ac_etime = microseconds(record->elapsed_ns);
	stats->ac_tgetime = microseconds(record->group_elapsed_ns);
}

/* The scaled times are the plain ones but on machines with two speeds a core (POWER, s390). */
static void fill_cpu(struct taskstats *stats, const struct tspool_record *record)
{
	stats->ac_utime = microseconds(record->user_time_ns);
	stats->ac_stime = microseconds(record->system_time_ns);
	stats->ac_utimescaled = stats->ac_utime;
	stats->ac_stimescaled = stats->ac_stime;
	stats->cpu_run_real_total = record->user_time_ns + record->system_time_ns;
	stats->cpu_scaled_run_real_total = stats->cpu_run_real_total;
	stats->cpu_run_virtual_total = record->run_time_ns;
	stats->nvcsw = record->voluntary_switches;
	stats->nivcsw = record->involuntary_switches;
}

static void fill_memory(struct taskstats *stats, const struct tspool_record *record)
{
	stats->ac_minflt = record->minor_faults;
	stats->ac_majflt = record->major_faults;
	stats->coremem = record->rss_mb_us;
	stats->virtmem = record->vm_mb_us;
	stats->hiwater_rss = record->hiwater_rss_bytes / SZ_1K;
	stats->hiwater_vm = record->hiwater_vm_bytes / SZ_1K;
}

static void fill_io(struct taskstats *stats, const struct tspool_record *record)
{
	stats->read_char = whole_kilobytes(record->rchar_bytes);
	stats->write_char = whole_kilobytes(record->wchar_bytes);
	stats->read_syscalls = whole_kilobytes(record->syscr);
	stats->write_syscalls = whole_kilobytes(record->syscw);
	stats->read_bytes = whole_kilobytes(record->read_bytes);
	stats->write_bytes = whole_kilobytes(record->write_bytes);
	stats->cancelled_write_bytes = whole_kilobytes(record->cancelled_write_bytes);
}

#define FILL_DELAY(name) \
	(stats->name##_count = record->name##_count, \
	 stats->name##_delay_total = record->name##_delay_ns)

static void fill_delays(struct taskstats *stats, const struct tspool_record *record)
{
	stats->cpu_count = record->run_count;
	stats->cpu_delay_total = record->run_delay_ns;
	TSP_EACH_DELAY(FILL_DELAY);
}

#if TASKSTATS_VERSION >= 15
#define FILL_EXTREMES(name) \
	(stats->name##_delay_max = record->name##_delay_max_ns, \
	 stats->name##_delay_min = record->name##_delay_min_ns)

/* A frame that ends before them has none of them. */
static void fill_extremes(struct taskstats *stats, const struct tspool_record *record)
{
	if (record->frame.size < offsetofend(struct tspool_record, irq_delay_min_ns))
		return;
	stats->cpu_delay_max = record->run_delay_max_ns;
	stats->cpu_delay_min = record->run_delay_min_ns;
	TSP_EACH_DELAY(FILL_EXTREMES);
}
#else
static void fill_extremes(struct taskstats *stats, const struct tspool_record *record)
{
}
#endif

#if TASKSTATS_VERSION >= 17
static struct __kernel_timespec timespec(u64 ns)
{
	struct __kernel_timespec time;
	u32 rest;

	time.tv_sec = div_u64_rem(ns, NSEC_PER_SEC, &rest);
	time.tv_nsec = rest;
	return time;
}

#define FILL_EXTREME_TIME(name) \
	(stats->name##_delay_max_ts = timespec(record->name##_delay_max_wall_time_ns))

static void fill_extremes_times(struct taskstats *stats, const struct tspool_record *record)
{
	if (record->frame.size < offsetofend(struct tspool_record, irq_delay_max_wall_time_ns))
		return;
	stats->cpu_delay_max_ts = timespec(record->run_delay_max_wall_time_ns);
	TSP_EACH_DELAY(FILL_EXTREME_TIME);
}
#else
static void fill_extremes_times(struct taskstats *stats, const struct tspool_record *record)
{
}
#endif

/**
 * tsp_taskstats_fill() - make the taskstats of a record
 * @stats: written whole
 * @record: as much of it is read as its frame says
 * @now: the second since the epoch in which the record was taken
 *
 * Of a PROCESS record all is filled that a TASK record has, where taskstats leaves most zero.
 */
void tsp_taskstats_fill(struct taskstats *stats, const struct tspool_record *record, time64_t now)
{
	memset(stats, 0, sizeof(*stats));
	stats->version = TASKSTATS_VERSION;
	fill_identity(stats, record);
	fill_times(stats, record, now);
	fill_cpu(stats, record);
	fill_memory(stats, record);
	fill_io(stats, record);
	fill_delays(stats, record);
	fill_extremes(stats, record);
	fill_extremes_times(stats, record);
}
