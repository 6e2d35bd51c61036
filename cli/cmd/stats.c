// SPDX-License-Identifier: GPL-2.0-only
/* tsctl stats: the module's totals, and the way of each CPT's records, where some are lost. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "flow.h"
#include "interval.h"
#include "json.h"
#include "latency.h"
#include "scale.h"

struct stats_run {
	struct tspool_session *session;
	enum tsp_format format;
	struct timespec watch;	/* zero: show them once */
};

/* An option takes one line, or two with a long text. */
/* clang-format off */
static const struct argp_option options[] = {
	{ .name = "format", .key = 'f', .arg = "FORMAT", .doc = "text (default) or json" },
	{ .name = "watch", .key = 'w', .arg = "SECONDS",
	  .doc = "Show every so many seconds what has been counted meanwhile" },
	{ 0 }
};

/* clang-format on */

static const struct tsp_column columns[] = {
	{ .heading = "NAME", .key = "name" },
	{ .heading = "VALUE", .key = "value", .right = true },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct stats_run *run = state->input;

	switch (key) {
	case 'f':
		run->format = tsp_arg_choice(state, "--format", arg, tsp_format_names);
		return 0;
	case 'w':
		run->watch = tsp_arg_seconds(state, "--watch", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

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
	err |= tsp_json_add_number(totals, "message_bytes", stats->message_bytes);
	err |= tsp_json_add_number(totals, "backlog_reserved", stats->backlog_reserved);
	err |= tsp_json_add_number(totals, "backlog_limit", stats->backlog_limit);
	err |= tsp_json_add_number(totals, "captured", stats->captured);
	err |= tsp_json_add_number(totals, "queued", stats->queued);
	err |= tsp_json_add_number(totals, "drained", stats->drained);
	err |= tsp_json_add_number(totals, "in_flight", stats->in_flight);
	err |= tsp_json_add_number(totals, "delivered", stats->delivered);
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

static int print_totals(const struct tspool_stats *stats)
{
	json_t *totals = json_stats(stats);
	int err = tsp_table_print(TSP_FORMAT_TEXT, member_rows(totals), columns);

	json_decref(totals);
	return err;
}

static int print_flows(const struct tsp_flow *flows, size_t count)
{
	int err = tsp_table_print(TSP_FORMAT_TEXT, tsp_flow_sched_rows(flows, count),
				  tsp_flow_sched_columns);

	if (err)
		return err;
	putchar('\n');
	err = tsp_table_print(TSP_FORMAT_TEXT, tsp_flow_feed_rows(flows, count),
			      tsp_flow_feed_columns);
	putchar('\n');
	return err;
}

static int print_text(const struct tsp_look *look, const struct tsp_flow *flows)
{
	int err = print_totals(look->stats);

	putchar('\n');
	if (!err)
		err = print_flows(flows, look->n_scheds);
	for (size_t i = 0; !err && i < look->n_scheds; i++)
		tsp_latency_bars(stdout, flows[i].sched.cpt, flows[i].sched.latency);
	return err;
}

/* Totals and flows as they are now. */
static json_t *json_look(const struct tsp_look *look, const struct tsp_flow *flows)
{
	json_t *object = json_stats(look->stats);
	int err = json_object_set_new(object, "flow", tsp_flows_json(flows, look->n_scheds));

	return tsp_json_checked(object, err);
}

static int print_once(const struct stats_run *run, const struct tsp_look *look)
{
	struct tsp_flow *flows = tsp_flows(look, NULL);
	int err = -ENOMEM;
	json_t *object;

	if (flows && run->format == TSP_FORMAT_TEXT) {
		err = print_text(look, flows);
	} else if (flows) {
		object = json_look(look, flows);
		err = tsp_json_print(object);
		json_decref(object);
	}
	free(flows);
	return err;
}

/* Two looks, so many nanoseconds apart. */
struct step {
	const struct tsp_look *before;
	const struct tsp_look *now;
	struct tsp_flow *flows;		/* as they are now */
	struct tsp_flow *change;
	uint64_t interval_ns;
	uint64_t wall_time_ns;
};

static int print_change_text(const struct step *step)
{
	size_t count = step->now->n_scheds;
	char time[TSP_SCALED_SIZE], interval[TSP_SCALED_SIZE];
	int err;

	printf("%s, in %s\n", tsp_time_of_day(step->wall_time_ns, time),
	       tsp_scale_ns(step->interval_ns, interval));
	err = print_flows(step->change, count);
	for (size_t i = 0; !err && i < count; i++)
		tsp_latency_line(stdout, step->change[i].sched.cpt, step->change[i].sched.latency);
	putchar('\n');
	return err;
}

static int print_change_json(const struct step *step)
{
	json_t *object = json_look(step->now, step->flows);
	int err;

	err = tsp_json_add_number(object, "wall_time_ns", step->wall_time_ns);
	err |= tsp_json_add_number(object, "interval_ns", step->interval_ns);
	err |= json_object_set_new(object, "change",
				   tsp_flows_json(step->change, step->now->n_scheds));
	object = tsp_json_checked(object, err);
	err = tsp_json_print_line(object, stdout);
	json_decref(object);
	return err;
}

static int print_change(const struct stats_run *run, struct step *step)
{
	int err = -ENOMEM;

	step->flows = tsp_flows(step->now, NULL);
	step->change = tsp_flows(step->now, step->before);
	if (step->flows && step->change)
		err = run->format == TSP_FORMAT_TEXT ? print_change_text(step) :
						       print_change_json(step);
	free(step->change);
	free(step->flows);
	return err;
}

/* Shows what has changed since the look before, which is then this one. */
static enum tsp_exit look_again(const struct stats_run *run, struct tsp_look *before,
				int64_t *seen_ns)
{
	struct tsp_look now;
	struct step step = { .before = before, .now = &now };
	int64_t now_ns;
	int err;

	err = tsp_look(run->session, &now);
	if (err) {
		tsp_look_release(&now);
		return tsp_report(run->session, err);
	}
	now_ns = tsp_clock_ns(CLOCK_MONOTONIC);
	step.interval_ns = now_ns - *seen_ns;
	step.wall_time_ns = tsp_clock_ns(CLOCK_REALTIME);
	err = print_change(run, &step);
	tsp_look_release(before);
	*before = now;
	*seen_ns = now_ns;
	return tsctl_printed(err);
}

/* Until a signal, or the end of who reads it: no failures. */
static enum tsp_exit watch(const struct stats_run *run, struct tsp_look *look)
{
	enum tsp_exit status = TSP_EXIT_OK;
	struct tsp_interval interval;
	int64_t seen_ns;

	tsp_interval_start(&interval, &run->watch);
	seen_ns = interval.next_ns;
	/* main() tells of output that can't be written. */
	while (status == TSP_EXIT_OK && tsp_flush_output() && tsp_interval_wait(&interval))
		status = look_again(run, look, &seen_ns);
	return status;
}

enum tsp_exit tsctl_stats(struct tsctl *tsctl)
{
	struct stats_run run = { .format = TSP_FORMAT_TEXT };
	struct tsp_look look = { 0 };
	enum tsp_exit status;
	int err;

	tsctl_parse(tsctl, options, parse, &run);
	err = tsctl_open(tsctl);
	run.session = tsctl->session;
	if (!err)
		err = tsp_look(run.session, &look);
	if (err)
		status = tsp_report(run.session, err);
	else if (run.watch.tv_sec || run.watch.tv_nsec)
		status = watch(&run, &look);
	else
		status = tsctl_printed(print_once(&run, &look));
	tsp_look_release(&look);
	return status;
}
