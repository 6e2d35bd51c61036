// SPDX-License-Identifier: GPL-2.0-only
/* tsctl sched-show: the scheduler block of each CPT. */
#include "command.h"
#include "json.h"

static const struct tsp_column columns[] = {
	{ .heading = "CPT", .key = "cpt", .right = true },
	{ .heading = "SERVED-BY", .key = "served_by", .right = true },
	{ .heading = "THREADS", .key = "threads", .limit_key = "threads_max", .right = true },
	{ .heading = "LISTENERS", .key = "listeners", .right = true },
	{ .heading = "QUEUED", .key = "queued", .right = true },
	{ .heading = "CAPTURED", .key = "captured", .right = true },
	{ .heading = "DRAINED", .key = "drained", .right = true },
	{ .heading = "WAKEUPS", .key = "wakeups", .right = true },
	{ .heading = "RETRIES", .key = "nomem_retries", .right = true },
	{ .heading = "DROPPED", .key = "dropped" },
	{ 0 }
};

static json_t *json_sched(const struct tspool_sched_info *sched)
{
	json_t *row = json_object();
	int err = 0;

	err |= tsp_json_add_number(row, "cpt", sched->cpt);
	err |= tsp_json_add_number(row, "served_by", sched->served_by);
	err |= tsp_json_add_number(row, "threads", sched->threads);
	err |= tsp_json_add_number(row, "threads_max", sched->threads_max);
	err |= tsp_json_add_number(row, "listeners", sched->listeners);
	err |= tsp_json_add_number(row, "queued", sched->queued);
	err |= tsp_json_add_number(row, "captured", sched->captured);
	err |= tsp_json_add_number(row, "drained", sched->drained);
	err |= tsp_json_add_number(row, "wakeups", sched->wakeups);
	err |= tsp_json_add_number(row, "nomem_retries", sched->nomem_retries);
	err |= tsp_json_add_dropped(row, sched->dropped);
	return tsp_json_checked(row, err);
}

static json_t *json_scheds(const struct tspool_sched_info *scheds, size_t count)
{
	json_t *rows = json_array();
	int err = 0;

	for (size_t i = 0; i < count; i++)
		err |= json_array_append_new(rows, json_sched(&scheds[i]));
	return tsp_json_checked(rows, err);
}

enum tsp_exit tsctl_sched_show(struct tsctl *tsctl)
{
	enum tsp_format format = tsctl_parse_format(tsctl);
	struct tspool_sched_info *scheds;
	json_t *rows;
	size_t count;
	int err;

	err = tsctl_open(tsctl);
	if (!err)
		err = tspool_get_scheds(tsctl->session, &scheds, &count);
	if (err)
		return tsp_report(tsctl->session, err);

	rows = json_scheds(scheds, count);
	tspool_free_scheds(scheds, count);
	return tsctl_print(format, rows, columns);
}
