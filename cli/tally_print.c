// SPDX-License-Identifier: GPL-2.0-only
/* A tally's rows, sorted, for people and for scripts. */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "tally.h"
#include "value.h"

#define LENGTH(array)	(sizeof(array) / sizeof((array)[0]))

/* One a line. */
/* clang-format off */
const char *const tsp_tally_key_names[] = {
	[TSP_TALLY_COMM] = "comm",
	[TSP_TALLY_UID] = "uid",
	[TSP_TALLY_CGROUP] = "cgroup",
	[TSP_TALLY_STATUS] = "status",
	[TSP_TALLY_CPT] = "cpt",
	NULL,
};

const char *const tsp_tally_order_names[] = {
	[TSP_TALLY_BY_RUN_TIME] = "run_time",
	[TSP_TALLY_BY_COUNT] = "count",
	[TSP_TALLY_BY_FAILED] = "failed",
	[TSP_TALLY_BY_DELAY] = "delay",
	[TSP_TALLY_BY_READ] = "read",
	[TSP_TALLY_BY_WRITTEN] = "written",
	[TSP_TALLY_BY_RSS] = "rss",
	NULL,
};

static const char *const headings[] = {
	[TSP_TALLY_COMM] = "COMM",
	[TSP_TALLY_UID] = "UID",
	[TSP_TALLY_CGROUP] = "CGROUP",
	[TSP_TALLY_STATUS] = "STATUS",
	[TSP_TALLY_CPT] = "CPT",
};

static const struct tsp_column columns[] = {
	{ .heading = "COUNT", .key = "count", .right = true },
	{ .heading = "FAILED", .key = "failed", .right = true },
	{ .heading = "RUN-TIME", .key = "run_time_ns", .right = true },
	{ .heading = "DELAYS", .key = "delay_ns", .right = true },
	{ .heading = "MEDIAN", .key = "delay_p50_ns", .right = true },
	{ .heading = "99%", .key = "delay_p99_ns", .right = true },
	{ .heading = "LONGEST", .key = "delay_max_ns", .right = true },
	{ .heading = "READ", .key = "read_bytes", .right = true },
	{ .heading = "WRITTEN", .key = "write_bytes", .right = true },
	{ .heading = "MAX-RSS", .key = "max_rss_bytes", .right = true },
	{ .heading = "LOST", .key = "lost", .right = true },
};

/* clang-format on */

static uint64_t rank_of(const struct tsp_tally_row *row, enum tsp_tally_order order)
{
	switch (order) {
	case TSP_TALLY_BY_COUNT:
		return row->count;
	case TSP_TALLY_BY_FAILED:
		return row->failed;
	case TSP_TALLY_BY_DELAY:
		return row->delay_ns;
	case TSP_TALLY_BY_READ:
		return row->figures[TSP_TALLY_READ];
	case TSP_TALLY_BY_WRITTEN:
		return row->figures[TSP_TALLY_WRITTEN];
	case TSP_TALLY_BY_RSS:
		return row->figures[TSP_TALLY_RSS];
	default:
		return row->figures[TSP_TALLY_RUN_TIME];
	}
}

/* Those of the same rank stay in the order of the tree. */
struct ranked {
	const struct tsp_tally_row *row;
	uint64_t rank;
	size_t place;
};

struct ranking {
	struct ranked *next;
	size_t place;
	enum tsp_tally_order order;
};

static void take_row(const void *node, VISIT visit, void *arg)
{
	struct ranking *ranking = arg;
	const struct tsp_tally_row *row = *(struct tsp_tally_row *const *)node;

	if (visit != postorder && visit != leaf)
		return;
	*ranking->next++ = (struct ranked){
		.row = row,
		.rank = rank_of(row, ranking->order),
		.place = ranking->place++,
	};
}

static int by_rank(const void *left, const void *right)
{
	const struct ranked *a = left, *b = right;

	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	return a->place < b->place ? -1 : 1;
}

/* To be freed; NULL without memory. */
static struct ranked *sort_rows(const struct tsp_tally *tally, enum tsp_tally_order order)
{
	struct ranked *rows = calloc(tally->n_rows + 1, sizeof(*rows));
	struct ranking ranking = { .next = rows, .order = order };

	if (!rows)
		return NULL;
	twalk_r(tally->rows, take_row, &ranking);
	qsort(rows, tally->n_rows, sizeof(*rows), by_rank);
	return rows;
}

/* A number as it is; for people, in the unit of such a field, scaled. */
static int add_number(json_t *object, const char *name, uint64_t number,
		      const struct tspool_field_info *field, enum tsp_format format)
{
	char text[TSP_VALUE_SIZE];

	if (format == TSP_FORMAT_JSON)
		return tsp_json_add_number(object, name, number);
	tsp_value_of_number(number, field, false, text);
	return tsp_json_add_text(object, name, text, strlen(text));
}

/* A path is not always known, an id is. */
static int add_cgroup(json_t *object, const struct tsp_tally_row *row, enum tsp_format format)
{
	int err = tsp_json_add_number(object, "cgroup_id", row->number);

	if (row->path)
		err |= tsp_json_add_text(object, "cgroup", row->path, strlen(row->path));
	else if (format == TSP_FORMAT_TEXT)
		err |= tsp_json_add_number(object, "cgroup", row->number);
	return err;
}

static int add_key(json_t *object, const struct tsp_tally *tally, const struct tsp_tally_row *row,
		   enum tsp_format format)
{
	const char *name = tsp_tally_key_names[tally->key];
	char text[TSP_VALUE_SIZE];

	if (!row->known)
		return 0;
	if (tally->key == TSP_TALLY_COMM)
		return tsp_json_add_text(object, name, row->comm, sizeof(row->comm));
	if (tally->key == TSP_TALLY_CGROUP)
		return add_cgroup(object, row, format);
	if (tally->key == TSP_TALLY_STATUS && format == TSP_FORMAT_TEXT) {
		tsp_value_of_status(row->number, text);
		return tsp_json_add_text(object, name, text, strlen(text));
	}
	return tsp_json_add_number(object, name, row->number);
}

static int add_delays(json_t *object, const struct tsp_tally *tally,
		      const struct tsp_tally_row *row, enum tsp_format format)
{
	const struct tspool_field_info *unit = &tally->fields[TSPOOL_FIELD_run_delay_ns];
	const struct tsp_quantiles *delays = &row->delays;
	int err = 0;

	err |= add_number(object, "delay_ns", row->delay_ns, unit, format);
	err |= add_number(object, "delay_p50_ns", tsp_quantile(delays, 50), unit, format);
	err |= add_number(object, "delay_p90_ns", tsp_quantile(delays, 90), unit, format);
	err |= add_number(object, "delay_p99_ns", tsp_quantile(delays, 99), unit, format);
	err |= add_number(object, "delay_max_ns", delays->highest, unit, format);
	return err;
}

static json_t *row_json(const struct tsp_tally *tally, const struct tsp_tally_row *row,
			enum tsp_format format)
{
	json_t *object = json_object();
	int err = add_key(object, tally, row, format);

	err |= tsp_json_add_number(object, "count", row->count);
	err |= tsp_json_add_number(object, "failed", row->failed);
	for (unsigned int i = 0; i < TSP_TALLY_FIGURES; i++) {
		const struct tspool_field_info *field = &tally->fields[tsp_tally_fields[i]];

		if (row->told[i])
			err |= add_number(object, field->name, row->figures[i], field, format);
	}
	if (row->delays.total)
		err |= add_delays(object, tally, row, format);
	if (tally->key == TSP_TALLY_CPT)
		err |= tsp_json_add_number(object, "lost", row->lost);
	return tsp_json_checked(object, err);
}

static json_t *rows_json(const struct tsp_tally *tally, enum tsp_tally_order order, size_t top,
			 enum tsp_format format)
{
	struct ranked *rows = sort_rows(tally, order);
	json_t *array = json_array();
	int err = rows ? 0 : -1;

	for (size_t i = 0; i < tally->n_rows && (!top || i < top) && !err; i++)
		err = json_array_append_new(array, row_json(tally, rows[i].row, format));
	free(rows);
	return tsp_json_checked(array, err);
}

static int print_table(const struct tsp_tally *tally, json_t *rows)
{
	struct tsp_column chosen[LENGTH(columns) + 2] = {
		{ .heading = headings[tally->key], .key = tsp_tally_key_names[tally->key] },
	};
	size_t count = LENGTH(columns);

	/* The last one is for CPTs. */
	if (tally->key != TSP_TALLY_CPT)
		count--;
	memcpy(chosen + 1, columns, count * sizeof(*columns));
	return tsp_table_print(TSP_FORMAT_TEXT, rows, chosen);
}

static int print_json(const struct tsp_tally *tally, json_t *rows)
{
	const char *type = tspool_frame_type_name(tally->type);
	json_t *object = json_object();
	int err = 0;

	err |= json_object_set_new(object, "by", json_string(tsp_tally_key_names[tally->key]));
	err |= json_object_set_new(object, "type", json_string(type));
	err |= tsp_json_add_number(object, "count", tally->count);
	err |= tsp_json_add_number(object, "lost", tally->lost);
	err |= json_object_set_new(object, "more_lost", json_boolean(tally->more_lost));
	err |= tsp_json_add_number(object, "rows_in_all", tally->n_rows);
	err |= json_object_set_new(object, "rows", rows);
	object = tsp_json_checked(object, err);
	err = tsp_json_print(object);
	json_decref(object);
	return err;
}

int tsp_tally_print(const struct tsp_tally *tally, enum tsp_tally_order order, size_t top,
		    enum tsp_format format)
{
	json_t *rows = rows_json(tally, order, top, format);

	return format == TSP_FORMAT_JSON ? print_json(tally, rows) : print_table(tally, rows);
}
