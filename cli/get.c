// SPDX-License-Identifier: GPL-2.0-only
#include "get.h"

#include <limits.h>

#include "fmt_json.h"
#include "fmt_text.h"

struct input {
	struct tsctl_get get;
	const char *what;
};

static const struct argp_option options[] = {
	{ .name = "format", .key = 'f', .arg = "FORMAT", .doc = "text (default) or json" },
	{ .name = "raw", .key = 'r', .doc = "Plain numbers: ns, bytes, wait status" },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct input *input = state->input;
	struct tsctl_get *get = &input->get;

	switch (key) {
	case 'f':
		get->format = tsp_arg_choice(state, "--format", arg, tsp_format_names);
		return 0;
	case 'r':
		get->raw = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num)
			argp_error(state, "one %s at a time, '%s' is one too many", input->what,
				   arg);
		get->id = tsp_arg_number(state, input->what, arg, 1, INT_MAX);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no %s given", input->what);
		return 0;
	case ARGP_KEY_END:
		if (get->raw && get->format == TSP_FORMAT_JSON)
			argp_error(state, "--raw is for text; numbers in JSON are always plain");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

struct tsctl_get tsctl_parse_get(struct tsctl *tsctl, const char *what)
{
	struct input input = { .what = what };

	tsctl_parse(tsctl, options, parse, &input);
	return input.get;
}

enum tsp_exit tsctl_print_get(const struct tsctl_get *get, const struct tspool_record *record)
{
	enum tsp_exit status;
	json_t *json;

	if (get->format == TSP_FORMAT_TEXT) {
		tsp_text_record(stdout, record, get->raw);
		return TSP_EXIT_OK;
	}
	json = tsp_json_record(record);
	status = tsctl_print_json(json);
	json_decref(json);
	return status;
}
