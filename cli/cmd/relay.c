// SPDX-License-Identifier: GPL-2.0-only
/* tsctl relay: starts and stops the relay buffers, and shows how they stand. */
#include <errno.h>
#include <string.h>

#include "command.h"
#include "json.h"

/* The module knows better; these are what fits. */
#define SUBBUF_SIZE_MIN		4096
#define SUBBUF_SIZE_MAX		(16U << 20)
#define N_SUBBUFS_MIN		2
#define N_SUBBUFS_MAX		4096

enum action {
	ACTION_START,
	ACTION_STOP,
	ACTION_STATUS,
	ACTION_NONE,
};

static const char *const action_names[] = { "start", "stop", "status", NULL };

/* In the order of enum tspool_relay_mode, which begins with off. */
static const char *const mode_names[] = { "lossless", "overwrite", NULL };

struct request {
	enum action action;
	struct tspool_relay_setup setup;
	enum tsp_format format;
	bool is_setup_given;
	bool is_format_given;
};

/* clang-format off */
static const struct argp_option options[] = {
	{ .name = "mode", .key = 'm', .arg = "MODE",
	  .doc = "start: lossless (default), or overwrite the oldest records" },
	{ .name = "subbuf-size", .key = 's', .arg = "BYTES",
	  .doc = "start: size of a sub-buffer, such as 256K; default: the module's" },
	{ .name = "n-subbufs", .key = 'n', .arg = "N",
	  .doc = "start: sub-buffers of each CPT's buffer; default: the module's" },
	{ .name = "format", .key = 'f', .arg = "FORMAT", .doc = "status: text (default) or json" },
	{ 0 }
};

static const struct tsp_column columns[] = {
	{ .heading = "CPT", .key = "cpt", .right = true },
	{ .heading = "MODE", .key = "mode" },
	{ .heading = "SUBBUF-SIZE", .key = "subbuf_size", .right = true },
	{ .heading = "N-SUBBUFS", .key = "n_subbufs", .right = true },
	{ .heading = "READER", .key = "reader", .right = true },
	{ .heading = "WRITTEN", .key = "written", .right = true },
	{ .heading = "OVERWRITTEN", .key = "overwritten", .right = true },
	{ .heading = "PRODUCED", .key = "produced", .right = true },
	{ .heading = "CONSUMED", .key = "consumed", .right = true },
	{ .heading = "DROPPED", .key = "dropped" },
	{ 0 }
};

/* clang-format on */

static void check(const struct argp_state *state, const struct request *request)
{
	if (request->action == ACTION_NONE)
		argp_error(state, "no ACTION given: start, stop or status");
	if (request->is_setup_given && request->action != ACTION_START)
		argp_error(state, "--mode, --subbuf-size and --n-subbufs are for start");
	if (request->is_format_given && request->action != ACTION_STATUS)
		argp_error(state, "--format is for status");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *request = state->input;

	switch (key) {
	case 'm':
		request->setup.mode = TSPOOL_RELAY_LOSSLESS +
				      tsp_arg_choice(state, "--mode", arg, mode_names);
		request->is_setup_given = true;
		return 0;
	case 's':
		request->setup.subbuf_size = tsp_arg_bytes(state, "--subbuf-size", arg,
							   SUBBUF_SIZE_MIN, SUBBUF_SIZE_MAX);
		request->is_setup_given = true;
		return 0;
	case 'n':
		request->setup.n_subbufs = tsp_arg_number(state, "--n-subbufs", arg, N_SUBBUFS_MIN,
							  N_SUBBUFS_MAX);
		request->is_setup_given = true;
		return 0;
	case 'f':
		request->format = tsp_arg_choice(state, "--format", arg, tsp_format_names);
		request->is_format_given = true;
		return 0;
	case ARGP_KEY_ARG:
		if (request->action != ACTION_NONE)
			argp_error(state, "there is an argument too many: '%s'", arg);
		request->action = tsp_arg_choice(state, "ACTION", arg, action_names);
		return 0;
	case ARGP_KEY_END:
		check(state, request);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static json_t *json_relay(const struct tspool_relay_info *relay)
{
	const char *mode = tspool_relay_mode_name(relay->mode);
	json_t *row = json_object();
	int err = 0;

	err |= tsp_json_add_number(row, "cpt", relay->cpt);
	err |= tsp_json_add_text(row, "mode", mode, strlen(mode));
	err |= tsp_json_add_number(row, "subbuf_size", relay->subbuf_size);
	err |= tsp_json_add_number(row, "n_subbufs", relay->n_subbufs);
	if (relay->reader)
		err |= tsp_json_add_number(row, "reader", relay->reader);
	err |= tsp_json_add_number(row, "written", relay->written);
	err |= tsp_json_add_number(row, "overwritten", relay->overwritten);
	err |= tsp_json_add_number(row, "produced", relay->produced);
	err |= tsp_json_add_number(row, "consumed", relay->consumed);
	err |= tsp_json_add_dropped(row, relay->dropped);
	return tsp_json_checked(row, err);
}

static json_t *json_relays(const struct tspool_relay_info *relays, size_t count)
{
	json_t *rows = json_array();
	int err = 0;

	for (size_t i = 0; i < count; i++)
		err |= json_array_append_new(rows, json_relay(&relays[i]));
	return tsp_json_checked(rows, err);
}

static enum tsp_exit show_status(struct tsctl *tsctl, enum tsp_format format)
{
	struct tspool_relay_info *relays;
	json_t *rows;
	size_t count;
	int err;

	err = tspool_get_relays(tsctl->session, &relays, &count);
	if (err)
		return tsp_report(tsctl->session, err);
	if (!count && format == TSP_FORMAT_TEXT) {
		fputs("tsctl: relay is off\n", stderr);
		return TSP_EXIT_OK;
	}
	rows = json_relays(relays, count);
	tspool_free_relays(relays, count);
	return tsctl_print(format, rows, columns);
}

static enum tsp_exit set(struct tsctl *tsctl, const struct tspool_relay_setup *setup)
{
	int err = tspool_relay_set(tsctl->session, setup);

	if (!err)
		return TSP_EXIT_OK;
	tsp_report(tsctl->session, err);
	return err == -ERANGE ? TSP_EXIT_USAGE : TSP_EXIT_FAILURE;
}

enum tsp_exit tsctl_relay(struct tsctl *tsctl)
{
	static const struct tspool_relay_setup off = { .mode = TSPOOL_RELAY_OFF };
	struct request request = {
		.action = ACTION_NONE,
		.setup.mode = TSPOOL_RELAY_LOSSLESS,
	};
	int err;

	tsctl_parse(tsctl, options, parse, &request);
	err = tsctl_open(tsctl);
	if (err)
		return tsp_report(tsctl->session, err);
	if (request.action == ACTION_STATUS)
		return show_status(tsctl, request.format);
	return set(tsctl, request.action == ACTION_STOP ? &off : &request.setup);
}
