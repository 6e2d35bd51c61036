// SPDX-License-Identifier: GPL-2.0-only
/* tslisten - prints the exits of tasks as they happen; see tslisten(8). */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <tspool/sched.h>
#include <tspool/tspool.h>
#include <unistd.h>

#include "archive.h"
#include "args.h"
#include "backend.h"
#include "cgroups.h"
#include "choice.h"
#include "field_list.h"
#include "filter.h"
#include "interval.h"
#include "module_map.h"
#include "pipeline.h"
#include "relay_reader.h"
#include "report.h"
#include "sink.h"
#include "table.h"
#include "tally_args.h"

/* As high as a list of CPTs or CPUs can name one. */
#define CPT_MAX			65535

/* More than CPUs there can't be. */
#define LISTENERS_MAX		65536

/*
 * By default, how long lines wait for earlier ones. The kernel's taskstats tell the time of an exit
 * to the second only.
 */
#define WINDOW_SECONDS		2
/* What may wait in all: lines come sooner where there are more. */
#define WINDOW_BYTES_MAX	(64U << 20)

/* A batch of the module must fit, and a gibibyte of kernel memory is a mistake. */
#define BUFFER_MIN		(64U << 10)
#define BUFFER_MAX		(1024U << 20)

#define OUTPUT_BUFFER_BYTES	(64 << 10)

static const char *const drop_names[] = {
	[TSPOOL_DROP_NEWEST] = "newest",
	[TSPOOL_DROP_OLDEST] = "oldest",
	NULL,
};

const char *argp_program_version = "tslisten " TSPOOL_VERSION;

struct request {
	enum tsp_backend_choice backend;
	hwloc_bitmap_t cpts;
	hwloc_bitmap_t cpus;
	bool has_sink;
	enum tsp_sink_index sink;
	uint32_t buffer_bytes;	/* 0: the library's choice */
	uint64_t backlog_bytes;	/* 0: the module's choice */
	enum tspool_drop drop;
	uint32_t count;		/* 0: no limit */
	struct timespec duration; /* 0: no limit */
	bool strict;
	uint32_t listeners;	/* 0: one for each CPT */
	struct timespec window;	/* zero: not ordered */
	struct tsp_filter_args filter;
	struct tsp_tally_args tally;
	struct tsp_archive_args archive;
	bool help_fields;
	bool relay;
};

enum {
	KEY_CPT = 0x100,
	KEY_CPUS,
	KEY_BUFFER,
	KEY_BACKLOG,
	KEY_DROP,
	KEY_COUNT,
	KEY_DURATION,
	KEY_STRICT,
	KEY_BACKEND,
	KEY_HELP_FIELDS,
	KEY_RELAY,
	KEY_LISTENERS,
	KEY_ORDERED,
};

/* An option takes one line, or two with a long text. */
/* clang-format off */
static const struct argp_option options[] = {
	{ .name = "cpt", .key = KEY_CPT, .arg = "N",
	  .doc = "Listen to the exits on this CPU partition; may be given several times" },
	{ .name = "cpus", .key = KEY_CPUS, .arg = "LIST",
	  .doc = "Listen to the exits on these CPUs: 1-3,5" },
	{ .name = "format", .key = 'f', .arg = "FORMAT",
	  .doc = "text (default), json (JSON Lines), csv or none (only the summary)" },
	{ .name = "buffer", .key = KEY_BUFFER, .arg = "BYTES",
	  .doc = "Receive buffer of the socket, such as 512K; default: 8M" },
	{ .name = "backlog", .key = KEY_BACKLOG, .arg = "BYTES",
	  .doc = "What may wait in the module while that is full; default: its backlog_kbytes" },
	{ .name = "drop", .key = KEY_DROP, .arg = "WHICH",
	  .doc = "What is lost when the backlog is full: newest (default) or oldest" },
	{ .name = "count", .key = KEY_COUNT, .arg = "N", .doc = "End after so many records" },
	{ .name = "duration", .key = KEY_DURATION, .arg = "SECONDS",
	  .doc = "End after so many seconds" },
	{ .name = "listeners", .key = KEY_LISTENERS, .arg = "N",
	  .doc = "Spread so many listeners over the CPTs; default: one for each" },
	{ .name = "ordered", .key = KEY_ORDERED, .arg = "SECONDS", .flags = OPTION_ARG_OPTIONAL,
	  .doc = "Print in the order of exits: each waits so long for earlier ones (default: 2)" },
	{ .name = "strict", .key = KEY_STRICT,
	  .doc = "Exit with status 3 if any record was lost" },
	{ .name = "backend", .key = KEY_BACKEND, .arg = "NAME", .doc = TSP_BACKEND_DOC },
	{ .name = "relay", .key = KEY_RELAY,
	  .doc = "Take the records out of the relay buffers ('tsctl relay start')" },
	{ .name = "help-fields", .key = KEY_HELP_FIELDS,
	  .doc = "Show what may stand in records, and where it comes from" },
	{ 0 }
};

/* clang-format on */

static void take_cpus(const struct argp_state *state, struct request *request, const char *list)
{
	struct tspool_cpt_error error;

	hwloc_bitmap_free(request->cpus);
	request->cpus = NULL;
	if (!tspool_list_parse(list, &request->cpus, &error))
		return;
	argp_error(state, "--cpus '%s': %s, at offset %d\n  %s\n  %*s", list, error.text,
		   error.offset, list, error.offset + 1, "^");
}

static bool is_ordered(const struct request *request)
{
	return request->window.tv_sec || request->window.tv_nsec;
}

/* Where records come from decides what can be said about them. */
static void refuse_conflicts(const struct argp_state *state, const struct request *request)
{
	const char *fault = tspool_filter_fault(&request->filter.filter);

	if (is_ordered(request) && (request->sink == TSP_SINK_NONE || request->tally.wanted))
		argp_error(state, "--ordered is for records that are printed");
	if (!request->relay)
		return;
	if (request->listeners || is_ordered(request))
		argp_error(state, "--listeners and --ordered are for records that come by netlink");
	if (request->cpus || request->buffer_bytes || request->backlog_bytes || request->drop)
		argp_error(state, "--cpus, --buffer, --backlog and --drop are for %s",
			   "records that come by netlink");
	if (fault)
		argp_error(state, "--comm '%s': %s", request->filter.filter.comm, fault);
	if (request->backend != TSP_BACKEND_ANY)
		argp_error(state, "--backend and --relay can't be combined");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *request = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &request->filter;
		state->child_inputs[1] = &request->archive;
		state->child_inputs[2] = &request->tally;
		return 0;
	case KEY_CPT:
		hwloc_bitmap_set(request->cpts, tsp_arg_number(state, "--cpt", arg, 0, CPT_MAX));
		return 0;
	case KEY_CPUS:
		take_cpus(state, request, arg);
		return 0;
	case 'f':
		request->has_sink = true;
		request->sink = tsp_arg_choice(state, "--format", arg, tsp_sink_names);
		return 0;
	case KEY_BUFFER:
		request->buffer_bytes = (uint32_t)tsp_arg_bytes(state, "--buffer", arg, BUFFER_MIN,
								BUFFER_MAX);
		return 0;
	case KEY_BACKLOG:
		request->backlog_bytes = tsp_arg_bytes(state, "--backlog", arg, 0, BUFFER_MAX);
		if (!request->backlog_bytes)
			request->backlog_bytes = TSPOOL_NO_BACKLOG;
		return 0;
	case KEY_DROP:
		request->drop = tsp_arg_choice(state, "--drop", arg, drop_names);
		return 0;
	case KEY_COUNT:
		request->count = tsp_arg_number(state, "--count", arg, 1, UINT32_MAX);
		return 0;
	case KEY_DURATION:
		request->duration = tsp_arg_seconds(state, "--duration", arg);
		return 0;
	case KEY_LISTENERS:
		request->listeners = tsp_arg_number(state, "--listeners", arg, 1, LISTENERS_MAX);
		return 0;
	case KEY_ORDERED:
		request->window.tv_sec = WINDOW_SECONDS;
		if (arg)
			request->window = tsp_arg_seconds(state, "--ordered", arg);
		return 0;
	case KEY_STRICT:
		request->strict = true;
		return 0;
	case KEY_BACKEND:
		request->backend = tsp_arg_choice(state, "--backend", arg, tsp_backend_names);
		return 0;
	case KEY_HELP_FIELDS:
		request->help_fields = true;
		return 0;
	case KEY_RELAY:
		request->relay = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "there is an argument too many: '%s'", arg);
		return 0;
	case ARGP_KEY_END:
		if (request->cpus && !hwloc_bitmap_iszero(request->cpts))
			argp_error(state, "--cpt and --cpus can't be combined");
		if (request->archive.path && !request->has_sink)
			request->sink = TSP_SINK_NONE;
		refuse_conflicts(state, request);
		if ((request->help_fields || request->tally.wanted) && request->has_sink &&
		    request->sink > TSP_SINK_JSON)
			argp_error(state, "%s is shown as text or json",
				   request->help_fields ? "--help-fields" : "--report");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Of what is no stream of records. */
static enum tsp_format table_format(const struct request *request)
{
	return request->sink == TSP_SINK_JSON ? TSP_FORMAT_JSON : TSP_FORMAT_TEXT;
}

static enum tsp_exit show_fields(const struct request *request)
{
	int err = tsp_table_print(table_format(request), tsp_field_list(), tsp_field_list_columns);

	return err ? TSP_EXIT_FAILURE : TSP_EXIT_OK;
}

/* Scripts wait for this line: from here on, no exit is missed. */
static void announce(const struct tsp_choice *choice)
{
	char *cpts = NULL, *cpus = NULL;

	hwloc_bitmap_list_asprintf(&cpts, choice->cpts);
	hwloc_bitmap_list_asprintf(&cpus, choice->cpus);
	fprintf(stderr, "listening on CPT %s (CPUs %s)\n", cpts, cpus);
	free(cpus);
	free(cpts);
}

static enum tsp_exit show_report(const struct tsp_tally *tally, const struct request *request,
				 enum tsp_exit status)
{
	int err = tsp_tally_print(tally, request->tally.order, request->tally.top,
				  table_format(request));

	/* main() tells of output that can't be written. */
	if (!err || tsp_is_output_error(err))
		return status;
	fprintf(stderr, "tslisten: the report can't be shown: %s\n", strerror(-err));
	return TSP_EXIT_FAILURE;
}

/* Prints report and summary. Returns the status, unless that is to tell of losses. */
static enum tsp_exit sum_up(const struct tsp_reader *reader, const struct request *request,
			    enum tsp_exit status)
{
	if (reader->tally)
		status = show_report(reader->tally, request, status);
	tsp_summary_print(&reader->summary, stderr);
	if (reader->ordered)
		fprintf(stderr, "tslisten: %llu records came too late to be in order\n",
			(unsigned long long)reader->window.late);
	if (status == TSP_EXIT_OK && request->strict && tsp_summary_has_losses(&reader->summary))
		return TSP_EXIT_LOST;
	return status;
}

static enum tsp_exit listen_by_netlink(const struct tsp_choice *choice,
				       const struct request *request, struct tsp_reader *reader)
{
	const struct tspool_listen_options wanted = {
		.receive_buffer_bytes = request->buffer_bytes,
		.backlog_bytes = request->backlog_bytes,
		.drop = request->drop,
		.filter = &request->filter.filter,
	};
	struct tsp_pipeline pipeline;
	enum tsp_exit status;

	status = tsp_pipeline_open(&pipeline, choice, request->listeners, &wanted, reader);
	if (status == TSP_EXIT_OK) {
		announce(choice);
		status = tsp_pipeline_run(&pipeline);
		status = sum_up(reader, request, status);
	}
	tsp_pipeline_close(&pipeline);
	return status;
}

/* On its own CPUs it reads what is in their caches. It works elsewhere too. */
static void bind_to(const struct tsp_choice *choice)
{
	struct tspool_cpt_error error;

	if (tspool_bind_thread(choice->topology, choice->cpus, &error))
		fprintf(stderr, "tslisten: warning: not bound to its CPUs: %s\n", error.text);
}

static enum tsp_exit listen_by_relay(const struct tsp_choice *choice, const struct request *request,
				     struct tsp_reader *reader)
{
	struct tsp_relays relays;
	enum tsp_exit status;
	int err;

	bind_to(choice);
	err = tsp_relays_open(reader->session, choice->cpts, &relays);
	if (err) {
		status = tsp_report(reader->session, err);
	} else {
		announce(choice);
		status = tsp_reader_run_relays(reader, &relays);
		status = sum_up(reader, request, status);
	}
	tsp_relays_close(&relays);
	return status;
}

static enum tsp_exit listen_to(const struct tsp_choice *choice, const struct request *request,
			       struct tsp_reader *reader)
{
	if (request->relay)
		return listen_by_relay(choice, request, reader);
	return listen_by_netlink(choice, request, reader);
}

/* What records are shown with. Without records there is nothing to look up or to tell. */
static void prepare_to_show(struct tsp_reader *reader)
{
	if (reader->sink == &tsp_sink_none && !reader->archive && !reader->tally && !reader->filter)
		return;
	tsp_report_delayacct();
	if (tspool_session_backend(reader->session) == TSPOOL_BACKEND_TSPOOL)
		reader->cgroups.cgroups = tsp_cgroups_open(true);
}

/* A report takes the place of the records. */
static struct tsp_reader make_reader(struct tspool_session *session, const struct request *request,
				     struct tsp_tally *tally)
{
	bool reports = request->tally.wanted;
	/* What comes by netlink was filtered by the kernel. */
	bool filters = request->relay && request->filter.given;

	tsp_tally_begin(tally, &request->tally, &request->filter.filter);
	return (struct tsp_reader){
		.session = session,
		.sink = reports ? &tsp_sink_none : tsp_sinks[request->sink],
		.tally = reports ? tally : NULL,
		.filter = filters ? &request->filter.filter : NULL,
		.rotates_on_hangup = request->archive.path,
		.ordered = is_ordered(request),
		.duration = request->duration,
		.records_left = request->count ? request->count : UINT64_MAX,
	};
}

static void expect_cpts(struct tsp_reader *reader, hwloc_const_bitmap_t cpts)
{
	for (int cpt = hwloc_bitmap_first(cpts); cpt >= 0; cpt = hwloc_bitmap_next(cpts, cpt))
		tsp_summary_listen(&reader->summary, cpt);
}

/* An archive that can't be begun is told before anything is listened to. */
static enum tsp_exit listen_and_write(const struct tsp_choice *choice,
				      const struct request *request, struct tsp_reader *reader)
{
	enum tsp_exit status;

	status = tsp_archive_begin(reader->session, choice->from_module ? NULL : choice->map,
				   &request->archive, &reader->archive);
	if (status != TSP_EXIT_OK)
		return status;
	prepare_to_show(reader);
	status = listen_to(choice, request, reader);
	tspool_cgroups_close(reader->cgroups.cgroups);
	if (reader->has_begun)
		return tsp_archive_end(reader->archive, &request->archive, status);
	tsp_archive_abandon(reader->archive, &request->archive);
	return status;
}

static enum tsp_exit read_choice(struct tspool_session *session, const struct tsp_choice *choice,
				 const struct request *request)
{
	struct tsp_tally tally;
	struct tsp_reader reader = make_reader(session, request, &tally);
	enum tsp_exit status = TSP_EXIT_FAILURE;
	int err;

	tsp_window_init(&reader.window, (uint64_t)tsp_timespec_ns(&request->window),
			WINDOW_BYTES_MAX);
	err = tsp_reader_init(&reader, choice->n_cpts);
	if (err) {
		fprintf(stderr, "tslisten: can't start: %s\n", strerror(-err));
		goto close_reader;
	}
	expect_cpts(&reader, choice->cpts);
	status = listen_and_write(choice, request, &reader);
close_reader:
	tsp_reader_close(&reader);
	tsp_tally_free(&tally);
	return status;
}

static enum tsp_exit run(const struct request *request)
{
	struct tspool_session *session;
	struct tsp_choice choice;
	enum tsp_exit status;
	int err;

	err = tsp_open(&session, request->relay ? TSP_BACKEND_TSPOOL : request->backend);
	if (err) {
		status = tsp_report(session, err);
		goto close_session;
	}
	status = tsp_choice_make(session, request->cpts, request->cpus, &choice);
	if (status == TSP_EXIT_OK && choice.from_module && !request->relay)
		status = tsp_module_map(session, choice.topology, &choice.map);
	if (status == TSP_EXIT_OK)
		status = read_choice(session, &choice, request);
	tsp_choice_free(&choice);
close_session:
	tspool_close(session);
	return status;
}

int main(int argc, char **argv)
{
	static const struct argp_child children[] = {
		{ .argp = &tsp_filter_argp, .group = 1 },
		{ .argp = &tsp_archive_argp, .group = 2 },
		{ .argp = &tsp_report_argp, .group = 3 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.children = children,
		.doc = "Print the exits of tasks as they happen. No CPT or CPUs given: all.",
	};
	struct request request = { .backend = TSP_BACKEND_ANY, .sink = TSP_SINK_TEXT };
	enum tsp_exit status;

	/* Else the first socket would take its place, and get the records. */
	if (fcntl(STDOUT_FILENO, F_GETFD) < 0)
		return tsp_report_output(errno);

	setlocale(LC_CTYPE, "");
	setvbuf(stdout, NULL, _IOFBF, OUTPUT_BUFFER_BYTES);
	argp_err_exit_status = TSP_EXIT_USAGE;
	request.cpts = hwloc_bitmap_alloc();
	argp_parse(&argp, argc, argv, 0, NULL, &request);

	status = request.help_fields ? show_fields(&request) : run(&request);
	hwloc_bitmap_free(request.cpus);
	hwloc_bitmap_free(request.cpts);
	return tsp_close_output(status);
}
