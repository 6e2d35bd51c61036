// SPDX-License-Identifier: GPL-2.0-only
/*
 * tspool looks at a dying task at the entry of taskstats_exit(), the kernel a little later, after
 * it has allocated the message. In between the task may be switched out, for the thread of the pool
 * that the hook woke as well; it executes nothing of its own.
 */
#include "oracle-rules.h"
#include "storm.h"
#include "ticks.h"

#include <linux/acct.h>
#include <string.h>

#define NSECS_PER_USEC	1000
#define NSECS_PER_MSEC	1000000
#define NSECS_PER_SEC	1000000000
#define BYTES_PER_KB	1024
/* A virtual CPU may have to wait for its turn, on a busy host too. */
#define MAX_GAP_USECS	5000000

static uint64_t to_usecs(uint64_t number)
{
	return number / NSECS_PER_USEC;
}

static uint64_t to_seconds(uint64_t number)
{
	return number / NSECS_PER_SEC;
}

static uint64_t to_kb(uint64_t number)
{
	return number / BYTES_PER_KB;
}

/* The kernel's goes by steps of 1,024, of system calls too. */
static uint64_t to_steps(uint64_t number)
{
	return number & ~(uint64_t)1023;
}

static uint64_t to_byte(uint64_t number)
{
	return number & 0xff;
}

static uint64_t to_acct_flags(uint64_t number)
{
	uint64_t flags = 0;

	if (number & TSPOOL_FLAG_NO_EXEC)
		flags |= AFORK;
	if (number & TSPOOL_FLAG_SUPERUSER)
		flags |= ASU;
	if (number & TSPOOL_FLAG_CORE_DUMP)
		flags |= ACORE;
	if (number & TSPOOL_FLAG_SIGNALED)
		flags |= AXSIG;
	if (number & TSPOOL_FLAG_LAST_THREAD)
		flags |= AGROUP;
	return flags;
}

static uint64_t a_second(const struct oracle_pair *pair)
{
	(void)pair;
	return 1;
}

static uint64_t the_longest_gap(const struct oracle_pair *pair)
{
	(void)pair;
	return MAX_GAP_USECS;
}

static uint64_t the_gap_and_a_late_tick_ns(const struct oracle_pair *pair)
{
	return pair->gap_ns + LATE_TICK_NSECS;
}

static uint64_t the_gap_and_a_late_tick(const struct oracle_pair *pair)
{
	return the_gap_and_a_late_tick_ns(pair) / NSECS_PER_USEC;
}

static uint64_t the_switches(const struct oracle_pair *pair)
{
	const struct taskstats *stats = stock_stats(pair->stock);

	return stats->nvcsw + stats->nivcsw - pair->ours->voluntary_switches -
	       pair->ours->involuntary_switches;
}

static uint64_t a_wait_a_tick(const struct oracle_pair *pair)
{
	return 2 + pair->gap_ns / TICK_NSECS;
}

/* A busy machine wakes more than one in a tick, and each may come first. */
static uint64_t a_switch_a_msec(const struct oracle_pair *pair)
{
	return 2 + pair->gap_ns / NSECS_PER_MSEC;
}

static uint64_t system_time_usecs(const struct oracle_pair *pair)
{
	return stock_stats(pair->stock)->ac_stime - pair->ours->system_time_ns / NSECS_PER_USEC;
}

/*
 * Each tick of system time adds the size. The kernel looks at this later than at the system time,
 * and so do we: what came in between is not in the difference of that.
 */
static uint64_t size_over_ticks(const struct oracle_pair *pair, uint64_t bytes)
{
	uint64_t usecs = system_time_usecs(pair) + LATE_TICK_NSECS / NSECS_PER_USEC;

	return usecs * ((bytes >> 20) + 1);
}

static uint64_t rss_over_ticks(const struct oracle_pair *pair)
{
	return size_over_ticks(pair, pair->ours->hiwater_rss_bytes);
}

static uint64_t vm_over_ticks(const struct oracle_pair *pair)
{
	return size_over_ticks(pair, pair->ours->hiwater_vm_bytes);
}

/* Others of the group go on. */
static uint64_t anything_with_others(const struct oracle_pair *pair)
{
	return pair->ours->threads > 1 ? UINT64_MAX : 0;
}

static const char in_steps[] = "equal, in steps of 1,024 as the kernel's";

static const struct oracle_rule rules[] = {
	{ "ac_flag", to_acct_flags, NULL, NULL, "equal" },
	{ "ac_nice", to_byte, NULL, NULL, "equal" },
	{ "ac_btime64", to_seconds, a_second, a_second,
	  "1 s: the kernel subtracts whole seconds from whole seconds" },
	{ "ac_etime", to_usecs, the_longest_gap, NULL, "+5 s: the gap between the two looks" },
	{ "ac_tgetime", to_usecs, the_longest_gap, NULL, "+5 s: the gap between the two looks" },
	{ "cpu_run_virtual_total", NULL, the_gap_and_a_late_tick_ns, NULL,
	  "+gap and 300 ms: what ran since the last tick, which may be late, is added" },
	{ "cpu_delay_total", NULL, the_gap_and_a_late_tick_ns, NULL,
	  "+gap and 300 ms: switched out in it; the scheduler's clock is set right by ticks" },
	{ "cpu_count", NULL, the_switches, NULL, "+switches: each puts it on a CPU again" },
	{ "ac_utime", to_usecs, NULL, NULL, "equal" },
	{ "ac_stime", to_usecs, the_gap_and_a_late_tick, NULL,
	  "+gap and 300 ms: ticks in it, and between the kernel's look at the clock and at this" },
	{ "nvcsw", NULL, a_wait_a_tick, NULL, "+2, and one a tick: waits in the gap" },
	{ "nivcsw", NULL, a_switch_a_msec, NULL,
	  "+2, and one a millisecond: woken threads in the gap" },
	{ "coremem", NULL, rss_over_ticks, NULL,
	  "+size by the ticks of system time in the gap, and 300 ms" },
	{ "virtmem", NULL, vm_over_ticks, NULL,
	  "+size by the ticks of system time in the gap, and 300 ms" },
	{ "hiwater_rss", to_kb, anything_with_others, NULL,
	  "equal; anything more while others share the memory" },
	{ "hiwater_vm", to_kb, anything_with_others, NULL,
	  "equal; anything more while others share the memory" },
	{ "read_char", to_steps, NULL, NULL, in_steps },
	{ "write_char", to_steps, NULL, NULL, in_steps },
	{ "read_syscalls", to_steps, NULL, NULL, in_steps },
	{ "write_syscalls", to_steps, NULL, NULL, in_steps },
	{ "read_bytes", to_steps, NULL, NULL, in_steps },
	{ "write_bytes", to_steps, NULL, NULL, in_steps },
	{ "cancelled_write_bytes", to_steps, NULL, NULL, in_steps },
};

const struct oracle_rule *oracle_rule_of(const char *member)
{
	static const struct oracle_rule same = { .why = "equal" };

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (!strcmp(rules[i].member, member))
			return &rules[i];
	return &same;
}

uint64_t oracle_gap_ns(const struct tspool_record *ours, const struct stock_record *stock)
{
	uint64_t before = ours->exit_time_ns - ours->start_time_ns;
	uint64_t after = (stock_stats(stock)->ac_etime + 1) * NSECS_PER_USEC;

	return after > before ? after - before : 0;
}
