/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames for archives, by their number: what a busy machine's look like. The same number makes the
 * same frame, so that nobody needs to keep them.
 */
#ifndef TSP_ARCHIVE_FRAMES_H
#define TSP_ARCHIVE_FRAMES_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <tspool/record.h>

/* As long as the module makes them: it does not fill the longest and shortest delays. */
#define MODULE_FRAME_BYTES	offsetof(struct tspool_record, run_delay_max_ns)

#define FRAMES_BEGIN_NS		UINT64_C(1795362003000000000)
#define FRAMES_STEP_NS		UINT64_C(20000)

/* One of so many is a loss. */
#define FRAMES_A_LOSS		97

static inline uint64_t mix(uint64_t number)
{
	number += UINT64_C(0x9e3779b97f4a7c15);
	number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
	return number ^ number >> 31;
}

static inline void fill_numbers(struct tspool_record *record, uint64_t number)
{
	uint64_t random = mix(number);

	record->seq = number;
	record->exit_wall_time_ns = FRAMES_BEGIN_NS + number * FRAMES_STEP_NS + random % 50000;
	record->exit_time_ns = record->exit_wall_time_ns - UINT64_C(1795000000000000000);
	record->elapsed_ns = 100000 + mix(random) % 3000000;
	record->start_time_ns = record->exit_time_ns - record->elapsed_ns;
	record->start_wall_time_ns = record->exit_wall_time_ns - record->elapsed_ns;
	record->run_time_ns = record->elapsed_ns / (2 + random % 7);
	record->system_time_ns = random % 3 ? 0 : 4000000;
	record->run_delay_ns = mix(random + 1) % 90000;
	record->run_count = 1 + random % 5;
	record->voluntary_switches = random % 4;
	record->minor_faults = 50 + mix(random + 2) % 60;
	record->rchar_bytes = random % 8 ? 0 : mix(random + 3) % 100000;
	record->hiwater_rss_bytes = 4096 * (300 + random % 64);
	record->hiwater_vm_bytes = 4096 * UINT64_C(2400);
	record->rss_mb_us = record->run_time_ns / 1000;
}

static inline void fill_ids(struct tspool_record *record, uint64_t number)
{
	uint64_t random = mix(number);

	record->cgroup_id = 100 + number / 200 % 50;
	record->exe_inode = 4711;
	record->cpu = random % 8;
	record->pid = 1000 + number % 4000000;
	record->tgid = record->pid - random % 2;
	record->ppid = 999;
	record->pid_ns = 4026531836U;
	record->uid = number / 100 % 4 * 1000;
	record->exit_code = random % 50 ? 0 : 256;
	record->nice = random % 20 ? 0 : -5;
	snprintf(record->comm, sizeof(record->comm), "%s-%u", random % 100 ? "worker" : "a,\"\\\n",
		 (unsigned int)(random % 16));
}

static inline struct tspool_record make_record(uint64_t number)
{
	struct tspool_record record = {
		.frame.size = MODULE_FRAME_BYTES,
		.frame.type = number % 2 ? TSPOOL_FRAME_TASK : TSPOOL_FRAME_PROCESS,
		.frame.version = TSPOOL_FRAME_VERSION,
		.frame.cpt = number % 4,
	};

	fill_numbers(&record, number);
	fill_ids(&record, number);
	for (unsigned int i = 0; i < TSPOOL_FIELD_run_delay_max_ns; i++)
		if (i != TSPOOL_FIELD_login_uid)
			record.present[i / 64] |= UINT64_C(1) << i % 64;
	return record;
}

static inline struct tspool_lost make_lost(uint64_t number)
{
	return (struct tspool_lost){
		.frame.size = sizeof(struct tspool_lost),
		.frame.type = TSPOOL_FRAME_LOST,
		.frame.version = TSPOOL_FRAME_VERSION,
		.frame.cpt = number % 4,
		.count = 1 + number % 5,
		.first_seq = number,
		.last_seq = number + number % 5,
		.cause = 1 + number % 3,
		.wall_time_ns = FRAMES_BEGIN_NS + number * FRAMES_STEP_NS,
	};
}

union any_frame {
	struct tspool_frame frame;
	struct tspool_record record;
	struct tspool_lost lost;
};

static inline union any_frame make_frame(uint64_t number)
{
	union any_frame any;

	memset(&any, 0, sizeof(any));
	if (number % FRAMES_A_LOSS == FRAMES_A_LOSS - 1)
		any.lost = make_lost(number);
	else
		any.record = make_record(number);
	return any;
}

/* The path of its cgroup: every tenth has none. */
static inline const char *make_cgroup(const union any_frame *any, char *path, size_t size)
{
	if (any->frame.type == TSPOOL_FRAME_LOST || any->record.cgroup_id % 10 == 0)
		return NULL;
	snprintf(path, size, "/system.slice/job, \"%llu\".service",
		 (unsigned long long)any->record.cgroup_id);
	return path;
}

#endif /* TSP_ARCHIVE_FRAMES_H */
