// SPDX-License-Identifier: LGPL-2.1-or-later
#include "delays.h"

#include <string.h>
#include <time.h>

#define LOOK_EVERY_NS	UINT64_C(1000000000)

/* The run that a field goes on with, or a new one. */
static struct tsp_field_run *run_of(struct tsp_delays *delays,
				    const struct tspool_field_info *field)
{
	struct tsp_field_run *last = delays->runs + delays->n_runs;

	if (delays->n_runs && last[-1].offset + last[-1].bytes == field->offset)
		return last - 1;
	delays->n_runs++;
	last->offset = field->offset;
	return last;
}

static void add_field(struct tsp_delays *delays, size_t number,
		      const struct tspool_field_info *field)
{
	struct tsp_field_run *run = run_of(delays, field);
	uint64_t bit = UINT64_C(1) << number % 64;

	run->bytes += field->size;
	run->present[number / 64] |= bit;
	delays->fields[number / 64] |= bit;
}

void tsp_delays_init(struct tsp_delays *delays)
{
	const struct tspool_field_info *fields;
	size_t count;

	memset(delays, 0, sizeof(*delays));
	fields = tspool_record_fields(&count);
	for (size_t i = 0; i < count; i++)
		if (tspool_needs_delay_accounting(&fields[i]))
			add_field(delays, i, &fields[i]);
}

/* A record without an exit time has just been made, or as good as. */
static uint64_t time_of(const struct tspool_record *record)
{
	struct timespec now;

	if (record->exit_time_ns)
		return record->exit_time_ns;
	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void look_again(struct tsp_delays *delays, uint64_t now_ns)
{
	if (now_ns < delays->next_look_ns)
		return;
	delays->accounting = tspool_delay_accounting();
	delays->next_look_ns = now_ns + LOOK_EVERY_NS;
}

static bool has_any(const struct tspool_record *record, const uint64_t fields[TSPOOL_PRESENT_WORDS])
{
	uint64_t any = 0;

	for (size_t i = 0; i < TSPOOL_PRESENT_WORDS; i++)
		any |= record->present[i] & fields[i];
	return any;
}

/* An absent field holds zero: those that are absent already need nothing. */
static void clear(struct tspool_record *record, const struct tsp_delays *delays)
{
	for (unsigned int i = 0; i < delays->n_runs; i++) {
		const struct tsp_field_run *run = &delays->runs[i];

		if (has_any(record, run->present))
			memset((char *)record + run->offset, 0, run->bytes);
	}
	for (size_t i = 0; i < TSPOOL_PRESENT_WORDS; i++)
		record->present[i] &= ~delays->fields[i];
}

const struct tspool_record *tsp_delays_filter(struct tsp_delays *delays,
					      const struct tspool_record *record,
					      struct tspool_record *own)
{
	if (!has_any(record, delays->fields))
		return record;
	look_again(delays, time_of(record));
	if (delays->accounting != TSPOOL_DELAYACCT_OFF)
		return record;

	if (record != own) {
		delays->copy = *record;
		own = &delays->copy;
	}
	clear(own, delays);
	return own;
}
