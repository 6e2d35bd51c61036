/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's struct taskstats as its versions 8 to 17 declare it, filled, and what a record must
 * make of it. Written down from the kernels' own headers, member by member, and not from offsets.
 */
#ifndef TSP_STOCK_STATS_H
#define TSP_STOCK_STATS_H

#include <assert.h>
#include <linux/taskstats.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <tspool/tspool.h>

#include "netlink_message.h"

#define ALIGNED8	__attribute__((aligned(8)))

/* As struct __kernel_timespec. */
struct stock_time {
	int64_t seconds;
	long long nanoseconds;
};

struct stock_v15 {
	uint16_t version;
	uint32_t ac_exitcode;
	uint8_t ac_flag, ac_nice;
	uint64_t cpu_count ALIGNED8;
	uint64_t cpu_delay_total, cpu_delay_max, cpu_delay_min;
	uint64_t blkio_count, blkio_delay_total, blkio_delay_max, blkio_delay_min;
	uint64_t swapin_count, swapin_delay_total, swapin_delay_max, swapin_delay_min;
	uint64_t cpu_run_real_total, cpu_run_virtual_total;
	char ac_comm[32];
	uint8_t ac_sched ALIGNED8;
	uint8_t ac_pad[3];
	uint32_t ac_uid ALIGNED8;
	uint32_t ac_gid, ac_pid, ac_ppid, ac_btime;
	uint64_t ac_etime ALIGNED8;
	uint64_t ac_utime, ac_stime, ac_minflt, ac_majflt;
	uint64_t coremem, virtmem, hiwater_rss, hiwater_vm;
	uint64_t read_char, write_char, read_syscalls, write_syscalls;
	uint64_t read_bytes, write_bytes, cancelled_write_bytes;
	uint64_t nvcsw, nivcsw;
	uint64_t ac_utimescaled, ac_stimescaled, cpu_scaled_run_real_total;
	uint64_t freepages_count, freepages_delay_total, freepages_delay_max, freepages_delay_min;
	uint64_t thrashing_count, thrashing_delay_total, thrashing_delay_max, thrashing_delay_min;
	uint64_t ac_btime64;
	uint64_t compact_count, compact_delay_total, compact_delay_max, compact_delay_min;
	uint32_t ac_tgid;
	uint64_t ac_tgetime ALIGNED8;
	uint64_t ac_exe_dev, ac_exe_inode;
	uint64_t wpcopy_count, wpcopy_delay_total, wpcopy_delay_max, wpcopy_delay_min;
	uint64_t irq_count, irq_delay_total, irq_delay_max, irq_delay_min;
};

/* Those before are the beginning of it, but for the 15th. */
struct stock_v17 {
	uint16_t version;
	uint32_t ac_exitcode;
	uint8_t ac_flag, ac_nice;
	uint64_t cpu_count ALIGNED8;
	uint64_t cpu_delay_total;
	uint64_t blkio_count, blkio_delay_total;
	uint64_t swapin_count, swapin_delay_total;
	uint64_t cpu_run_real_total, cpu_run_virtual_total;
	char ac_comm[32];
	uint8_t ac_sched ALIGNED8;
	uint8_t ac_pad[3];
	uint32_t ac_uid ALIGNED8;
	uint32_t ac_gid, ac_pid, ac_ppid, ac_btime;
	uint64_t ac_etime ALIGNED8;
	uint64_t ac_utime, ac_stime, ac_minflt, ac_majflt;
	uint64_t coremem, virtmem, hiwater_rss, hiwater_vm;
	uint64_t read_char, write_char, read_syscalls, write_syscalls;
	uint64_t read_bytes, write_bytes, cancelled_write_bytes;
	uint64_t nvcsw, nivcsw;
	uint64_t ac_utimescaled, ac_stimescaled, cpu_scaled_run_real_total;
	uint64_t freepages_count, freepages_delay_total;
	uint64_t thrashing_count, thrashing_delay_total;
	uint64_t ac_btime64;
	uint64_t compact_count, compact_delay_total;
	uint32_t ac_tgid;
	uint64_t ac_tgetime ALIGNED8;
	uint64_t ac_exe_dev, ac_exe_inode;
	uint64_t wpcopy_count, wpcopy_delay_total;
	uint64_t irq_count, irq_delay_total;
	uint64_t cpu_delay_max, cpu_delay_min;
	uint64_t blkio_delay_max, blkio_delay_min;
	uint64_t swapin_delay_max, swapin_delay_min;
	uint64_t freepages_delay_max, freepages_delay_min;
	uint64_t thrashing_delay_max, thrashing_delay_min;
	uint64_t compact_delay_max, compact_delay_min;
	uint64_t wpcopy_delay_max, wpcopy_delay_min;
	uint64_t irq_delay_max, irq_delay_min;
	struct stock_time cpu_delay_max_ts, blkio_delay_max_ts, swapin_delay_max_ts;
	struct stock_time freepages_delay_max_ts, thrashing_delay_max_ts, compact_delay_max_ts;
	struct stock_time wpcopy_delay_max_ts, irq_delay_max_ts;
};

static_assert(sizeof(struct stock_v15) == 560, "as the kernel's of version 15");
static_assert(sizeof(struct stock_v17) == 688, "as the kernel's of version 17");

/* The lengths of all versions from 8 on. */
static const size_t stock_lengths[] = { 328, 344, 352, 368, 400, 416, 432, 560, 560, 688 };

#define STOCK_VERSION_MIN	8
#define STOCK_VERSION_MAX	17

/* A member, its value, and what a record's field must make of it. */
struct stock_member {
	unsigned int since;	/* version */
	unsigned int field;
	size_t v15;		/* where it stands there, in bytes */
	size_t v17;
	size_t bytes;
	uint64_t value;
	int64_t expected;
};

#define MEMBER(from, of_field, name, is, becomes) \
	{ \
		.since = (from), .field = TSPOOL_FIELD_##of_field, STOCK_PLACE(name), \
		.value = (is), .expected = (becomes) \
	}

#define STOCK_PLACE(name) \
	.v15 = offsetof(struct stock_v15, name), .v17 = offsetof(struct stock_v17, name), \
	.bytes = sizeof(((struct stock_v17 *)0)->name)

static const struct stock_member stock_members[] = {
	MEMBER(8, exit_code, ac_exitcode, 0x8b, 0x8b),
	MEMBER(8, flags, ac_flag, 0x32, 0x15),
	MEMBER(8, nice, ac_nice, 0xf7, -9),
	MEMBER(8, run_count, cpu_count, 100, 100),
	MEMBER(8, run_delay_ns, cpu_delay_total, 101, 101),
	MEMBER(15, run_delay_max_ns, cpu_delay_max, 102, 102),
	MEMBER(15, run_delay_min_ns, cpu_delay_min, 103, 103),
	MEMBER(8, blkio_count, blkio_count, 110, 110),
	MEMBER(8, blkio_delay_ns, blkio_delay_total, 111, 111),
	MEMBER(15, blkio_delay_max_ns, blkio_delay_max, 112, 112),
	MEMBER(15, blkio_delay_min_ns, blkio_delay_min, 113, 113),
	MEMBER(8, swapin_count, swapin_count, 120, 120),
	MEMBER(8, swapin_delay_ns, swapin_delay_total, 121, 121),
	MEMBER(15, swapin_delay_max_ns, swapin_delay_max, 122, 122),
	MEMBER(15, swapin_delay_min_ns, swapin_delay_min, 123, 123),
	MEMBER(8, run_time_ns, cpu_run_virtual_total, 130, 130),
	MEMBER(8, policy, ac_sched, 6, 6),
	MEMBER(8, uid, ac_uid, 131, 131),
	MEMBER(8, gid, ac_gid, 132, 132),
	MEMBER(8, pid, ac_pid, 133, 133),
	MEMBER(8, ppid, ac_ppid, 134, 134),
	MEMBER(8, elapsed_ns, ac_etime, 2500001, 2500001000),
	MEMBER(8, user_time_ns, ac_utime, 135, 135000),
	MEMBER(8, system_time_ns, ac_stime, 136, 136000),
	MEMBER(8, minor_faults, ac_minflt, 137, 137),
	MEMBER(8, major_faults, ac_majflt, 138, 138),
	MEMBER(8, rss_mb_us, coremem, 139, 139),
	MEMBER(8, vm_mb_us, virtmem, 140, 140),
	MEMBER(8, hiwater_rss_bytes, hiwater_rss, 141, 141 * 1024),
	MEMBER(8, hiwater_vm_bytes, hiwater_vm, 142, 142 * 1024),
	MEMBER(8, rchar_bytes, read_char, 1024, 1024),
	MEMBER(8, wchar_bytes, write_char, 2048, 2048),
	MEMBER(8, syscr, read_syscalls, 3072, 3072),
	MEMBER(8, syscw, write_syscalls, 4096, 4096),
	MEMBER(8, read_bytes, read_bytes, 5120, 5120),
	MEMBER(8, write_bytes, write_bytes, 6144, 6144),
	MEMBER(8, cancelled_write_bytes, cancelled_write_bytes, 7168, 7168),
	MEMBER(8, voluntary_switches, nvcsw, 143, 143),
	MEMBER(8, involuntary_switches, nivcsw, 144, 144),
	MEMBER(8, freepages_count, freepages_count, 150, 150),
	MEMBER(8, freepages_delay_ns, freepages_delay_total, 151, 151),
	MEMBER(15, freepages_delay_max_ns, freepages_delay_max, 152, 152),
	MEMBER(15, freepages_delay_min_ns, freepages_delay_min, 153, 153),
	MEMBER(9, thrashing_count, thrashing_count, 160, 160),
	MEMBER(9, thrashing_delay_ns, thrashing_delay_total, 161, 161),
	MEMBER(15, thrashing_delay_max_ns, thrashing_delay_max, 162, 162),
	MEMBER(15, thrashing_delay_min_ns, thrashing_delay_min, 163, 163),
	MEMBER(10, start_wall_time_ns, ac_btime64, 1700000000, 1700000000000000000),
	MEMBER(11, compact_count, compact_count, 170, 170),
	MEMBER(11, compact_delay_ns, compact_delay_total, 171, 171),
	MEMBER(15, compact_delay_max_ns, compact_delay_max, 172, 172),
	MEMBER(15, compact_delay_min_ns, compact_delay_min, 173, 173),
	MEMBER(12, tgid, ac_tgid, 133, 133),
	MEMBER(12, group_elapsed_ns, ac_tgetime, 9000001, 9000001000),
	MEMBER(12, exe_dev, ac_exe_dev, 0x801, 0x801),
	MEMBER(12, exe_inode, ac_exe_inode, 145, 145),
	MEMBER(13, wpcopy_count, wpcopy_count, 180, 180),
	MEMBER(13, wpcopy_delay_ns, wpcopy_delay_total, 181, 181),
	MEMBER(15, wpcopy_delay_max_ns, wpcopy_delay_max, 182, 182),
	MEMBER(15, wpcopy_delay_min_ns, wpcopy_delay_min, 183, 183),
	MEMBER(14, irq_count, irq_count, 190, 190),
	MEMBER(14, irq_delay_ns, irq_delay_total, 191, 191),
	MEMBER(15, irq_delay_max_ns, irq_delay_max, 192, 192),
	MEMBER(15, irq_delay_min_ns, irq_delay_min, 193, 193),
};

/* The end of a longest delay, of version 17: one second and as many nanoseconds as its index. */
struct stock_time_member {
	unsigned int field;
	size_t offset;
};

#define TIME(of_field, member) \
	{ \
		.field = TSPOOL_FIELD_##of_field, .offset = offsetof(struct stock_v17, member) \
	}

static const struct stock_time_member stock_times[] = {
	TIME(run_delay_max_wall_time_ns, cpu_delay_max_ts),
	TIME(blkio_delay_max_wall_time_ns, blkio_delay_max_ts),
	TIME(swapin_delay_max_wall_time_ns, swapin_delay_max_ts),
	TIME(freepages_delay_max_wall_time_ns, freepages_delay_max_ts),
	TIME(thrashing_delay_max_wall_time_ns, thrashing_delay_max_ts),
	TIME(compact_delay_max_wall_time_ns, compact_delay_max_ts),
	TIME(wpcopy_delay_max_wall_time_ns, wpcopy_delay_max_ts),
	TIME(irq_delay_max_wall_time_ns, irq_delay_max_ts),
};

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* The bytes of a struct. */
struct stock {
	union {
		struct stock_v15 v15;
		struct stock_v17 v17;
		unsigned char bytes[sizeof(struct stock_v17) + 64];
	};
	size_t length;
};

static inline void stock_fill_times(struct stock *stock)
{
	for (size_t i = 0; i < ARRAY_SIZE(stock_times); i++) {
		const struct stock_time time = { .seconds = 1, .nanoseconds = (long long)i };

		memcpy(stock->bytes + stock_times[i].offset, &time, sizeof(time));
	}
}

/* A version's struct, with a value of its own in each member. The machine is little-endian. */
static inline void stock_fill(struct stock *stock, unsigned int version)
{
	static const char name[] = "stock";

	memset(stock, 0, sizeof(*stock));
	for (size_t i = 0; i < ARRAY_SIZE(stock_members); i++) {
		const struct stock_member *member = &stock_members[i];
		size_t offset = version == 15 ? member->v15 : member->v17;

		memcpy(stock->bytes + offset, &member->value, member->bytes);
	}
	if (version != 15)
		stock_fill_times(stock);
	memcpy(version == 15 ? stock->v15.ac_comm : stock->v17.ac_comm, name, sizeof(name));
	stock->v17.version = version;
	stock->length = stock_lengths[version - STOCK_VERSION_MIN];
	memset(stock->bytes + stock->length, 0xee, sizeof(stock->bytes) - stock->length);
}

/* A nest as the kernel's taskstats have it, without the flag of one. */
static inline void stock_put(struct message *message, int type, uint32_t id,
			     const struct stock *stock)
{
	size_t nest = message->length;

	message_put_attribute(message, type, "", 0);
	message_put_u32(message,
			type == TASKSTATS_TYPE_AGGR_PID ? TASKSTATS_TYPE_PID : TASKSTATS_TYPE_TGID,
			id);
	message_put_attribute(message, TASKSTATS_TYPE_STATS, stock->bytes, stock->length);
	message_end_nest(message, nest);
}

/* The message of an exit, or the answer about a task. */
static inline void stock_message(struct message *message, const struct stock *task)
{
	message_start_genl(message, TASKSTATS_CMD_NEW, 0);
	stock_put(message, TASKSTATS_TYPE_AGGR_PID, task->v17.ac_pid, task);
}

static inline void stock_expect(const struct tspool_record *record, unsigned int field,
				bool present, int64_t value)
{
	size_t count;
	const struct tspool_field_info *info = &tspool_record_fields(&count)[field];

	ck_assert_msg(tspool_record_has(record, field) == present, "%s is %s", info->name,
		      present ? "absent" : "there");
	ck_assert_msg((int64_t)tspool_field_number(record, info) == (present ? value : 0),
		      "%s is %lld", info->name, (long long)tspool_field_number(record, info));
}

/* All that the struct of a version tells, and nothing that a later one would. */
static inline void stock_expect_all(const struct tspool_record *record, unsigned int version)
{
	for (size_t i = 0; i < ARRAY_SIZE(stock_members); i++)
		stock_expect(record, stock_members[i].field, version >= stock_members[i].since,
			     stock_members[i].expected);
	for (size_t i = 0; i < ARRAY_SIZE(stock_times); i++)
		stock_expect(record, stock_times[i].field, version >= 17, 1000000000 + (int64_t)i);
}

#endif /* TSP_STOCK_STATS_H */
