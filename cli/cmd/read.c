// SPDX-License-Identifier: GPL-2.0-only
/* tsctl read, tsctl report - the records of archives, and sums of them. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "escape.h"
#include "filter.h"
#include "progress.h"
#include "sink.h"
#include "tally_args.h"
#include "when.h"

/* How often a file that is followed is looked at. */
#define LOOK_MS		200
/* Frames from one look at the clock to the next. */
#define PROGRESS_FRAMES	1024

enum {
	KEY_SINCE = 0x100,
	KEY_UNTIL,
	KEY_FOLLOW,
	KEY_INFO,
};

/* clang-format off */
static const struct argp_option read_options[] = {
	{ .name = "format", .key = 'f', .arg = "FORMAT",
	  .doc = "text (default), json (JSON Lines), csv or none (only what is damaged)" },
	{ .name = "follow", .key = KEY_FOLLOW,
	  .doc = "Go on with what is written later, to the next file of this name, too" },
	{ .name = "info", .key = KEY_INFO,
	  .doc = "Instead of the records: who wrote them where, and how many they are" },
	{ 0 }
};

static const struct argp_option report_options[] = {
	{ .name = "format", .key = 'f', .arg = "FORMAT", .doc = "text (default) or json" },
	{ 0 }
};

static const struct argp_option range_options[] = {
	{ .name = "since", .key = KEY_SINCE, .arg = "TIME",
	  .doc = "From this time on: '2026-11-22 15:40', 15:40:30, -10m or @SECONDS" },
	{ .name = "until", .key = KEY_UNTIL, .arg = "TIME", .doc = "Up to this time" },
	{ 0 }
};

/* clang-format on */

static error_t parse_range(int key, char *arg, struct argp_state *state)
{
	struct tspool_archive_range *range = state->input;

	switch (key) {
	case KEY_SINCE:
		range->since_ns = tsp_arg_when(state, "--since", arg);
		return 0;
	case KEY_UNTIL:
		range->until_ns = tsp_arg_when(state, "--until", arg);
		/* 0 would be no limit; nothing has exited in the first nanosecond, either. */
		if (!range->until_ns)
			range->until_ns = 1;
		return 0;
	case ARGP_KEY_END:
		if (range->until_ns && range->until_ns < range->since_ns)
			argp_error(state, "--until is before --since");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp range_argp = { .options = range_options, .parser = parse_range };

/* What was counted of a file. */
struct counts {
	uint64_t records;
	uint64_t losses;
	uint64_t frame_bytes;
	uint64_t first_ns;
	uint64_t last_ns;
};

struct reading {
	enum tsp_sink_index format;
	bool info;
	struct tspool_archive_range range;
	struct tsp_filter_args filter;
	struct tsp_tally_args tally_args;
	char **paths;
	size_t n_paths;

	const struct tsp_sink *sink;
	struct tsp_tally *tally; /* NULL: none */
	const char *path;	/* of the file that is read */
	struct tspool_archive_reader *archive;
	struct counts counts;
	struct tsp_progress progress;
	uint32_t part;		/* of the file that was followed before; 0: none was */
	enum tsp_exit status;
};

static void check(const struct argp_state *state, const struct reading *reading)
{
	const char *fault = tspool_filter_fault(&reading->filter.filter);

	if (!reading->n_paths)
		argp_error(state, "no FILE given");
	if (reading->range.follow && reading->n_paths > 1)
		argp_error(state, "--follow is for one FILE");
	if (reading->range.follow && reading->info)
		argp_error(state, "--follow and --info can't be combined");
	if (fault)
		argp_error(state, "--comm '%s': %s", reading->filter.filter.comm, fault);
	if (reading->tally && reading->format > TSP_SINK_JSON)
		argp_error(state, "a report is shown as text or json");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct reading *reading = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &reading->range;
		state->child_inputs[1] = &reading->filter;
		if (reading->tally)
			state->child_inputs[2] = &reading->tally_args;
		return 0;
	case 'f':
		reading->format = tsp_arg_choice(state, "--format", arg, tsp_sink_names);
		return 0;
	case KEY_FOLLOW:
		reading->range.follow = true;
		return 0;
	case KEY_INFO:
		reading->info = true;
		return 0;
	case ARGP_KEY_ARGS:
		reading->paths = state->argv + state->next;
		reading->n_paths = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_END:
		check(state, reading);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Says why the file can't be read. */
static void report(struct reading *reading, int err)
{
	const char *why = strerror(-err);

	if (err == -EBADMSG)
		why = "it is no archive";
	else if (err == -ENODATA)
		why = "it is empty";
	else if (err == -ESPIPE)
		why = "it is no regular file";
	else if (err == -EOPNOTSUPP)
		why = "it was written on a machine with the other byte order";
	tsp_progress_clear(&reading->progress);
	tsp_flush_output();
	fprintf(stderr, "tsctl: '%s' can't be read: %s\n", reading->path, why);
	reading->status = TSP_EXIT_FAILURE;
}

/* As the text sink does, in one line: where, what, how much. */
static void report_damage(struct reading *reading, const struct tspool_damage *damage)
{
	tsp_progress_clear(&reading->progress);
	tsp_flush_output();
	fprintf(stderr, "tsctl: '%s': %s, at byte %llu", reading->path,
		tspool_damage_text(damage->kind), (unsigned long long)damage->offset);
	if (damage->bytes)
		fprintf(stderr, ": %llu bytes passed over", (unsigned long long)damage->bytes);
	fprintf(stderr, "%s %llu records lost%s\n", damage->bytes ? "," : ":",
		(unsigned long long)damage->records, damage->more ? " or more" : "");
	reading->status = TSP_EXIT_FAILURE;
}

static void count(struct counts *counts, const struct tspool_frame *frame, uint64_t time)
{
	if (tspool_frame_lost(frame))
		counts->losses++;
	else
		counts->records++;
	counts->frame_bytes += frame->size;
	if (!time)
		return;
	if (!counts->first_ns || time < counts->first_ns)
		counts->first_ns = time;
	if (time > counts->last_ns)
		counts->last_ns = time;
}

static int no_memory(struct reading *reading)
{
	report(reading, -ENOMEM);
	return -1;
}

/* What a sink returned. main() tells of output that can't be written. */
static int printed(struct reading *reading, int failed)
{
	const int err = errno;

	if (failed && !tsp_is_output_error(-err))
		report(reading, -err);
	return failed;
}

static int show_record(struct reading *reading, const struct tspool_record *record)
{
	const char *cgroup = tspool_archive_cgroup(reading->archive, record);

	if (!tspool_filter_accepts(&reading->filter.filter, record, cgroup))
		return 0;
	count(&reading->counts, &record->frame, record->exit_wall_time_ns);
	if (reading->tally && tsp_tally_record(reading->tally, record, cgroup))
		return no_memory(reading);
	return printed(reading, reading->sink->record(stdout, record, cgroup));
}

static int show_lost(struct reading *reading, const struct tspool_lost *lost)
{
	count(&reading->counts, &lost->frame, lost->wall_time_ns);
	if (reading->tally && tsp_tally_lost(reading->tally, lost))
		return no_memory(reading);
	return printed(reading, reading->sink->lost(stdout, lost));
}

/* What has no frame is told to those who read the output, too. */
static int show_damage(struct reading *reading)
{
	const struct tspool_damage *damage = tspool_archive_damage(reading->archive);

	report_damage(reading, damage);
	return damage->lost.count ? show_lost(reading, &damage->lost) : 0;
}

/* Files that came and went between two looks are missing. */
static void check_part(struct reading *reading)
{
	uint32_t part = tspool_archive_part(reading->archive);

	if (reading->part && part > reading->part + 1) {
		tsp_flush_output();
		fprintf(stderr, "tsctl: '%s': %u files were there and gone before they were read\n",
			reading->path, part - reading->part - 1);
		reading->status = TSP_EXIT_FAILURE;
	}
	reading->part = 0;
}

/* Shows what the file holds up to its end. Returns false if nothing more can be shown. */
static bool show_all(struct reading *reading)
{
	const struct tspool_frame *frame;
	unsigned int frames = 0;
	int ret, err = 0;

	while (!err && (ret = tspool_archive_next(reading->archive, &frame)) > 0) {
		if (reading->part)
			check_part(reading);
		if (ret == 2)
			err = show_damage(reading);
		else if (tspool_frame_lost(frame))
			err = show_lost(reading, tspool_frame_lost(frame));
		else
			err = show_record(reading, tspool_frame_record(frame));
		if (++frames % PROGRESS_FRAMES == 0)
			tsp_progress_show(&reading->progress, reading->path,
					  tspool_archive_place(reading->archive),
					  tspool_archive_size(reading->archive));
	}
	if (err)
		return false;
	if (ret < 0)
		report(reading, ret);
	return tsp_flush_output() && !ret;
}

/* Whether a line is about frames: those are as this program has them. */
static bool is_about_frames(const char *line)
{
	static const char *const names[] = { "field\t", "lost_field\t", "cause\t", "frame_type\t",
					     NULL };

	for (const char *const *name = names; *name; name++)
		if (!strncmp(line, *name, strlen(*name)))
			return true;
	return false;
}

/* An archive from elsewhere may hold any bytes: those that could drive the terminal are escaped. */
static void print_line(const char *line, size_t length)
{
	while (length) {
		struct tsp_escaped first = { .bytes = "\t", .length = 1, .taken = 1 };

		if (*line != '\t')
			first = tsp_escape_first(line, length);
		fwrite(first.bytes, 1, first.length, stdout);
		line += first.taken;
		length -= first.taken;
	}
	putchar('\n');
}

static void print_machine(const char *machine)
{
	while (machine && *machine) {
		size_t length = strcspn(machine, "\n");

		if (!is_about_frames(machine))
			print_line(machine, length);
		machine += length + !!machine[length];
	}
}

static void print_number(const char *name, uint64_t number)
{
	printf("%s\t%llu\n", name, (unsigned long long)number);
}

static void print_info(const struct reading *reading)
{
	const struct counts *counts = &reading->counts;

	printf("file\t%s\n", reading->path);
	print_machine(tspool_archive_machine(reading->archive));
	print_number("part", tspool_archive_part(reading->archive));
	print_number("first_time_ns", counts->first_ns);
	print_number("last_time_ns", counts->last_ns);
	print_number("records", counts->records);
	print_number("losses", counts->losses);
	print_number("frame_bytes", counts->frame_bytes);
	print_number("file_bytes", tspool_archive_size(reading->archive));
}

/* Returns false if nothing more can be shown. */
static bool read_file(struct reading *reading)
{
	bool ok;
	int err;

	reading->counts = (struct counts){ 0 };
	err = tspool_archive_open(reading->path, &reading->range, &reading->archive);
	if (err) {
		report(reading, err);
		return true;
	}
	ok = show_all(reading);
	tsp_progress_clear(&reading->progress);
	if (reading->info)
		print_info(reading);
	tspool_archive_close(reading->archive);
	return ok || !ferror(stdout);
}

/* Waits for a while; false once nobody reads the output any more. */
static bool wait_a_little(void)
{
	struct pollfd output = { .fd = STDOUT_FILENO };

	return poll(&output, 1, LOOK_MS) <= 0 || !(output.revents & (POLLERR | POLLHUP));
}

/*
 * The next file of the name, once there is one: the rest of this one is read before. While that is
 * empty, as logrotate(8) makes it, the writer is still with this one.
 */
static bool go_to_next(struct reading *reading)
{
	struct tspool_archive_reader *next;
	int err;

	err = tspool_archive_open(reading->path, &reading->range, &next);
	if (err == -ENOENT || err == -EBADMSG)
		return true;
	if (err) {
		report(reading, err);
		return false;
	}
	if (!tspool_archive_size(next)) {
		tspool_archive_close(next);
		return true;
	}
	tspool_archive_unfollow(reading->archive);
	if (!show_all(reading)) {
		tspool_archive_close(next);
		return false;
	}
	reading->part = tspool_archive_part(reading->archive);
	tspool_archive_close(reading->archive);
	reading->archive = next;
	return true;
}

static void follow(struct reading *reading)
{
	int err;

	err = tspool_archive_open(reading->path, &reading->range, &reading->archive);
	if (err) {
		report(reading, err);
		return;
	}
	while (show_all(reading) && wait_a_little())
		if (!tspool_archive_is_at(reading->archive, reading->path) && !go_to_next(reading))
			break;
	tspool_archive_close(reading->archive);
}

static void read_all(struct reading *reading)
{
	tsp_progress_start(&reading->progress);
	reading->sink->begin(stdout);
	for (size_t i = 0; i < reading->n_paths; i++) {
		reading->path = reading->paths[i];
		if (reading->range.follow)
			follow(reading);
		else if (!read_file(reading))
			break;
	}
}

enum tsp_exit tsctl_read(struct tsctl *tsctl)
{
	static const struct argp_child children[] = {
		{ .argp = &range_argp },
		{ .argp = &tsp_filter_argp, .group = 1 },
		{ 0 },
	};
	struct reading reading = { .filter.of_file = true };

	tsctl_parse_all(tsctl, read_options, parse, children, &reading);
	reading.sink = reading.info ? &tsp_sink_none : tsp_sinks[reading.format];
	read_all(&reading);
	return reading.status;
}

/* What could not be read is told, and the report is of the rest. */
enum tsp_exit tsctl_report(struct tsctl *tsctl)
{
	static const struct argp_child children[] = {
		{ .argp = &range_argp },
		{ .argp = &tsp_filter_argp, .group = 1 },
		{ .argp = &tsp_sums_argp, .group = 2 },
		{ 0 },
	};
	struct tsp_tally tally;
	struct reading reading = {
		.filter.of_file = true,
		.tally_args.wanted = true,
		.tally = &tally,
		.sink = &tsp_sink_none,
	};
	enum tsp_format format;
	enum tsp_exit status;
	int err;

	tsctl_parse_all(tsctl, report_options, parse, children, &reading);
	format = reading.format == TSP_SINK_JSON ? TSP_FORMAT_JSON : TSP_FORMAT_TEXT;
	tsp_tally_begin(&tally, &reading.tally_args, &reading.filter.filter);
	read_all(&reading);
	err = tsp_tally_print(&tally, reading.tally_args.order, reading.tally_args.top, format);
	status = tsctl_printed(err);
	tsp_tally_free(&tally);
	return status == TSP_EXIT_OK ? reading.status : status;
}
