/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_COMMAND_H
#define TSP_CLI_COMMAND_H

#include <argp.h>
#include <tspool/tspool.h>

#include "args.h"
#include "report.h"
#include "table.h"

/* One run of tsctl: what a command is given. The session belongs to main(). */
struct tsctl {
	const struct tsctl_command *command;
	int argc;
	char **argv;
	struct tspool_session *session;
};

struct tsctl_command {
	const char *name;
	const char *args;
	const char *help;
	enum tsp_exit (*fn)(struct tsctl *tsctl);
};

/* Parses the command's arguments into input by argp's rules; bad ones end the program. */
void tsctl_parse(struct tsctl *tsctl, const struct argp_option *options, argp_parser_t parser,
		 void *input);

/* The same with options of others among the command's own. */
void tsctl_parse_all(struct tsctl *tsctl, const struct argp_option *options, argp_parser_t parser,
		     const struct argp_child *children, void *input);

/* The same for a command that knows --format and nothing else. */
enum tsp_format tsctl_parse_format(struct tsctl *tsctl);

/*
 * Opens the session with the module, once the arguments are known to be good. Returns 0 or a
 * negative errno, without a word. -ENOENT: the module is not loaded.
 */
int tsctl_open(struct tsctl *tsctl);

/* Print as tsp_table_print() and tsp_json_print() do, with a word on stderr if they can't. */
enum tsp_exit tsctl_print(enum tsp_format format, json_t *rows, const struct tsp_column *columns);
enum tsp_exit tsctl_print_json(const json_t *value);

/* The end of a command whose printing returned err: 0 or a negative errno. */
enum tsp_exit tsctl_printed(int err);

enum tsp_exit tsctl_cpt_show(struct tsctl *tsctl);
enum tsp_exit tsctl_get_pid(struct tsctl *tsctl);
enum tsp_exit tsctl_get_tgid(struct tsctl *tsctl);
enum tsp_exit tsctl_sched_show(struct tsctl *tsctl);
enum tsp_exit tsctl_listeners(struct tsctl *tsctl);
enum tsp_exit tsctl_read(struct tsctl *tsctl);
enum tsp_exit tsctl_report(struct tsctl *tsctl);
enum tsp_exit tsctl_stats(struct tsctl *tsctl);
enum tsp_exit tsctl_relay(struct tsctl *tsctl);
enum tsp_exit tsctl_snapshot(struct tsctl *tsctl);

#endif
