// SPDX-License-Identifier: GPL-2.0-only
#include "tally_args.h"

#include "args.h"

enum {
	KEY_REPORT = 0x400,
	KEY_BY,
	KEY_SORT,
	KEY_TOP,
};

/* clang-format off */
static const struct argp_option report_option[] = {
	{ .doc = "Reports, which sum records up:" },
	{ .name = "report", .key = KEY_REPORT,
	  .doc = "Instead of the records, print sums of them at the end" },
	{ 0 }
};

static const struct argp_option sums_options[] = {
	{ .name = "by", .key = KEY_BY, .arg = "WHAT",
	  .doc = "A row for each comm (default), uid, cgroup, status or cpt" },
	{ .name = "sort", .key = KEY_SORT, .arg = "FIGURE",
	  .doc = "By run_time (default), count, failed, delay, read, written or rss" },
	{ .name = "top", .key = KEY_TOP, .arg = "N", .doc = "The first N rows; default: all" },
	{ 0 }
};

/* clang-format on */

static struct tsp_tally_args *needs_report(struct tsp_tally_args *args, const char *name)
{
	if (!args->first)
		args->first = name;
	return args;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct tsp_tally_args *args = state->input;

	switch (key) {
	case KEY_BY:
		needs_report(args, "--by")->key = tsp_arg_choice(state, "--by", arg,
								 tsp_tally_key_names);
		return 0;
	case KEY_SORT:
		needs_report(args, "--sort")->order = tsp_arg_choice(state, "--sort", arg,
								     tsp_tally_order_names);
		return 0;
	case KEY_TOP:
		needs_report(args, "--top")->top = tsp_arg_number(state, "--top", arg, 1,
								  UINT32_MAX);
		return 0;
	case ARGP_KEY_END:
		if (args->first && !args->wanted)
			argp_error(state, "%s is for --report", args->first);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp tsp_sums_argp = { .options = sums_options, .parser = parse };

static error_t pass_on(int key, char *arg, struct argp_state *state)
{
	struct tsp_tally_args *args = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = args;
		return 0;
	case KEY_REPORT:
		args->wanted = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child sums[] = {
	{ .argp = &tsp_sums_argp },
	{ 0 },
};

const struct argp tsp_report_argp = {
	.options = report_option,
	.parser = pass_on,
	.children = sums,
};

void tsp_tally_begin(struct tsp_tally *tally, const struct tsp_tally_args *args,
		     const struct tspool_filter *filter)
{
	bool processes = filter->type == TSPOOL_FRAME_PROCESS;

	tsp_tally_init(tally, args->key, processes ? TSPOOL_FRAME_PROCESS : TSPOOL_FRAME_TASK);
}
