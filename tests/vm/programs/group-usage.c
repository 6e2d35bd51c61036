// SPDX-License-Identifier: GPL-2.0-only
/*
 * A parent is told what the process has used until it is gone. The record is of the time when its
 * last thread enters taskstats_exit(): the rest of the way, in which exit_mm() takes down the
 * memory map, is not in it.
 */
#include "group-usage.h"
#include "storm.h"
#include "ticks.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/wait.h>

#define NSECS_PER_USEC	UINT64_C(1000)
#define USECS_PER_SEC	UINT64_C(1000000)

struct comparison {
	const struct group_truth *truth;
	const struct group_records *records;
};

/* How long its threads may have gone on after the record, all together. */
static uint64_t afterwards_ns(const struct comparison *comparison)
{
	uint64_t after = comparison->truth->reaped_ns - comparison->records->process->exit_time_ns;

	return comparison->truth->threads * after;
}

static uint64_t run_time_afterwards(const struct comparison *comparison)
{
	return afterwards_ns(comparison) + comparison->truth->threads * LATE_TICK_NSECS;
}

/* Each waits for a lock now and then, and is put off the CPU by ticks. */
static uint64_t switches_afterwards(const struct comparison *comparison)
{
	return 4 * comparison->truth->threads + afterwards_ns(comparison) / TICK_NSECS;
}

/* The C library's word for joiners is set to 0, as long as others use the memory. */
static uint64_t faults_afterwards(const struct comparison *comparison)
{
	return comparison->truth->threads - 1;
}

static uint64_t nothing(const struct comparison *comparison)
{
	(void)comparison;
	return 0;
}

static uint64_t time_ns(const struct timeval *time)
{
	return (time->tv_sec * USECS_PER_SEC + time->tv_usec) * NSECS_PER_USEC;
}

/* The kernel shares out the exact time over the two as they were sampled, and rounds both down. */
static uint64_t run_time(const struct rusage *usage)
{
	return time_ns(&usage->ru_utime) + time_ns(&usage->ru_stime) + 2 * NSECS_PER_USEC;
}

static uint64_t minor_faults(const struct rusage *usage)
{
	return usage->ru_minflt;
}

static uint64_t major_faults(const struct rusage *usage)
{
	return usage->ru_majflt;
}

static uint64_t voluntary(const struct rusage *usage)
{
	return usage->ru_nvcsw;
}

static uint64_t involuntary(const struct rusage *usage)
{
	return usage->ru_nivcsw;
}

static uint64_t max_rss(const struct rusage *usage)
{
	return (uint64_t)usage->ru_maxrss << 10;
}

static struct {
	unsigned int field;
	uint64_t (*told)(const struct rusage *usage);
	uint64_t (*bound)(const struct comparison *comparison);
	const char *name;
	unsigned long compared;
	unsigned long equal;
	uint64_t largest;
} rows[] = {
	{ TSPOOL_FIELD_run_time_ns, run_time, run_time_afterwards, "ru_utime + ru_stime", 0, 0, 0 },
	{ TSPOOL_FIELD_minor_faults, minor_faults, faults_afterwards, "ru_minflt", 0, 0, 0 },
	{ TSPOOL_FIELD_major_faults, major_faults, nothing, "ru_majflt", 0, 0, 0 },
	{ TSPOOL_FIELD_voluntary_switches, voluntary, switches_afterwards, "ru_nvcsw", 0, 0, 0 },
	{ TSPOOL_FIELD_involuntary_switches, involuntary, switches_afterwards, "ru_nivcsw", 0, 0,
	  0 },
	{ TSPOOL_FIELD_max_rss_bytes, max_rss, nothing, "ru_maxrss", 0, 0, 0 },
};

static unsigned long io_compared;

static bool fail(const struct group_truth *truth, const char *what, uint64_t told, uint64_t record)
{
	fprintf(stderr, "process %d, %s, %u threads: %s: %" PRIu64 ", in the record %" PRIu64 "\n",
		(int)truth->pid, truth->shape, truth->threads, what, told, record);
	return false;
}

static const struct tspool_field_info *field_of(unsigned int number)
{
	size_t count;

	return &tspool_record_fields(&count)[number];
}

static bool compare_rusage(const struct comparison *comparison)
{
	const struct group_truth *truth = comparison->truth;
	bool holds = true;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t told = rows[i].told(&truth->usage);
		uint64_t record = tspool_field_number(comparison->records->process,
						      field_of(rows[i].field));

		rows[i].compared++;
		rows[i].equal += told == record;
		if (told < record || told - record > rows[i].bound(comparison))
			holds = fail(truth, rows[i].name, told, record);
		else if (told - record > rows[i].largest)
			rows[i].largest = told - record;
	}
	return holds;
}

/* The fields of I/O, in the order of /proc/PID/io. */
static const unsigned int io_fields[GROUP_IO_LINES] = {
	TSPOOL_FIELD_rchar_bytes,
	TSPOOL_FIELD_wchar_bytes,
	TSPOOL_FIELD_syscr,
	TSPOOL_FIELD_syscw,
	TSPOOL_FIELD_read_bytes,
	TSPOOL_FIELD_write_bytes,
	TSPOOL_FIELD_cancelled_write_bytes,
};

/* /proc/PID/io has that of children waited for, the record only where its flag says so. */
static bool compare_io(const struct group_truth *truth, const struct tspool_record *process,
		       const struct tspool_record *child)
{
	bool holds = true;

	for (unsigned int line = 0; line < GROUP_IO_LINES; line++) {
		const struct tspool_field_info *field = field_of(io_fields[line]);
		uint64_t record = tspool_field_number(process, field);

		if (child && !(process->flags & TSPOOL_FLAG_CHILDREN_IO))
			record += tspool_field_number(child, field);
		if (truth->io[line] != record)
			holds = fail(truth, group_io_name(line), truth->io[line], record);
	}
	io_compared++;
	return holds;
}

static bool compare_flags(const struct group_truth *truth, const struct tspool_record *process,
			  const struct tspool_record *child)
{
	uint32_t wanted = TSPOOL_FLAG_LAST_THREAD | TSPOOL_FLAG_NO_EXEC;
	uint32_t told = wanted | TSPOOL_FLAG_SIGNALED | TSPOOL_FLAG_CORE_DUMP |
			TSPOOL_FLAG_THREADED;

	if (WIFSIGNALED(truth->status))
		wanted |= TSPOOL_FLAG_SIGNALED;
	if (truth->threads > 1)
		wanted |= TSPOOL_FLAG_THREADED;
	if (!child)
		told |= TSPOOL_FLAG_CHILDREN_IO;
	if ((process->flags & told) != wanted)
		return fail(truth, "flags", wanted, process->flags);
	return true;
}

bool group_usage_compare(const struct group_truth *truth, const struct group_records *records)
{
	struct comparison comparison = { truth, records };
	const struct tspool_record *process = records->process;
	const struct tspool_record *child = records->child;
	bool holds;

	holds = compare_flags(truth, process, child);
	holds &= compare_io(truth, process, child);
	/* It can't be told apart from what the child used. */
	if (!child)
		holds &= compare_rusage(&comparison);
	if (process->exit_code != (uint32_t)truth->status)
		holds = fail(truth, "wait status", truth->status, process->exit_code);
	if (records->n_tasks != truth->threads)
		holds = fail(truth, "TASK records", truth->threads, records->n_tasks);
	if (tspool_record_has(process, TSPOOL_FIELD_threads_ever) &&
	    process->threads_ever != truth->threads)
		holds = fail(truth, "threads ever", truth->threads, process->threads_ever);
	if (process->elapsed_ns != records->last->group_elapsed_ns ||
	    process->group_elapsed_ns != records->last->group_elapsed_ns)
		holds = fail(truth, "elapsed", records->last->group_elapsed_ns,
			     process->elapsed_ns);
	return holds;
}

void group_usage_print(void)
{
	printf("%-28s %-20s %9s %7s %14s\n", "PROCESS", "wait4", "compared", "equal",
	       "largest excess");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		printf("%-28s %-20s %9lu %7lu %14" PRIu64 "\n", field_of(rows[i].field)->name,
		       rows[i].name, rows[i].compared, rows[i].equal, rows[i].largest);
	printf("%-28s %-20s %9lu\n", "7 fields of I/O", "/proc/PID/io", io_compared);
}
