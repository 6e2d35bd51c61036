// SPDX-License-Identifier: GPL-2.0-only
#include "tally.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "delay_table.h"

/* clang-format off */
const enum tspool_field tsp_tally_fields[] = {
	[TSP_TALLY_RUN_TIME] = TSPOOL_FIELD_run_time_ns,
	[TSP_TALLY_READ] = TSPOOL_FIELD_read_bytes,
	[TSP_TALLY_WRITTEN] = TSPOOL_FIELD_write_bytes,
	[TSP_TALLY_RSS] = TSPOOL_FIELD_max_rss_bytes,
};

/* clang-format on */

static int by_key(const void *left, const void *right)
{
	const struct tsp_tally_row *a = left, *b = right;

	if (a->known != b->known)
		return a->known - b->known;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return memcmp(a->comm, b->comm, sizeof(a->comm));
}

static void choose(enum tsp_tally_key key, const struct tspool_record *record,
		   struct tsp_tally_row *row)
{
	switch (key) {
	case TSP_TALLY_COMM:
		row->known = tspool_record_has(record, TSPOOL_FIELD_comm);
		memcpy(row->comm, record->comm, sizeof(row->comm));
		break;
	case TSP_TALLY_UID:
		row->known = tspool_record_has(record, TSPOOL_FIELD_uid);
		row->number = record->uid;
		break;
	case TSP_TALLY_CGROUP:
		row->known = tspool_record_has(record, TSPOOL_FIELD_cgroup_id);
		row->number = record->cgroup_id;
		break;
	case TSP_TALLY_STATUS:
		row->known = tspool_record_has(record, TSPOOL_FIELD_exit_code);
		row->number = record->exit_code;
		break;
	default:
		row->known = record->frame.cpt != TSPOOL_CPT_ANY;
		row->number = row->known ? record->frame.cpt : 0;
		break;
	}
}

/* The row of this key, made if it is the first; NULL without memory. */
static struct tsp_tally_row *find_row(struct tsp_tally *tally, const struct tsp_tally_row *key)
{
	struct tsp_tally_row **found = tfind(key, &tally->rows, by_key);
	struct tsp_tally_row *row;

	if (found)
		return *found;
	row = malloc(sizeof(*row));
	if (!row)
		return NULL;
	*row = *key;
	if (!tsearch(row, &tally->rows, by_key)) {
		free(row);
		return NULL;
	}
	tally->n_rows++;
	return row;
}

static void add_figures(const struct tsp_tally *tally, struct tsp_tally_row *row,
			const struct tspool_record *record)
{
	for (unsigned int i = 0; i < TSP_TALLY_FIGURES; i++) {
		enum tspool_field field = tsp_tally_fields[i];
		uint64_t number = tspool_field_number(record, &tally->fields[field]);

		row->told[i] |= tspool_record_has(record, field);
		if (i != TSP_TALLY_RSS)
			row->figures[i] += number;
		else if (number > row->figures[i])
			row->figures[i] = number;
	}
}

/* Absent fields hold zero. */
static void add_delays(const struct tsp_tally *tally, struct tsp_tally_row *row,
		       const struct tspool_record *record)
{
	uint64_t delay_ns = 0;

	for (unsigned int word = 0; word < TSPOOL_PRESENT_WORDS; word++) {
		uint64_t left = tally->delay_fields[word];

		for (; left; left &= left - 1) {
			unsigned int field = word * 64 + (unsigned int)__builtin_ctzll(left);

			delay_ns += tspool_field_number(record, &tally->fields[field]);
		}
	}
	tsp_quantiles_add(&row->delays, delay_ns);
	row->delay_ns += delay_ns;
}

/* A path that can't be kept, or was not known at first, may come with a later record. */
static void keep_path(struct tsp_tally_row *row, const char *path)
{
	if (path && !row->path)
		row->path = strdup(path);
}

void tsp_tally_init(struct tsp_tally *tally, enum tsp_tally_key key, enum tspool_frame_type type)
{
	size_t count;

	*tally = (struct tsp_tally){ .key = key, .type = type };
	tally->fields = tspool_record_fields(&count);
	for (size_t i = 0; i < count; i++)
		if (tsp_delay_kind_length(tally->fields[i].name))
			tally->delay_fields[i / 64] |= UINT64_C(1) << i % 64;
}

static void free_row(void *row)
{
	free(((struct tsp_tally_row *)row)->path);
	free(row);
}

void tsp_tally_free(struct tsp_tally *tally)
{
	tdestroy(tally->rows, free_row);
	tally->rows = NULL;
}

int tsp_tally_record(struct tsp_tally *tally, const struct tspool_record *record, const char *path)
{
	struct tsp_tally_row key = { .known = false };
	struct tsp_tally_row *row;

	if (record->frame.type != tally->type)
		return 0;
	choose(tally->key, record, &key);
	row = find_row(tally, &key);
	if (!row)
		return -ENOMEM;
	tally->count++;
	row->count++;
	row->failed += record->exit_code != 0;
	add_figures(tally, row, record);
	add_delays(tally, row, record);
	if (tally->key == TSP_TALLY_CGROUP)
		keep_path(row, path);
	return 0;
}

static int add_lost_to_row(struct tsp_tally *tally, const struct tspool_lost *lost)
{
	bool known = lost->frame.cpt != TSPOOL_CPT_ANY;
	const struct tsp_tally_row key = {
		.known = known,
		.number = known ? lost->frame.cpt : 0,
	};
	struct tsp_tally_row *row = find_row(tally, &key);

	if (!row)
		return -ENOMEM;
	row->lost += lost->count;
	return 0;
}

int tsp_tally_lost(struct tsp_tally *tally, const struct tspool_lost *lost)
{
	if (lost->count == TSPOOL_COUNT_UNKNOWN) {
		tally->more_lost = true;
		return 0;
	}
	tally->lost += lost->count;
	return tally->key == TSP_TALLY_CPT ? add_lost_to_row(tally, lost) : 0;
}
