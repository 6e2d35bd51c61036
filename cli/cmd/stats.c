// SPDX-License-Identifier: GPL-2.0-only
/* tsctl stats: the module's totals. */
#include <string.h>

#include "command.h"
#include "json.h"

static const struct tsp_column columns[] = {
	{ .heading = "NAME", .key = "name" },
	{ .heading = "VALUE", .key = "value", .right = true },
	{ 0 },
};

static json_t *json_stats(const struct tspool_stats *stats)
{
	json_t *totals = json_object();
	int err = 0;

	err |= tsp_json_add_text(totals, "version", stats->version, strlen(stats->version));
	err |= tsp_json_add_text(totals, "hook", stats->hook, strlen(stats->hook));
	err |= tsp_json_add_number(totals, "hook_armed", stats->hook_armed);
	err |= tsp_json_add_number(totals, "cpts", stats->cpts);
	err |= tsp_json_add_number(totals, "listeners", stats->listeners);
	err |= tsp_json_add_number(totals, "slots", stats->slots);
	err |= tsp_json_add_number(totals, "slot_bytes", stats->slot_bytes);
	err |= tsp_json_add_number(totals, "captured", stats->captured);
	err |= tsp_json_add_number(totals, "queued", stats->queued);
	err |= tsp_json_add_number(totals, "drained", stats->drained);
	err |= tsp_json_add_number(totals, "wakeups", stats->wakeups);
	err |= tsp_json_add_number(totals, "nomem_retries", stats->nomem_retries);
	err |= tsp_json_add_dropped(totals, stats->dropped);
	return tsp_json_checked(totals, err);
}

/* The members of an object as rows of their own: as a table, they stand one below the other. */
static json_t *member_rows(json_t *object)
{
	json_t *rows = json_array();
	const char *name;
	json_t *value;
	int err = 0;

	json_object_foreach(object, name, value)
		err |= json_array_append_new(rows,
					     json_pack("{s:s, s:O}", "name", name, "value", value));
	return tsp_json_checked(rows, err);
}

enum tsp_exit tsctl_stats(struct tsctl *tsctl)
{
	enum tsp_format format = tsctl_parse_format(tsctl);
	struct tspool_stats *stats;
	enum tsp_exit status;
	json_t *totals;
	int err;

	err = tsctl_open(tsctl);
	if (!err)
		err = tspool_get_stats(tsctl->session, &stats);
	if (err)
		return tsp_report(tsctl->session, err);

	totals = json_stats(stats);
	tspool_free_stats(stats);
	if (format == TSP_FORMAT_TEXT)
		status = tsctl_print(format, member_rows(totals), columns);
	else
		status = tsctl_print_json(totals);
	json_decref(totals);
	return status;
}
