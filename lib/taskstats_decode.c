// SPDX-License-Identifier: LGPL-2.1-or-later
#include "taskstats_decode.h"

#include <linux/acct.h>
#include <string.h>

#define NSECS_PER_USEC	UINT64_C(1000)
#define NSECS_PER_SEC	UINT64_C(1000000000)
#define BYTES_PER_KB	1024

/* Before, only the leader's exit code was told; those of others were zero. */
#define VERSION_EXIT_CODES	12

/* A record on its way. */
struct filling {
	struct tspool_record *record;
	const struct tsp_taskstats *stats;
	const struct tspool_field_info *fields;
	unsigned int count; /* of the fields */
	uint64_t delays; /* 0: there were none, or none was accounted */
};

static struct filling begin(struct tspool_record *record, const struct tsp_taskstats *stats,
			    unsigned int type)
{
	struct filling filling = { .record = record, .stats = stats };
	size_t count;

	memset(record, 0, sizeof(*record));
	record->frame.size = sizeof(*record);
	record->frame.type = type;
	record->frame.version = TSPOOL_FRAME_VERSION;
	filling.fields = tspool_record_fields(&count);
	filling.count = (unsigned int)count;
	return filling;
}

/* As many bytes as the field has. */
static void store(const struct filling *filling, unsigned int field, const void *bytes)
{
	const struct tspool_field_info *info = &filling->fields[field];

	memcpy((char *)filling->record + info->offset, bytes, info->size);
	filling->record->present[field / 64] |= UINT64_C(1) << field % 64;
}

static void store_number(const struct filling *filling, unsigned int field, uint64_t number)
{
	uint32_t narrow = (uint32_t)number;

	if (filling->fields[field].size == sizeof(narrow))
		store(filling, field, &narrow);
	else
		store(filling, field, &number);
}

static void drop(const struct filling *filling, unsigned int field)
{
	const struct tspool_field_info *info = &filling->fields[field];

	memset((char *)filling->record + info->offset, 0, info->size);
	filling->record->present[field / 64] &= ~(UINT64_C(1) << field % 64);
}

static uint64_t read_number(const unsigned char *bytes, size_t size)
{
	uint64_t wide;
	uint32_t narrow;

	switch (size) {
	case 1:
		return *bytes;
	case sizeof(narrow):
		memcpy(&narrow, bytes, sizeof(narrow));
		return narrow;
	default:
		memcpy(&wide, bytes, sizeof(wide));
		return wide;
	}
}

static uint32_t flags_of(uint64_t acct_flags)
{
	uint32_t flags = 0;

	if (acct_flags & AFORK)
		flags |= TSPOOL_FLAG_NO_EXEC;
	if (acct_flags & ASU)
		flags |= TSPOOL_FLAG_SUPERUSER;
	if (acct_flags & ACORE)
		flags |= TSPOOL_FLAG_CORE_DUMP;
	if (acct_flags & AXSIG)
		flags |= TSPOOL_FLAG_SIGNALED;
	if (acct_flags & AGROUP)
		flags |= TSPOOL_FLAG_LAST_THREAD;
	return flags;
}

/* A member's number, in the unit of the record's field. */
static uint64_t number_of(const unsigned char *bytes, const struct tsp_taskstats_member *member)
{
	uint64_t number = read_number(bytes, member->bytes);

	switch (member->form) {
	case TSP_FORM_IN_USECS:
		return number * NSECS_PER_USEC;
	case TSP_FORM_IN_SECONDS:
		return number * NSECS_PER_SEC;
	case TSP_FORM_IN_KB:
		return number * BYTES_PER_KB;
	case TSP_FORM_SIGNED_BYTE:
		return (uint64_t)(int8_t)number;
	case TSP_FORM_ACCT_FLAGS:
		return flags_of(number);
	case TSP_FORM_EXTREME_TIME:
		return number * NSECS_PER_SEC + read_number(bytes + 8, 8);
	default:
		return number;
	}
}

static void take_member(struct filling *filling, unsigned int field)
{
	const struct tsp_taskstats_member *member = &tsp_taskstats_members[field];
	const struct tspool_field_info *info = &filling->fields[field];
	const unsigned char *bytes;
	uint64_t number;

	bytes = tsp_taskstats_find(filling->stats, field, info->stock_since);
	if (!bytes)
		return;
	if (member->form == TSP_FORM_NAME) {
		store(filling, field, bytes);
		return;
	}
	number = number_of(bytes, member);
	if (member->form == TSP_FORM_DELAY)
		filling->delays |= number;
	if (number || (member->form != TSP_FORM_EXTREME && member->form != TSP_FORM_EXTREME_TIME))
		store_number(filling, field, number);
}

/* Zeros of which nobody knows whether they were counted. */
static void drop_unaccounted(const struct filling *filling)
{
	const struct tspool_record *record = filling->record;

	/* Whoever ran was put on a CPU; but not every kernel counts that. */
	if (!record->run_count) {
		drop(filling, TSPOOL_FIELD_run_count);
		drop(filling, TSPOOL_FIELD_run_delay_ns);
	}
	if (!record->run_time_ns)
		drop(filling, TSPOOL_FIELD_run_time_ns);
	for (unsigned int i = 0; i < filling->count && !filling->delays; i++)
		if (tsp_taskstats_members[i].form == TSP_FORM_DELAY)
			drop(filling, i);
}

/* A task without a memory map has no executable either. */
static void drop_memory(const struct filling *filling)
{
	const struct tspool_record *record = filling->record;

	if (!record->hiwater_vm_bytes) {
		drop(filling, TSPOOL_FIELD_hiwater_rss_bytes);
		drop(filling, TSPOOL_FIELD_hiwater_vm_bytes);
	}
	if (!record->exe_inode && !record->exe_dev) {
		drop(filling, TSPOOL_FIELD_exe_inode);
		drop(filling, TSPOOL_FIELD_exe_dev);
	}
}

/*
 * The kernel takes the whole seconds of a life from the second of the exit, which gives that of the
 * start.
 */
static void add_exit_time(const struct filling *filling)
{
	const struct tspool_record *record = filling->record;
	uint64_t lived = record->elapsed_ns - record->elapsed_ns % NSECS_PER_SEC;

	if (tspool_record_has(record, TSPOOL_FIELD_start_wall_time_ns))
		store_number(filling, TSPOOL_FIELD_exit_wall_time_ns,
			     record->start_wall_time_ns + lived);
}

static void settle_exit(const struct filling *filling, bool exited)
{
	if (exited)
		add_exit_time(filling);
	if (!exited ||
	    (filling->stats->version < VERSION_EXIT_CODES && !filling->record->exit_code))
		drop(filling, TSPOOL_FIELD_exit_code);
}

void tsp_taskstats_task(struct tspool_record *record, const struct tsp_taskstats *stats,
			bool exited)
{
	struct filling filling = begin(record, stats, TSPOOL_FRAME_TASK);

	for (unsigned int i = 0; i < filling.count; i++)
		take_member(&filling, i);
	drop_unaccounted(&filling);
	drop_memory(&filling);
	settle_exit(&filling, exited);
	if (tspool_record_has(record, TSPOOL_FIELD_tgid) && record->tgid != record->pid)
		record->flags |= TSPOOL_FLAG_THREADED;
}

/* Whether a thread's field is that of its group, too. */
static bool is_common(const struct tspool_field_info *info, unsigned int field, bool is_leader)
{
	/* A thread may end with another status than its group. */
	if (field == TSPOOL_FIELD_exit_code)
		return false;
	return info->group == TSPOOL_GROUP_SHARED ||
	       (is_leader && info->group == TSPOOL_GROUP_LEADER);
}

static void take_common(const struct filling *filling, const struct tspool_record *member,
			bool is_leader)
{
	for (unsigned int i = 0; i < filling->count; i++) {
		const struct tspool_field_info *info = &filling->fields[i];

		if (tspool_record_has(member, i) && is_common(info, i, is_leader))
			store(filling, i, (const char *)member + info->offset);
	}
}

/* The time since the leader's fork, which each of its threads tells. */
static void take_life(const struct filling *filling, const struct tspool_record *member)
{
	if (tspool_record_has(member, TSPOOL_FIELD_group_elapsed_ns)) {
		store_number(filling, TSPOOL_FIELD_elapsed_ns, member->group_elapsed_ns);
		store_number(filling, TSPOOL_FIELD_group_elapsed_ns, member->group_elapsed_ns);
	}
	if (tspool_record_has(member, TSPOOL_FIELD_exit_wall_time_ns))
		store_number(filling, TSPOOL_FIELD_exit_wall_time_ns, member->exit_wall_time_ns);
}

/* All zero, not even having run: the kernel found no thread to add, as of a zombie. */
static void take_sums(struct filling *filling)
{
	for (unsigned int i = 0; i < filling->count; i++) {
		unsigned int since = tsp_taskstats_members[i].summed_since;

		if (since && since <= filling->stats->version)
			take_member(filling, i);
	}
	drop_unaccounted(filling);
	if (tspool_record_has(filling->record, TSPOOL_FIELD_run_time_ns))
		return;
	for (unsigned int i = 0; i < filling->count; i++)
		if (tsp_taskstats_members[i].summed_since)
			drop(filling, i);
}

void tsp_taskstats_process(struct tspool_record *record, uint32_t tgid,
			   const struct tsp_taskstats *stats, const struct tspool_record *member)
{
	struct filling filling = begin(record, stats, TSPOOL_FRAME_PROCESS);

	take_sums(&filling);
	take_common(&filling, member, member->pid == tgid);
	take_life(&filling, member);
	store_number(&filling, TSPOOL_FIELD_pid, tgid);
	store_number(&filling, TSPOOL_FIELD_tgid, tgid);
}
