// SPDX-License-Identifier: GPL-2.0-only
/* tsctl - asks the tspool module; see tsctl(8). */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

const char *argp_program_version = "tsctl " TSPOOL_VERSION;

static const struct tsctl_command commands[] = {
	{ "cpt-show", "", "Show the CPU partitions (CPTs) and their pools", tsctl_cpt_show },
	{ "get-pid", "PID...", "Show what live threads have used so far", tsctl_get_pid },
	{ "get-tgid", "TGID...", "Show what live processes have used so far", tsctl_get_tgid },
	{ "sched-show", "", "Show the scheduler block of each CPT", tsctl_sched_show },
	{ "listeners", "", "Show who listens, and what each has got", tsctl_listeners },
	{ "read", "FILE...", "Print the records of archives ('tslisten --write')", tsctl_read },
	{ "report", "FILE...", "Sum up the records of archives", tsctl_report },
	{ "stats", "", "Show the module's totals", tsctl_stats },
	{ "relay", "ACTION", "Have exits written to relay buffers; show these", tsctl_relay },
	{ "snapshot", "FILE", "Keep what relay holds in overwrite mode", tsctl_snapshot },
	{ 0 }
};

static char *list_commands(int key, const char *text, void *input)
{
	char *list = NULL;
	size_t length;
	FILE *out;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;

	out = open_memstream(&list, &length);
	if (!out)
		return NULL;
	fputs("Commands:\n", out);
	for (const struct tsctl_command *command = commands; command->name; command++)
		fprintf(out, "  %-10s %-7s  %s\n", command->name, command->args, command->help);
	fputs("\n'tsctl COMMAND --help' shows the options of a command.", out);
	fclose(out);
	return list;
}

static error_t find_command(int key, char *arg, struct argp_state *state)
{
	struct tsctl *tsctl = state->input;

	if (key == ARGP_KEY_NO_ARGS)
		argp_error(state, "no command given");
	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;

	for (const struct tsctl_command *command = commands; command->name; command++)
		if (!strcmp(arg, command->name))
			tsctl->command = command;
	if (!tsctl->command)
		argp_error(state, "there is no command '%s'", arg);

	/* The rest is the command's. */
	tsctl->argv = state->argv + state->next - 1;
	tsctl->argc = state->argc - state->next + 1;
	state->next = state->argc;
	return 0;
}

/* Gives the command its name as argv[0], as usage messages show it. */
static enum tsp_exit run(struct tsctl *tsctl)
{
	char name[32];

	snprintf(name, sizeof(name), "tsctl %s", tsctl->command->name);
	tsctl->argv[0] = name;
	return tsctl->command->fn(tsctl);
}

int main(int argc, char **argv)
{
	const struct argp argp = {
		.parser = find_command,
		.args_doc = "COMMAND [ARGUMENT...]",
		.doc = "Ask the tspool module for its state and live tasks, or read archives.\v",
		.help_filter = list_commands,
	};
	struct tsctl tsctl = { 0 };
	enum tsp_exit status;

	setlocale(LC_CTYPE, "");
	argp_err_exit_status = TSP_EXIT_USAGE;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &tsctl);

	status = run(&tsctl);
	tspool_close(tsctl.session);
	return tsp_close_output(status);
}
