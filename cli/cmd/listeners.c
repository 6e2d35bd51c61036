// SPDX-License-Identifier: GPL-2.0-only
/* tsctl listeners: who listens, and what each has got. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "flow.h"
#include "json.h"

#define KEY_PER_CPT	0x100

struct listeners_request {
	enum tsp_format format;
	bool per_cpt;
};

/* An option takes one line, or two with a long text. */
/* clang-format off */
static const struct argp_option options[] = {
	{ .name = "format", .key = 'f', .arg = "FORMAT", .doc = "text (default) or json" },
	{ .name = "per-cpt", .key = KEY_PER_CPT,
	  .doc = "A line for each listener and CPT; json always has both" },
	{ 0 }
};

/* clang-format on */

static const struct tsp_column columns[] = {
	{ .heading = "PORTID", .key = "portid", .right = true },
	{ .heading = "NETNS", .key = "netns", .right = true },
	{ .heading = "PID", .key = "pid", .right = true },
	{ .heading = "COMM", .key = "comm" },
	{ .heading = "CPUS", .key = "cpus" },
	{ .heading = "DELIVERED", .key = "delivered", .right = true },
	{ .heading = "MESSAGES", .key = "messages", .right = true },
	{ .heading = "FILTERED", .key = "filtered", .right = true },
	{ .heading = "DROPPED", .key = "dropped" },
	{ 0 }
};

static const struct tsp_column per_cpt_columns[] = {
	{ .heading = "PORTID", .key = "portid", .right = true },
	{ .heading = "NETNS", .key = "netns", .right = true },
	{ .heading = "PID", .key = "pid", .right = true },
	{ .heading = "COMM", .key = "comm" },
	{ .heading = "CPT", .key = "cpt", .right = true },
	{ .heading = "CAPTURED", .key = "captured", .right = true },
	{ .heading = "DELIVERED", .key = "delivered", .right = true },
	{ .heading = "MESSAGES", .key = "messages", .right = true },
	{ .heading = "FILTERED", .key = "filtered", .right = true },
	{ .heading = "BACKLOG", .key = "backlog_records", .right = true },
	{ .heading = "ITS-BYTES/MOST",
	  .key = "backlog_bytes",
	  .limit_key = "backlog_bytes_max",
	  .right = true },
	{ .heading = "DROPPED", .key = "dropped" },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct listeners_request *request = state->input;

	switch (key) {
	case 'f':
		request->format = tsp_arg_choice(state, "--format", arg, tsp_format_names);
		return 0;
	case KEY_PER_CPT:
		request->per_cpt = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static json_t *json_feeds(const struct tspool_listener_info *listener)
{
	json_t *feeds = json_array();
	int err = 0;

	for (size_t i = 0; i < listener->n_feeds; i++)
		err |= json_array_append_new(feeds, tsp_feed_json(&listener->feeds[i]));
	return tsp_json_checked(feeds, err);
}

static json_t *json_listener(const struct tspool_listener_info *listener)
{
	json_t *row = json_object();
	int err = 0;

	err |= tsp_json_add_number(row, "portid", listener->portid);
	err |= tsp_json_add_number(row, "netns", listener->netns);
	err |= tsp_json_add_number(row, "pid", listener->pid);
	err |= tsp_json_add_text(row, "comm", listener->comm, strlen(listener->comm));
	err |= tsp_json_add_text(row, "cpus", listener->cpus, strlen(listener->cpus));
	err |= tsp_json_add_number(row, "delivered", listener->delivered);
	err |= tsp_json_add_number(row, "messages", listener->messages);
	err |= tsp_json_add_number(row, "filtered", listener->filtered);
	err |= tsp_json_add_dropped(row, listener->dropped);
	err |= tsp_json_add_number(row, "backlog_limit", listener->backlog_limit);
	err |= json_object_set_new(row, "feeds", json_feeds(listener));
	return tsp_json_checked(row, err);
}

static json_t *json_listeners(const struct tspool_listener_info *listeners, size_t count)
{
	json_t *rows = json_array();
	int err = 0;

	for (size_t i = 0; i < count; i++)
		err |= json_array_append_new(rows, json_listener(&listeners[i]));
	return tsp_json_checked(rows, err);
}

/* A row for each feed, with what there is to tell of its listener too. */
static json_t *per_cpt_rows(const json_t *listeners)
{
	json_t *rows = json_array();
	int err = 0;

	for (size_t i = 0; i < json_array_size(listeners); i++) {
		json_t *listener = json_array_get(listeners, i);
		const json_t *feeds = json_object_get(listener, "feeds");

		for (size_t j = 0; j < json_array_size(feeds); j++) {
			json_t *row = json_copy(json_array_get(feeds, j));

			err |= json_object_update_missing(row, listener);
			err |= json_array_append_new(rows, row);
		}
	}
	return tsp_json_checked(rows, err);
}

static enum tsp_exit print(const struct listeners_request *request, json_t *listeners)
{
	enum tsp_exit status;

	if (!request->per_cpt || request->format == TSP_FORMAT_JSON)
		return tsctl_print(request->format, listeners, columns);
	status = tsctl_print(request->format, per_cpt_rows(listeners), per_cpt_columns);
	json_decref(listeners);
	return status;
}

enum tsp_exit tsctl_listeners(struct tsctl *tsctl)
{
	struct listeners_request request = { .format = TSP_FORMAT_TEXT };
	struct tspool_listener_info *listeners;
	json_t *rows;
	size_t count;
	int err;

	tsctl_parse(tsctl, options, parse, &request);
	err = tsctl_open(tsctl);
	if (!err)
		err = tspool_get_listeners(tsctl->session, &listeners, &count);
	if (err)
		return tsp_report(tsctl->session, err);

	rows = json_listeners(listeners, count);
	tspool_free_listeners(listeners, count);
	if (!count && request.format == TSP_FORMAT_TEXT)
		fputs("tsctl: nobody listens\n", stderr);
	return print(&request, rows);
}
