// SPDX-License-Identifier: GPL-2.0-only
/* tsctl snapshot: what the relay buffers hold in overwrite mode, to an archive. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive.h"
#include "cgroups.h"
#include "command.h"
#include "json.h"

/* What was taken of one CPT. */
struct part {
	struct tspool_relay *relay;
	uint32_t cpt;
	uint64_t records;
	uint64_t lost;
	uint64_t first_seq;	/* without records and losses: 0, as last_seq */
	uint64_t last_seq;
};

struct snapshot {
	struct tsctl *tsctl;
	struct tsp_archive_args archive;
	enum tsp_format format;
	struct tspool_archive_writer *writer;
	struct tspool_cgroups *cgroups;	/* NULL: no paths */
	bool failed;		/* to be written; the writer knows why */
	struct part *parts;
	size_t n_parts;
	struct part *current;
};

static const struct argp_option options[] = {
	{ .name = "format", .key = 'f', .arg = "FORMAT", .doc = "text (default) or json" },
	{ 0 }
};

static const struct tsp_column columns[] = {
	{ .heading = "CPT", .key = "cpt", .right = true },
	{ .heading = "RECORDS", .key = "records", .right = true },
	{ .heading = "LOST", .key = "lost", .right = true },
	{ .heading = "FIRST", .key = "first_seq", .right = true },
	{ .heading = "LAST", .key = "last_seq", .right = true },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct snapshot *snapshot = state->input;

	switch (key) {
	case 'f':
		snapshot->format = tsp_arg_choice(state, "--format", arg, tsp_format_names);
		return 0;
	case ARGP_KEY_ARG:
		if (snapshot->archive.path)
			argp_error(state, "there is an argument too many: '%s'", arg);
		snapshot->archive.path = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no FILE given");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void count(struct part *part, uint64_t records, uint64_t lost, uint64_t first, uint64_t last)
{
	bool is_first = !part->records && !part->lost;

	if (is_first || first < part->first_seq)
		part->first_seq = first;
	if (is_first || last > part->last_seq)
		part->last_seq = last;
	part->records += records;
	part->lost += lost;
}

static bool put(struct snapshot *snapshot, const struct tspool_frame *frame, const char *cgroup)
{
	snapshot->failed = tspool_archive_put(snapshot->writer, frame, cgroup);
	return !snapshot->failed;
}

static bool take_record(const struct tspool_record *record, void *arg)
{
	struct snapshot *snapshot = arg;

	count(snapshot->current, 1, 0, record->seq, record->seq);
	return put(snapshot, &record->frame, tsp_cgroup_of(snapshot->cgroups, record));
}

static bool take_lost(const struct tspool_lost *lost, void *arg)
{
	struct snapshot *snapshot = arg;

	count(snapshot->current, 0, lost->count, lost->first_seq, lost->last_seq);
	return put(snapshot, &lost->frame, NULL);
}

static const struct tspool_handler handler = { .record = take_record, .lost = take_lost };

static enum tsp_exit refuse_mode(const struct tspool_relay_info *relays, size_t n_relays)
{
	if (n_relays && relays[0].mode == TSPOOL_RELAY_OVERWRITE)
		return TSP_EXIT_OK;
	fprintf(stderr, "tsctl: relay is %s; a snapshot is taken of what %s keeps\n",
		n_relays ? "lossless" : "off", "'tsctl relay start --mode overwrite'");
	return TSP_EXIT_FAILURE;
}

static enum tsp_exit find_parts(struct snapshot *snapshot)
{
	struct tspool_session *session = snapshot->tsctl->session;
	struct tspool_relay_info *relays;
	enum tsp_exit status;
	size_t n_relays;
	int err;

	err = tspool_get_relays(session, &relays, &n_relays);
	if (err)
		return tsp_report(session, err);
	status = refuse_mode(relays, n_relays);
	if (status == TSP_EXIT_OK) {
		snapshot->parts = calloc(n_relays, sizeof(*snapshot->parts));
		snapshot->n_parts = snapshot->parts ? n_relays : 0;
		if (!snapshot->parts)
			status = tsctl_printed(-ENOMEM);
	}
	for (size_t i = 0; i < snapshot->n_parts; i++)
		snapshot->parts[i].cpt = relays[i].cpt;
	tspool_free_relays(relays, n_relays);
	return status;
}

/* Each buffer stands still from here on until it is closed. */
static enum tsp_exit open_parts(struct snapshot *snapshot)
{
	struct tspool_session *session = snapshot->tsctl->session;

	for (size_t i = 0; i < snapshot->n_parts; i++) {
		struct part *part = &snapshot->parts[i];
		int err = tspool_relay_open(session, part->cpt, &part->relay);

		if (err)
			return tsp_report(session, err);
	}
	return TSP_EXIT_OK;
}

static void close_parts(struct snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->n_parts; i++) {
		tspool_relay_close(snapshot->parts[i].relay);
		snapshot->parts[i].relay = NULL;
	}
}

static enum tsp_exit read_part(struct snapshot *snapshot, struct part *part)
{
	int ret;

	snapshot->current = part;
	do {
		ret = tspool_relay_receive(part->relay, false, &handler, snapshot);
	} while (ret >= 0 && !snapshot->failed);
	/* The end of the archive tells of it. */
	if (snapshot->failed)
		return TSP_EXIT_FAILURE;
	if (ret != -ESHUTDOWN)
		return tsp_report(snapshot->tsctl->session, ret);
	return TSP_EXIT_OK;
}

static enum tsp_exit read_parts(struct snapshot *snapshot)
{
	enum tsp_exit status = TSP_EXIT_OK;

	for (size_t i = 0; i < snapshot->n_parts && status == TSP_EXIT_OK; i++)
		status = read_part(snapshot, &snapshot->parts[i]);
	return status;
}

static json_t *json_parts(const struct snapshot *snapshot)
{
	json_t *rows = json_array();
	int err = 0;

	for (size_t i = 0; i < snapshot->n_parts; i++) {
		const struct part *part = &snapshot->parts[i];
		json_t *row = json_object();

		err |= tsp_json_add_number(row, "cpt", part->cpt);
		err |= tsp_json_add_number(row, "records", part->records);
		err |= tsp_json_add_number(row, "lost", part->lost);
		err |= tsp_json_add_number(row, "first_seq", part->first_seq);
		err |= tsp_json_add_number(row, "last_seq", part->last_seq);
		err |= json_array_append_new(rows, row);
	}
	return tsp_json_checked(rows, err);
}

static enum tsp_exit take(struct snapshot *snapshot)
{
	enum tsp_exit status = find_parts(snapshot);

	if (status == TSP_EXIT_OK)
		status = open_parts(snapshot);
	if (status == TSP_EXIT_OK)
		status = read_parts(snapshot);
	close_parts(snapshot);
	return status;
}

/* A snapshot that can't be taken whole leaves no file behind. */
static enum tsp_exit write_archive(struct snapshot *snapshot)
{
	enum tsp_exit status;

	status = tsp_archive_begin(snapshot->tsctl->session, NULL, &snapshot->archive,
				   &snapshot->writer);
	if (status != TSP_EXIT_OK)
		return status;
	snapshot->cgroups = tsp_cgroups_open(true);
	status = take(snapshot);
	tspool_cgroups_close(snapshot->cgroups);
	if (status == TSP_EXIT_OK || snapshot->failed) {
		status = tsp_archive_end(snapshot->writer, &snapshot->archive, status);
		if (status != TSP_EXIT_OK)
			unlink(snapshot->archive.path);
	} else {
		tsp_archive_abandon(snapshot->writer, &snapshot->archive);
	}
	if (status == TSP_EXIT_OK)
		status = tsctl_print(snapshot->format, json_parts(snapshot), columns);
	free(snapshot->parts);
	return status;
}

enum tsp_exit tsctl_snapshot(struct tsctl *tsctl)
{
	struct snapshot snapshot = { .tsctl = tsctl, .format = TSP_FORMAT_TEXT };
	int err;

	tsctl_parse(tsctl, options, parse, &snapshot);
	err = tsctl_open(tsctl);
	if (err)
		return tsp_report(tsctl->session, err);
	return write_archive(&snapshot);
}
