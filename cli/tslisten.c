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

#include "args.h"
#include "choice.h"
#include "fmt_json.h"
#include "reader.h"
#include "report.h"
#include "sink.h"
#include "table.h"

/* As high as a list of CPTs or CPUs can name one. */
#define CPT_MAX			65535

/* A batch of the module must fit, and a gibibyte of kernel memory is a mistake. */
#define BUFFER_MIN		(64U << 10)
#define BUFFER_MAX		(1024U << 20)

#define OUTPUT_BUFFER_BYTES	(64 << 10)

const char *argp_program_version = "tslisten " TSPOOL_VERSION;

struct request {
	hwloc_bitmap_t cpts;
	hwloc_bitmap_t cpus;
	const struct tsp_sink *sink;
	uint32_t buffer_bytes;	/* 0: the library's choice */
	uint32_t count;		/* 0: no limit */
	struct timespec duration; /* 0: no limit */
	bool help_fields;
};

enum {
	KEY_CPT = 0x100,
	KEY_CPUS,
	KEY_BUFFER,
	KEY_COUNT,
	KEY_DURATION,
	KEY_HELP_FIELDS,
};

/* An option takes one line, or two with a long text. */
/* clang-format off */
static const struct argp_option options[] = {
	{ .name = "cpt", .key = KEY_CPT, .arg = "N",
	  .doc = "Listen to the exits on this CPU partition; may be given several times" },
	{ .name = "cpus", .key = KEY_CPUS, .arg = "LIST",
	  .doc = "Listen to the exits on these CPUs: 1-3,5" },
	{ .name = "format", .key = 'f', .arg = "FORMAT",
	  .doc = "text (default), json (JSON Lines) or none (only the summary)" },
	{ .name = "buffer", .key = KEY_BUFFER, .arg = "BYTES",
	  .doc = "Receive buffer of the socket, such as 512K; default: 8M" },
	{ .name = "count", .key = KEY_COUNT, .arg = "N", .doc = "End after so many records" },
	{ .name = "duration", .key = KEY_DURATION, .arg = "SECONDS",
	  .doc = "End after so many seconds" },
	{ .name = "help-fields", .key = KEY_HELP_FIELDS,
	  .doc = "Show the names that stand in JSON records" },
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

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *request = state->input;

	switch (key) {
	case KEY_CPT:
		hwloc_bitmap_set(request->cpts, tsp_arg_number(state, "--cpt", arg, 0, CPT_MAX));
		return 0;
	case KEY_CPUS:
		take_cpus(state, request, arg);
		return 0;
	case 'f':
		request->sink = tsp_sinks[tsp_arg_choice(state, "--format", arg, tsp_sink_names)];
		return 0;
	case KEY_BUFFER:
		request->buffer_bytes = tsp_arg_bytes(state, "--buffer", arg, BUFFER_MIN,
						      BUFFER_MAX);
		return 0;
	case KEY_COUNT:
		request->count = tsp_arg_number(state, "--count", arg, 1, UINT32_MAX);
		return 0;
	case KEY_DURATION:
		request->duration = tsp_arg_seconds(state, "--duration", arg);
		return 0;
	case KEY_HELP_FIELDS:
		request->help_fields = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "there is an argument too many: '%s'", arg);
		return 0;
	case ARGP_KEY_END:
		if (request->cpus && !hwloc_bitmap_iszero(request->cpts))
			argp_error(state, "--cpt and --cpus can't be combined");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static enum tsp_exit show_fields(void)
{
	static const struct tsp_column columns[] = {
		{ .heading = "NAME", .key = "name" },
		{ .heading = "IN", .key = "in" },
		{ .heading = "UNIT", .key = "unit" },
		{ .heading = "DESCRIPTION", .key = "description" },
		{ 0 },
	};

	return tsp_table_print(TSP_FORMAT_TEXT, tsp_json_fields(), columns) ? TSP_EXIT_FAILURE :
									      TSP_EXIT_OK;
}

/* On its own CPUs the listener reads what is in their caches. It works elsewhere too. */
static void bind_to(hwloc_const_bitmap_t cpus)
{
	struct tspool_cpt_error error;
	hwloc_topology_t topology;
	int err;

	err = tspool_topology_load(&topology, &error);
	if (!err) {
		err = tspool_bind_thread(topology, cpus, &error);
		hwloc_topology_destroy(topology);
	}
	if (err)
		fprintf(stderr, "tslisten: warning: not bound to its CPUs: %s\n", error.text);
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

/* A list that the kernel does not take is the user's mistake. */
static enum tsp_exit refused(const struct tspool_session *session, int err)
{
	tsp_report(session, err);
	return err == -EINVAL || err == -ERANGE ? TSP_EXIT_USAGE : TSP_EXIT_FAILURE;
}

/* To be freed; NULL for NULL, which is a choice of all. Without memory the program ends. */
static char *list_of(hwloc_const_bitmap_t chosen)
{
	char *list = NULL;

	if (!chosen || hwloc_bitmap_list_asprintf(&list, chosen) >= 0)
		return list;
	fprintf(stderr, "tslisten: can't listen: %s\n", strerror(ENOMEM));
	exit(TSP_EXIT_FAILURE);
}

static enum tsp_exit subscribe(struct tspool_session *session, const struct request *request,
			       struct tspool_listener **listener)
{
	char *cpts = list_of(hwloc_bitmap_iszero(request->cpts) ? NULL : request->cpts);
	char *cpus = list_of(request->cpus);
	const struct tspool_listen_options listen = {
		.receive_buffer_bytes = request->buffer_bytes,
		.cpts = cpts,
		.cpus = cpus,
	};
	int err = tspool_listen(session, &listen, listener);

	free(cpus);
	free(cpts);
	return err ? refused(session, err) : TSP_EXIT_OK;
}

static enum tsp_exit listen_to(const struct tsp_choice *choice, const struct request *request,
			       struct tsp_reader *reader)
{
	struct tspool_listener *listener;
	enum tsp_exit status;

	bind_to(choice->cpus);
	status = subscribe(reader->session, request, &listener);
	if (status != TSP_EXIT_OK)
		return status;
	announce(choice);
	status = tsp_reader_run(reader, listener);
	tspool_listener_close(listener);
	tsp_summary_print(&reader->summary, stderr);
	return status;
}

static enum tsp_exit read_choice(struct tspool_session *session, const struct tsp_choice *choice,
				 const struct request *request)
{
	struct tsp_reader reader = {
		.session = session,
		.sink = request->sink,
		.duration = request->duration,
		.records_left = request->count ? request->count : UINT64_MAX,
	};
	enum tsp_exit status = TSP_EXIT_FAILURE;
	int err;

	err = tsp_reader_init(&reader, choice->n_cpts);
	if (err) {
		fprintf(stderr, "tslisten: can't start: %s\n", strerror(-err));
		goto close_reader;
	}
	for (int cpt = hwloc_bitmap_first(choice->cpts); cpt >= 0;
	     cpt = hwloc_bitmap_next(choice->cpts, cpt))
		tsp_summary_listen(&reader.summary, cpt);
	status = listen_to(choice, request, &reader);
close_reader:
	tsp_reader_close(&reader);
	return status;
}

static enum tsp_exit run(const struct request *request)
{
	struct tspool_session *session;
	struct tsp_choice choice;
	enum tsp_exit status;
	int err;

	err = tspool_open(&session);
	if (err) {
		status = tsp_report(session, err);
		goto close_session;
	}
	status = tsp_choice_make(session, request->cpts, request->cpus, &choice);
	if (status == TSP_EXIT_OK)
		status = read_choice(session, &choice, request);
	tsp_choice_free(&choice);
close_session:
	tspool_close(session);
	return status;
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Print the exits of tasks as they happen. No CPT or CPUs given: all.",
	};
	struct request request = { .sink = &tsp_sink_text };
	enum tsp_exit status;

	/* Else the first socket would take its place, and get the records. */
	if (fcntl(STDOUT_FILENO, F_GETFD) < 0)
		return tsp_report_output(errno);

	setlocale(LC_CTYPE, "");
	setvbuf(stdout, NULL, _IOFBF, OUTPUT_BUFFER_BYTES);
	argp_err_exit_status = TSP_EXIT_USAGE;
	request.cpts = hwloc_bitmap_alloc();
	argp_parse(&argp, argc, argv, 0, NULL, &request);

	status = request.help_fields ? show_fields() : run(&request);
	hwloc_bitmap_free(request.cpus);
	hwloc_bitmap_free(request.cpts);
	return tsp_close_output(status);
}
