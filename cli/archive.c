// SPDX-License-Identifier: GPL-2.0-only
#include "archive.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "interval.h"
#include "report.h"

/* Less would be files of a few blocks; more than any disk has. */
#define MIB		(1024ULL * 1024)
#define ROTATE_MIN	MIB
#define ROTATE_MAX	(1024 * 1024 * 1024 * MIB)

static const char *const sync_names[] = {
	[TSPOOL_ARCHIVE_SYNC_CLOSE] = "close",
	[TSPOOL_ARCHIVE_SYNC_BLOCK] = "block",
	[TSPOOL_ARCHIVE_SYNC_NEVER] = "never",
	NULL,
};

enum {
	KEY_WRITE = 0x300,
	KEY_APPEND,
	KEY_ROTATE_SIZE,
	KEY_ROTATE_TIME,
	KEY_COMPRESS,
	KEY_FSYNC,
};

/* clang-format off */
static const struct argp_option options[] = {
	{ .doc = "Archives, which 'tsctl read' prints:" },
	{ .name = "write", .key = KEY_WRITE, .arg = "FILE",
	  .doc = "Write an archive; --format is none then, if it is not given" },
	{ .name = "append", .key = KEY_APPEND, .doc = "Go on with the archive if there is one" },
	{ .name = "rotate-size", .key = KEY_ROTATE_SIZE, .arg = "BYTES",
	  .doc = "Begin another file when this one has so many, such as 512M" },
	{ .name = "rotate-time", .key = KEY_ROTATE_TIME, .arg = "SECONDS",
	  .doc = "Begin another file after so many seconds" },
	{ .name = "compress", .key = KEY_COMPRESS, .arg = "LEVEL",
	  .doc = "From 1, fast, to 19, small; default: 3" },
	{ .name = "fsync", .key = KEY_FSYNC, .arg = "WHEN",
	  .doc = "Wait for the disk at each file's close (default), after each block, or never" },
	{ 0 }
};

/* clang-format on */

static uint64_t take_time(const struct argp_state *state, const char *text)
{
	struct timespec time = tsp_arg_seconds(state, "--rotate-time", text);

	return (uint64_t)tsp_timespec_ns(&time);
}

/* The first option that needs --write; returns args to go on with. */
static struct tspool_archive_options *needs_write(struct tsp_archive_args *args, const char *name)
{
	if (!args->first)
		args->first = name;
	return &args->options;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct tsp_archive_args *args = state->input;

	switch (key) {
	case KEY_WRITE:
		args->path = arg;
		return 0;
	case KEY_APPEND:
		needs_write(args, "--append")->append = true;
		return 0;
	case KEY_ROTATE_SIZE:
		needs_write(args, "--rotate-size")->rotate_bytes = tsp_arg_bytes(state,
										 "--rotate-size",
										 arg, ROTATE_MIN,
										 ROTATE_MAX);
		return 0;
	case KEY_ROTATE_TIME:
		needs_write(args, "--rotate-time")->rotate_ns = take_time(state, arg);
		return 0;
	case KEY_COMPRESS:
		needs_write(args, "--compress")->level = (int)
			tsp_arg_number(state, "--compress", arg, 1, TSPOOL_ARCHIVE_LEVEL_MAX);
		return 0;
	case KEY_FSYNC:
		needs_write(args, "--fsync")->sync = tsp_arg_choice(state, "--fsync", arg,
								    sync_names);
		return 0;
	case ARGP_KEY_END:
		if (args->first && !args->path)
			argp_error(state, "%s is for --write", args->first);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp tsp_archive_argp = { .options = options, .parser = parse };

static void print_cpt(FILE *out, unsigned int cpt, const char *cpus, const char *nodes)
{
	fprintf(out, "%u\t%s\t%s\n", cpt, cpus, nodes);
}

static int print_modules_table(FILE *out, struct tspool_session *session)
{
	struct tspool_cpt_info *table;
	size_t count;
	int err = tspool_get_cpts(session, &table, &count);

	if (err)
		return err;
	for (size_t i = 0; i < count; i++)
		print_cpt(out, table[i].id, table[i].cpus, table[i].nodes);
	tspool_free_cpts(table, count);
	return 0;
}

static int print_table(FILE *out, struct tspool_session *session, const struct tspool_cpt_map *map)
{
	if (!map)
		return print_modules_table(out, session);
	for (unsigned int cpt = 0; cpt < tspool_cpt_map_count(map); cpt++)
		print_cpt(out, cpt, tspool_cpt_map_cpus_list(map, cpt),
			  tspool_cpt_map_nodes_list(map, cpt));
	return 0;
}

static enum tsp_exit refuse(const char *sentence)
{
	fprintf(stderr, "%s: %s\n", program_invocation_short_name, sentence);
	return TSP_EXIT_FAILURE;
}

static enum tsp_exit create(const struct tsp_archive_args *args, const char *cpts,
			    struct tspool_archive_writer **writer)
{
	struct tspool_archive_options chosen = args->options;
	enum tsp_exit status;

	chosen.writer = argp_program_version;
	chosen.cpts = cpts;
	if (!tspool_archive_create(args->path, &chosen, writer))
		return TSP_EXIT_OK;
	status = refuse(*writer ? tspool_archive_writer_error(*writer) :
				  "no memory for an archive");
	tspool_archive_writer_close(*writer);
	*writer = NULL;
	return status;
}

enum tsp_exit tsp_archive_begin(struct tspool_session *session, const struct tspool_cpt_map *map,
				const struct tsp_archive_args *args,
				struct tspool_archive_writer **writer)
{
	enum tsp_exit status;
	char *text = NULL;
	size_t length;
	FILE *out;
	int err;

	*writer = NULL;
	if (!args->path)
		return TSP_EXIT_OK;
	out = open_memstream(&text, &length);
	if (!out)
		return refuse("no memory for an archive");
	err = print_table(out, session, map);
	if (fclose(out))
		status = refuse("no memory for an archive");
	else if (err)
		status = tsp_report(session, err);
	else
		status = create(args, text, writer);
	free(text);
	return status;
}

/* Bytes for each record are what decides how large a disk has to be. */
static void tell(const struct tspool_archive_totals *totals, const char *path)
{
	fprintf(stderr, "%s: wrote %llu records and %llu losses to '%s'",
		program_invocation_short_name, (unsigned long long)totals->records,
		(unsigned long long)totals->losses, path);
	if (totals->files > 1)
		fprintf(stderr, " and %llu files before it", (unsigned long long)totals->files - 1);
	fprintf(stderr, ": %llu bytes", (unsigned long long)totals->file_bytes);
	if (totals->records)
		fprintf(stderr, ", %.1f a record",
			(double)totals->file_bytes / (double)totals->records);
	fputc('\n', stderr);
}

void tsp_archive_abandon(struct tspool_archive_writer *writer, const struct tsp_archive_args *args)
{
	if (!writer)
		return;
	tspool_archive_writer_close(writer);
	if (!args->options.append)
		unlink(args->path);
}

enum tsp_exit tsp_archive_end(struct tspool_archive_writer *writer,
			      const struct tsp_archive_args *args, enum tsp_exit status)
{
	struct tspool_archive_totals totals;
	int err;

	if (!writer)
		return status;
	err = tspool_archive_finish(writer);
	totals = tspool_archive_totals(writer);
	if (err)
		status = refuse(tspool_archive_writer_error(writer));
	tell(&totals, args->path);
	if (totals.unwritten)
		fprintf(stderr, "%s: %llu records were received but are not written\n",
			program_invocation_short_name, (unsigned long long)totals.unwritten);
	tspool_archive_writer_close(writer);
	return status;
}
