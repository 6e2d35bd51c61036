// SPDX-License-Identifier: GPL-2.0-only
/* tsctl listeners: who listens, and what each has got. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "json.h"

static const struct tsp_column columns[] = {
	{ .heading = "PORTID", .key = "portid", .right = true },
	{ .heading = "NETNS", .key = "netns", .right = true },
	{ .heading = "PID", .key = "pid", .right = true },
	{ .heading = "COMM", .key = "comm" },
	{ .heading = "CPUS", .key = "cpus" },
	{ .heading = "DELIVERED", .key = "delivered", .right = true },
	{ .heading = "MESSAGES", .key = "messages", .right = true },
	{ .heading = "DROPPED", .key = "dropped" },
	{ 0 }
};

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
	err |= tsp_json_add_dropped(row, listener->dropped);
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

enum tsp_exit tsctl_listeners(struct tsctl *tsctl)
{
	enum tsp_format format = tsctl_parse_format(tsctl);
	struct tspool_listener_info *listeners;
	json_t *rows;
	size_t count;
	int err;

	err = tsctl_open(tsctl);
	if (!err)
		err = tspool_get_listeners(tsctl->session, &listeners, &count);
	if (err)
		return tsp_report(tsctl->session, err);

	rows = json_listeners(listeners, count);
	tspool_free_listeners(listeners, count);
	if (!count && format == TSP_FORMAT_TEXT)
		fputs("tsctl: nobody listens\n", stderr);
	return tsctl_print(format, rows, columns);
}
