// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TASK record of a thread is of the time when it enters taskstats_exit(). What it uses on the
 * rest of its way, in exit_mm() and later, is in the sum over its group, if it comes before the
 * last thread's record.
 */
#include "group-sum.h"
#include "ticks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of each of these each is told. */
#define WRONG_TOLD	20

void group_sums_init(struct group_sums *sums)
{
	const struct tspool_field_info *fields;
	size_t count;

	memset(sums, 0, sizeof(*sums));
	fields = tspool_record_fields(&count);
	for (size_t i = 0; i < count; i++)
		sums->rows[sums->count++] = (struct group_sum_row){ .field = &fields[i],
								    .number = i };
}

void group_sums_allow_zero(struct group_sums *sums, char *fields)
{
	for (char *name = strtok(fields, ","); name; name = strtok(NULL, ",")) {
		size_t i = 0;

		while (i < sums->count && strcmp(sums->rows[i].field->name, name))
			i++;
		if (i == sums->count) {
			fprintf(stderr, "groups: no field \"%s\"\n", name);
			exit(2);
		}
		sums->rows[i].may_be_zero = true;
	}
}

/* How long the threads went on after their records, all together. */
static uint64_t afterwards_ns(const struct group_records *records)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < records->n_tasks; i++)
		sum += records->process->exit_time_ns - records->tasks[i].exit_time_ns;
	return sum;
}

/* Each waits for a lock now and then, and is put off the CPU by ticks. */
static uint64_t switches_afterwards(const struct group_records *records)
{
	return 4 * records->n_tasks + afterwards_ns(records) / TICK_NSECS;
}

static uint64_t time_afterwards_ns(const struct group_records *records)
{
	return afterwards_ns(records) + records->n_tasks * LATE_TICK_NSECS;
}

/* Each of the numbers added up is rounded down. */
static uint64_t size_over_ticks(const struct group_records *records, uint64_t bytes)
{
	return time_afterwards_ns(records) / 1000 * ((bytes >> 20) + 1) + records->n_tasks;
}

/* By how much the sum over the group may be more than that over its TASK records. */
static uint64_t excess_bound(const struct group_records *records, unsigned int field)
{
	switch (field) {
	case TSPOOL_FIELD_run_time_ns:
	case TSPOOL_FIELD_system_time_ns:
	case TSPOOL_FIELD_run_delay_ns:
		return time_afterwards_ns(records);
	case TSPOOL_FIELD_run_count:
	case TSPOOL_FIELD_voluntary_switches:
	case TSPOOL_FIELD_involuntary_switches:
		return switches_afterwards(records);
	case TSPOOL_FIELD_minor_faults:
		/* The C library's word for joiners is set to 0. */
		return records->n_tasks - 1;
	case TSPOOL_FIELD_rss_mb_us:
		return size_over_ticks(records, records->process->max_rss_bytes);
	case TSPOOL_FIELD_vm_mb_us:
		return size_over_ticks(records, records->process->hiwater_vm_bytes);
	default:
		return 0;
	}
}

static void tell(struct group_sums *sums, struct group_sum_row *row,
		 const struct group_records *records, uint64_t wanted, uint64_t got)
{
	if (sums->wrong++ >= WRONG_TOLD)
		return;
	fprintf(stderr, "process %u of %zu threads: %s: %" PRIu64 " instead of %" PRIu64 "\n",
		records->process->pid, records->n_tasks, row->field->name, got, wanted);
}

static bool is_io(unsigned int field)
{
	return field >= TSPOOL_FIELD_rchar_bytes && field <= TSPOOL_FIELD_cancelled_write_bytes;
}

/* The I/O of a child that it waited for is in the record where its flag says so. */
static uint64_t sum_over(const struct group_records *records, unsigned int number,
			 const struct tspool_field_info *field)
{
	uint64_t sum = 0;

	if (is_io(number) && records->process->flags & TSPOOL_FLAG_CHILDREN_IO)
		sum = tspool_field_number(records->child, field);
	for (size_t i = 0; i < records->n_tasks; i++)
		sum += tspool_field_number(&records->tasks[i], field);
	return sum;
}

static uint64_t extreme_of(const struct group_records *records,
			   const struct tspool_field_info *field)
{
	bool highest = field->group == TSPOOL_GROUP_HIGHEST;
	uint64_t extreme = tspool_field_number(&records->tasks[0], field);

	for (size_t i = 1; i < records->n_tasks; i++) {
		uint64_t number = tspool_field_number(&records->tasks[i], field);

		if (highest ? number > extreme : number < extreme)
			extreme = number;
	}
	return extreme;
}

static void compare_sum(struct group_sums *sums, struct group_sum_row *row,
			const struct group_records *records)
{
	uint64_t sum = sum_over(records, row->number, row->field);
	uint64_t whole = tspool_field_number(records->process, row->field);

	row->equal += whole == sum;
	if (whole < sum) {
		tell(sums, row, records, sum, whole);
		return;
	}
	if (whole - sum > row->largest)
		row->largest = whole - sum;
	if (whole - sum > excess_bound(records, row->number))
		tell(sums, row, records, sum, whole);
}

/* Its own end, which comes with the last thread's, and the flags of a group. */
static bool is_of_the_group(unsigned int field)
{
	return field == TSPOOL_FIELD_elapsed_ns || field == TSPOOL_FIELD_group_elapsed_ns ||
	       field == TSPOOL_FIELD_exit_code || field == TSPOOL_FIELD_flags;
}

static void compare_equal(struct group_sums *sums, struct group_sum_row *row,
			  const struct group_records *records, uint64_t wanted)
{
	uint64_t got = tspool_field_number(records->process, row->field);

	if (got == wanted)
		row->equal++;
	else
		tell(sums, row, records, wanted, got);
}

static void compare_with(struct group_sums *sums, struct group_sum_row *row,
			 const struct group_records *records, const struct tspool_record *task)
{
	const size_t offset = row->field->offset;

	if (row->field->kind != TSPOOL_KIND_TEXT) {
		compare_equal(sums, row, records, tspool_field_number(task, row->field));
		return;
	}
	if (memcmp((const char *)records->process + offset, (const char *)task + offset,
		   row->field->size))
		tell(sums, row, records, 0, 0);
	else
		row->equal++;
}

static void compare_row(struct group_sums *sums, struct group_sum_row *row,
			const struct group_records *records)
{
	row->compared++;
	row->nonzero += tspool_field_number(records->process, row->field) != 0;
	switch (row->field->group) {
	case TSPOOL_GROUP_ADDED:
		compare_sum(sums, row, records);
		break;
	case TSPOOL_GROUP_HIGHEST:
	case TSPOOL_GROUP_LOWEST:
		compare_equal(sums, row, records, extreme_of(records, row->field));
		break;
	case TSPOOL_GROUP_LEADER:
		compare_with(sums, row, records, records->leader);
		break;
	default:
		compare_with(sums, row, records, records->last);
	}
}

void group_sums_compare(struct group_sums *sums, const struct group_records *records)
{
	for (size_t i = 0; i < sums->count; i++) {
		struct group_sum_row *row = &sums->rows[i];

		if (row->field->group == TSPOOL_GROUP_OWN || is_of_the_group(row->number))
			continue;
		if (tspool_record_has(records->process, row->number))
			compare_row(sums, row, records);
		else if (tspool_record_has(records->last, row->number))
			row->absent++;
	}
}

static const char *group_name(enum tspool_group group)
{
	switch (group) {
	case TSPOOL_GROUP_ADDED:
		return "sum";
	case TSPOOL_GROUP_HIGHEST:
		return "highest";
	case TSPOOL_GROUP_LOWEST:
		return "lowest";
	case TSPOOL_GROUP_LEADER:
		return "leader's";
	default:
		return "last one's";
	}
}

void group_sums_print(const struct group_sums *sums)
{
	printf("%-28s %-10s %8s %7s %7s %7s %14s\n", "PROCESS", "TASK", "compared", "absent",
	       "not 0", "equal", "largest excess");
	for (size_t i = 0; i < sums->count; i++) {
		const struct group_sum_row *row = &sums->rows[i];

		if (row->compared || row->absent)
			printf("%-28s %-10s %8lu %7lu %7lu %7lu %14" PRIu64 "\n", row->field->name,
			       group_name(row->field->group), row->compared, row->absent,
			       row->nonzero, row->equal, row->largest);
	}
}

/* What the kernel forgets with each thread that is released. */
static bool is_forgotten(unsigned int field)
{
	return field == TSPOOL_FIELD_rss_mb_us || field == TSPOOL_FIELD_vm_mb_us ||
	       field == TSPOOL_FIELD_threads_ever;
}

/*
 * The waits can't be told if a thread stays inside taskstats_exit() for long, as it may on a
 * virtual CPU that has to wait for its turn.
 */
static bool is_absent_too_often(const struct group_sum_row *row)
{
	return row->absent * 10 > row->compared && !is_forgotten(row->number);
}

static bool row_holds(const struct group_sum_row *row)
{
	bool is_sum = row->field->group == TSPOOL_GROUP_ADDED;

	if (is_absent_too_often(row)) {
		fprintf(stderr, "%s: absent in %lu records\n", row->field->name, row->absent);
		return false;
	}
	if (is_sum && row->compared && !row->nonzero && !row->may_be_zero) {
		fprintf(stderr, "%s: zero in all records\n", row->field->name);
		return false;
	}
	return true;
}

bool group_sums_hold(const struct group_sums *sums)
{
	bool hold = !sums->wrong;

	for (size_t i = 0; i < sums->count; i++)
		hold &= row_holds(&sums->rows[i]);
	return hold;
}
