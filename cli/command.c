// SPDX-License-Identifier: GPL-2.0-only
#include "command.h"

#include <stdio.h>
#include <string.h>

#include "json.h"

void tsctl_parse_all(struct tsctl *tsctl, const struct argp_option *options, argp_parser_t parser,
		     const struct argp_child *children, void *input)
{
	const struct argp argp = {
		.options = options,
		.parser = parser,
		.args_doc = tsctl->command->args,
		.doc = tsctl->command->help,
		.children = children,
	};

	argp_parse(&argp, tsctl->argc, tsctl->argv, 0, NULL, input);
}

void tsctl_parse(struct tsctl *tsctl, const struct argp_option *options, argp_parser_t parser,
		 void *input)
{
	tsctl_parse_all(tsctl, options, parser, NULL, input);
}

static error_t parse_format(int key, char *arg, struct argp_state *state)
{
	enum tsp_format *format = state->input;

	if (key != 'f')
		return ARGP_ERR_UNKNOWN;
	*format = tsp_arg_choice(state, "--format", arg, tsp_format_names);
	return 0;
}

enum tsp_format tsctl_parse_format(struct tsctl *tsctl)
{
	static const struct argp_option options[] = {
		{ .name = "format", .key = 'f', .arg = "FORMAT", .doc = "text (default) or json" },
		{ 0 }
	};
	enum tsp_format format = TSP_FORMAT_TEXT;

	tsctl_parse(tsctl, options, parse_format, &format);
	return format;
}

int tsctl_open(struct tsctl *tsctl)
{
	return tspool_open_backend(&tsctl->session, TSPOOL_BACKEND_TSPOOL);
}

enum tsp_exit tsctl_printed(int err)
{
	/* main() tells of output that can't be written, whenever that shows. */
	if (!err || tsp_is_output_error(err))
		return TSP_EXIT_OK;
	fprintf(stderr, "tsctl: the answer can't be shown: %s\n", strerror(-err));
	return TSP_EXIT_FAILURE;
}

enum tsp_exit tsctl_print(enum tsp_format format, json_t *rows, const struct tsp_column *columns)
{
	return tsctl_printed(tsp_table_print(format, rows, columns));
}

enum tsp_exit tsctl_print_json(const json_t *value)
{
	return tsctl_printed(tsp_json_print(value));
}
