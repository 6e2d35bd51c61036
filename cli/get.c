// SPDX-License-Identifier: GPL-2.0-only
#include "get.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cgroups.h"
#include "fmt_json.h"
#include "fmt_text.h"
#include "json.h"
#include "watch.h"

enum {
	KEY_COMM = 0x100,
	KEY_BACKEND,
};

/* An option takes one line, or two with a long text. */
/* clang-format off */
static const struct argp_option options[] = {
	{ .name = "backend", .key = KEY_BACKEND, .arg = "NAME", .doc = TSP_BACKEND_DOC },
	{ .name = "comm", .key = KEY_COMM, .arg = "PATTERN",
	  .doc = "Those whose name matches, such as 'kworker/*'" },
	{ .name = "format", .key = 'f', .arg = "FORMAT", .doc = "text (default) or json" },
	{ .name = "raw", .key = 'r', .doc = "Plain numbers: ns, bytes, wait status" },
	{ .name = "watch", .key = 'w', .arg = "SECONDS",
	  .doc = "Show every so many seconds what has changed, until all have ended" },
	{ 0 }
};

/* clang-format on */

static enum tsp_exit fail(const char *what, int err)
{
	fprintf(stderr, "tsctl: %s: %s\n", what, strerror(-err));
	return TSP_EXIT_FAILURE;
}

static void add_task(const struct argp_state *state, struct tsctl_get *get, const char *arg)
{
	uint32_t id = tsp_arg_number(state, get->kind->id_name, arg, 1, INT_MAX);
	int err = tsp_ids_add(&get->tasks, id);

	if (err)
		exit(fail("the arguments", err));
}

static void check(const struct argp_state *state, const struct tsctl_get *get)
{
	if (!get->tasks.count && !get->comm)
		argp_error(state, "no %s given", get->kind->id_name);
	if (get->tasks.count && get->comm)
		argp_error(state, "%ss and --comm can't be combined", get->kind->id_name);
	if (get->raw && get->format == TSP_FORMAT_JSON)
		argp_error(state, "--raw is for text; numbers in JSON are always plain");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct tsctl_get *get = state->input;

	switch (key) {
	case KEY_BACKEND:
		get->backend = tsp_arg_choice(state, "--backend", arg, tsp_backend_names);
		return 0;
	case KEY_COMM:
		if (get->comm)
			argp_error(state, "--comm can be given once");
		get->comm = arg;
		return 0;
	case 'f':
		get->format = tsp_arg_choice(state, "--format", arg, tsp_format_names);
		return 0;
	case 'r':
		get->raw = true;
		return 0;
	case 'w':
		get->watch = tsp_arg_seconds(state, "--watch", arg);
		return 0;
	case ARGP_KEY_ARG:
		add_task(state, get, arg);
		return 0;
	case ARGP_KEY_END:
		check(state, get);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static bool has_delays(const struct tspool_record *record)
{
	const struct tspool_field_info *fields;
	size_t count;

	fields = tspool_record_fields(&count);
	for (unsigned int i = 0; i < count; i++)
		if (tspool_record_has(record, i) && tspool_needs_delay_accounting(&fields[i]))
			return true;
	return false;
}

static void tell_of_delays(struct tsctl_get *get, uint32_t id, const struct tspool_record *record)
{
	if (get->delays_told || has_delays(record))
		return;
	get->delays_told = tsp_report_delayacct();
	if (get->delays_told || tspool_delay_accounting() != TSPOOL_DELAYACCT_ON)
		return;
	fprintf(stderr, "tsctl: %s %u %s\n", get->kind->task_name, id,
		"has no delays but run_delay: it started while kernel.task_delayacct was off");
	get->delays_told = true;
}

int tsctl_get_record(struct tsctl_get *get, uint32_t id, struct tspool_record *record)
{
	int err = get->kind->get(get->session, id, record);

	if (!err)
		tell_of_delays(get, id, record);
	else if (err != -ESRCH || !get->comm)
		tsp_report(get->session, err);
	return err;
}

static int print_json(json_t *object)
{
	int err = tsp_json_print(object);

	json_decref(object);
	return err;
}

/* Text is told apart by blank lines; JSON needs none. */
static int print_record(const struct tsctl_get *get, const struct tspool_record *record, bool first)
{
	const char *cgroup = tsp_cgroup_of(get->cgroups, record);

	if (get->format == TSP_FORMAT_JSON)
		return print_json(tsp_json_record(record, cgroup));
	if (!first)
		putchar('\n');
	tsp_text_record(stdout, record, cgroup, get->raw);
	return 0;
}

static enum tsp_exit none_named(const struct tsctl_get *get)
{
	fprintf(stderr, "tsctl: no %s has a name that matches '%s'\n", get->kind->task_name,
		get->comm);
	return TSP_EXIT_FAILURE;
}

static enum tsp_exit show(struct tsctl_get *get)
{
	enum tsp_exit status = TSP_EXIT_OK;
	struct tspool_record record;
	bool first = true;

	for (size_t i = 0; i < get->tasks.count; i++) {
		int err = tsctl_get_record(get, get->tasks.ids[i], &record);

		if (err == -ESRCH) {
			status = get->comm ? status : TSP_EXIT_FAILURE;
			continue;
		}
		if (err)
			return TSP_EXIT_FAILURE;
		err = print_record(get, &record, first);
		if (err)
			return tsctl_printed(err);
		first = false;
	}
	return first && get->comm ? none_named(get) : status;
}

static enum tsp_exit run(struct tsctl_get *get)
{
	int err = 0;

	if (get->comm)
		err = tsp_find_comm(get->comm, get->kind->threads, &get->tasks);
	if (err)
		return fail("/proc", err);
	if (!get->tasks.count)
		return none_named(get);
	return get->watch.tv_sec || get->watch.tv_nsec ? tsctl_watch(get) : show(get);
}

enum tsp_exit tsctl_get(struct tsctl *tsctl, const struct tsctl_get_kind *kind)
{
	struct tsctl_get get = { .kind = kind, .backend = TSP_BACKEND_ANY };
	enum tsp_exit status;
	int err;

	tsctl_parse(tsctl, options, parse, &get);
	err = tsp_open(&tsctl->session, get.backend);
	get.session = tsctl->session;
	if (err) {
		status = tsp_report(get.session, err);
	} else {
		get.cgroups = tsp_cgroups_open(false);
		status = run(&get);
	}
	tspool_cgroups_close(get.cgroups);
	free(get.tasks.ids);
	return status;
}
