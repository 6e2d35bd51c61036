// SPDX-License-Identifier: LGPL-2.1-or-later
#include "taskstats_layout.h"

#include <string.h>

#include "array.h"

/* The version that brought the longest and shortest delays, but to other places than the next. */
#define VERSION_MISPLACED	15
/* From here on the sums of a group have the times and switches of threads that had ended, too. */
#define VERSION_WHOLE_SUMS	13
#define VERSION_FIRST		TSP_TASKSTATS_VERSION_MIN

#define MEMBER(at, size, of_form) \
	{ \
		.offset = (at), .bytes = (size), .form = TSP_FORM_##of_form \
	}

#define SUM(at, of_form, version) \
	{ \
		.offset = (at), .bytes = 8, .form = TSP_FORM_##of_form, .summed_since = (version) \
	}

const struct tsp_taskstats_member tsp_taskstats_members[TSPOOL_FIELD_COUNT] = {
	[TSPOOL_FIELD_exit_code] = MEMBER(4, 4, AS_IT_IS),
	[TSPOOL_FIELD_flags] = MEMBER(8, 1, ACCT_FLAGS),
	[TSPOOL_FIELD_nice] = MEMBER(9, 1, SIGNED_BYTE),
	[TSPOOL_FIELD_run_count] = SUM(16, AS_IT_IS, VERSION_FIRST),
	[TSPOOL_FIELD_run_delay_ns] = SUM(24, AS_IT_IS, VERSION_FIRST),
	[TSPOOL_FIELD_blkio_count] = SUM(32, DELAY, VERSION_FIRST),
	[TSPOOL_FIELD_blkio_delay_ns] = SUM(40, DELAY, VERSION_FIRST),
	[TSPOOL_FIELD_swapin_count] = SUM(48, DELAY, VERSION_FIRST),
	[TSPOOL_FIELD_swapin_delay_ns] = SUM(56, DELAY, VERSION_FIRST),
	[TSPOOL_FIELD_run_time_ns] = SUM(72, AS_IT_IS, VERSION_FIRST),
	[TSPOOL_FIELD_comm] = MEMBER(80, 16, NAME),
	[TSPOOL_FIELD_policy] = MEMBER(112, 1, AS_IT_IS),
	[TSPOOL_FIELD_uid] = MEMBER(120, 4, AS_IT_IS),
	[TSPOOL_FIELD_gid] = MEMBER(124, 4, AS_IT_IS),
	[TSPOOL_FIELD_pid] = MEMBER(128, 4, AS_IT_IS),
	[TSPOOL_FIELD_ppid] = MEMBER(132, 4, AS_IT_IS),
	[TSPOOL_FIELD_elapsed_ns] = MEMBER(144, 8, IN_USECS),
	[TSPOOL_FIELD_user_time_ns] = SUM(152, IN_USECS, VERSION_WHOLE_SUMS),
	[TSPOOL_FIELD_system_time_ns] = SUM(160, IN_USECS, VERSION_WHOLE_SUMS),
	[TSPOOL_FIELD_minor_faults] = MEMBER(168, 8, AS_IT_IS),
	[TSPOOL_FIELD_major_faults] = MEMBER(176, 8, AS_IT_IS),
	[TSPOOL_FIELD_rss_mb_us] = MEMBER(184, 8, AS_IT_IS),
	[TSPOOL_FIELD_vm_mb_us] = MEMBER(192, 8, AS_IT_IS),
	[TSPOOL_FIELD_hiwater_rss_bytes] = MEMBER(200, 8, IN_KB),
	[TSPOOL_FIELD_hiwater_vm_bytes] = MEMBER(208, 8, IN_KB),
	[TSPOOL_FIELD_rchar_bytes] = MEMBER(216, 8, AS_IT_IS),
	[TSPOOL_FIELD_wchar_bytes] = MEMBER(224, 8, AS_IT_IS),
	[TSPOOL_FIELD_syscr] = MEMBER(232, 8, AS_IT_IS),
	[TSPOOL_FIELD_syscw] = MEMBER(240, 8, AS_IT_IS),
	[TSPOOL_FIELD_read_bytes] = MEMBER(248, 8, AS_IT_IS),
	[TSPOOL_FIELD_write_bytes] = MEMBER(256, 8, AS_IT_IS),
	[TSPOOL_FIELD_cancelled_write_bytes] = MEMBER(264, 8, AS_IT_IS),
	[TSPOOL_FIELD_voluntary_switches] = SUM(272, AS_IT_IS, VERSION_WHOLE_SUMS),
	[TSPOOL_FIELD_involuntary_switches] = SUM(280, AS_IT_IS, VERSION_WHOLE_SUMS),
	[TSPOOL_FIELD_freepages_count] = SUM(312, DELAY, VERSION_FIRST),
	[TSPOOL_FIELD_freepages_delay_ns] = SUM(320, DELAY, VERSION_FIRST),
	[TSPOOL_FIELD_thrashing_count] = SUM(328, DELAY, VERSION_FIRST),
	[TSPOOL_FIELD_thrashing_delay_ns] = SUM(336, DELAY, VERSION_FIRST),
	[TSPOOL_FIELD_start_wall_time_ns] = MEMBER(344, 8, IN_SECONDS),
	[TSPOOL_FIELD_compact_count] = SUM(352, DELAY, VERSION_FIRST),
	[TSPOOL_FIELD_compact_delay_ns] = SUM(360, DELAY, VERSION_FIRST),
	[TSPOOL_FIELD_tgid] = MEMBER(368, 4, AS_IT_IS),
	[TSPOOL_FIELD_group_elapsed_ns] = MEMBER(376, 8, IN_USECS),
	[TSPOOL_FIELD_exe_dev] = MEMBER(384, 8, AS_IT_IS),
	[TSPOOL_FIELD_exe_inode] = MEMBER(392, 8, AS_IT_IS),
	[TSPOOL_FIELD_wpcopy_count] = SUM(400, DELAY, VERSION_FIRST),
	[TSPOOL_FIELD_wpcopy_delay_ns] = SUM(408, DELAY, VERSION_FIRST),
	[TSPOOL_FIELD_irq_count] = SUM(416, DELAY, VERSION_FIRST),
	[TSPOOL_FIELD_irq_delay_ns] = SUM(424, DELAY, VERSION_FIRST),
	[TSPOOL_FIELD_run_delay_max_ns] = MEMBER(432, 8, EXTREME),
	[TSPOOL_FIELD_run_delay_min_ns] = MEMBER(440, 8, EXTREME),
	[TSPOOL_FIELD_run_delay_max_wall_time_ns] = MEMBER(560, 16, EXTREME_TIME),
	[TSPOOL_FIELD_blkio_delay_max_ns] = MEMBER(448, 8, EXTREME),
	[TSPOOL_FIELD_blkio_delay_min_ns] = MEMBER(456, 8, EXTREME),
	[TSPOOL_FIELD_blkio_delay_max_wall_time_ns] = MEMBER(576, 16, EXTREME_TIME),
	[TSPOOL_FIELD_swapin_delay_max_ns] = MEMBER(464, 8, EXTREME),
	[TSPOOL_FIELD_swapin_delay_min_ns] = MEMBER(472, 8, EXTREME),
	[TSPOOL_FIELD_swapin_delay_max_wall_time_ns] = MEMBER(592, 16, EXTREME_TIME),
	[TSPOOL_FIELD_freepages_delay_max_ns] = MEMBER(480, 8, EXTREME),
	[TSPOOL_FIELD_freepages_delay_min_ns] = MEMBER(488, 8, EXTREME),
	[TSPOOL_FIELD_freepages_delay_max_wall_time_ns] = MEMBER(608, 16, EXTREME_TIME),
	[TSPOOL_FIELD_thrashing_delay_max_ns] = MEMBER(496, 8, EXTREME),
	[TSPOOL_FIELD_thrashing_delay_min_ns] = MEMBER(504, 8, EXTREME),
	[TSPOOL_FIELD_thrashing_delay_max_wall_time_ns] = MEMBER(624, 16, EXTREME_TIME),
	[TSPOOL_FIELD_compact_delay_max_ns] = MEMBER(512, 8, EXTREME),
	[TSPOOL_FIELD_compact_delay_min_ns] = MEMBER(520, 8, EXTREME),
	[TSPOOL_FIELD_compact_delay_max_wall_time_ns] = MEMBER(640, 16, EXTREME_TIME),
	[TSPOOL_FIELD_wpcopy_delay_max_ns] = MEMBER(528, 8, EXTREME),
	[TSPOOL_FIELD_wpcopy_delay_min_ns] = MEMBER(536, 8, EXTREME),
	[TSPOOL_FIELD_wpcopy_delay_max_wall_time_ns] = MEMBER(656, 16, EXTREME_TIME),
	[TSPOOL_FIELD_irq_delay_max_ns] = MEMBER(544, 8, EXTREME),
	[TSPOOL_FIELD_irq_delay_min_ns] = MEMBER(552, 8, EXTREME),
	[TSPOOL_FIELD_irq_delay_max_wall_time_ns] = MEMBER(672, 16, EXTREME_TIME),
};

/* From version 16 on they follow each other here. */
#define EXTREMES_OFFSET	432

/* In version 15 each total of delays was followed by its longest and its shortest one. */
static const uint16_t ends_of_totals[] = { 32, 48, 64, 328, 344, 368, 416, 432 };

static size_t misplaced(size_t offset)
{
	size_t shift = 0;

	if (offset >= EXTREMES_OFFSET)
		return ends_of_totals[(offset - EXTREMES_OFFSET) / 16] + offset - EXTREMES_OFFSET;
	for (size_t i = 0; i < ARRAY_SIZE(ends_of_totals); i++)
		if (ends_of_totals[i] <= offset)
			shift += 16;
	return offset + shift;
}

int tsp_taskstats_open(struct tsp_taskstats *stats, const void *bytes, size_t length)
{
	uint16_t version;

	if (length < sizeof(version))
		return 0;
	memcpy(&version, bytes, sizeof(version));
	*stats = (struct tsp_taskstats){ .bytes = bytes, .length = length, .version = version };
	return version;
}

const unsigned char *tsp_taskstats_find(const struct tsp_taskstats *stats, unsigned int field,
					unsigned int since)
{
	const struct tsp_taskstats_member *member = &tsp_taskstats_members[field];
	size_t offset = member->offset;

	if (stats->version == VERSION_MISPLACED && since == VERSION_MISPLACED + 1)
		since = VERSION_MISPLACED;
	if (!member->bytes || since > stats->version)
		return NULL;
	if (stats->version == VERSION_MISPLACED)
		offset = misplaced(offset);
	return offset + member->bytes <= stats->length ? stats->bytes + offset : NULL;
}
