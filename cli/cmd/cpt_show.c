// SPDX-License-Identifier: GPL-2.0-only
/* tsctl cpt-show: the CPU partitions, as the module has them or as hwloc derives them. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "cpt_rows.h"
#include "json.h"
#include "module_params.h"

enum source {
	SOURCE_ANY,
	SOURCE_KERNEL,
	SOURCE_HWLOC,
};

static const char *const source_names[] = { "any", "kernel", "hwloc", NULL };

/* Beside the formats that all commands have. */
#define FORMAT_LUSTRE	2

static const char *const format_names[] = { "text", "json", "lustre", NULL };

struct request {
	enum source source;
	int format;
	bool check;
	bool chosen;		/* any option but --check */
	int npartitions;	/* -1: as the module has it */
	const char *pattern;	/* NULL: as the module has it */
};

#define KEY_CHECK	0x100

/* An option takes one line, or two with a long text. */
/* clang-format off */
static const struct argp_option options[] = {
	{ .name = "format", .key = 'f', .arg = "FORMAT", .doc = "text (default), json or lustre" },
	{ .name = "source", .key = 's', .arg = "SOURCE",
	  .doc = "kernel, hwloc or any (default: kernel if the module is loaded, else hwloc)" },
	{ .name = "npartitions", .key = 'n', .arg = "N",
	  .doc = "With hwloc: the module parameter to assume; 0: automatic" },
	{ .name = "cpu-pattern", .key = 'p', .arg = "PATTERN",
	  .doc = "With hwloc: the module parameter to assume" },
	{ .name = "check", .key = KEY_CHECK,
	  .doc = "Compare the kernel's table with hwloc's; status 1 if they differ" },
	{ 0 }
};

/* clang-format on */

static const struct tsp_column kernel_columns[] = {
	{ .heading = "CPT", .key = "cpt", .right = true },
	{ .heading = "CPUS", .key = "cpus" },
	{ .heading = "WEIGHT", .key = "weight", .right = true },
	{ .heading = "NODES", .key = "nodes" },
	{ .heading = "THREADS", .key = "threads", .limit_key = "threads_max", .right = true },
	{ .heading = "QUEUED", .key = "queued", .right = true },
	{ .heading = "LISTENERS", .key = "listeners", .right = true },
	{ .heading = "DISTANCES", .key = "distances" },
	{ 0 }
};

static const struct tsp_column hwloc_columns[] = {
	{ .heading = "CPT", .key = "cpt", .right = true },
	{ .heading = "CPUS", .key = "cpus" },
	{ .heading = "WEIGHT", .key = "weight", .right = true },
	{ .heading = "NODES", .key = "nodes" },
	{ .heading = "DISTANCES", .key = "distances" },
	{ 0 }
};

static void refuse_conflicts(const struct argp_state *state, struct request *request)
{
	bool hwloc_options = request->npartitions >= 0 || request->pattern;

	if (request->check && request->chosen)
		argp_error(state, "--check can't be combined with other options");
	if (hwloc_options && request->source == SOURCE_KERNEL)
		argp_error(state, "--npartitions and --cpu-pattern are for --source hwloc");
	if (hwloc_options)
		request->source = SOURCE_HWLOC;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct request *request = state->input;

	switch (key) {
	case 'f':
		request->format = tsp_arg_choice(state, "--format", arg, format_names);
		break;
	case 's':
		request->source = tsp_arg_choice(state, "--source", arg, source_names);
		break;
	case 'n':
		request->npartitions = (int)tsp_arg_number(state, "--npartitions", arg, 0, INT_MAX);
		break;
	case 'p':
		request->pattern = arg;
		break;
	case KEY_CHECK:
		request->check = true;
		return 0;
	case ARGP_KEY_END:
		refuse_conflicts(state, request);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	request->chosen = true;
	return 0;
}

/* The pattern with a caret under the byte at fault; bytes that would shift it show as '?'. */
static void show_fault(const char *pattern, int offset)
{
	fputs("  ", stderr);
	for (const char *c = pattern; *c; c++)
		fputc(*c >= ' ' && *c <= '~' ? *c : '?', stderr);
	fprintf(stderr, "\n  %*s\n", offset + 1, "^");
}

/* Fills *rows with the table that the module would build, NULL if it is left without memory. */
static enum tsp_exit rows_of_topology(hwloc_topology_t topology, int npartitions,
				      const char *pattern, json_t **rows)
{
	struct tspool_cpt_error error;
	struct tspool_cpt_map *map;

	if (tspool_cpt_map_from_hwloc(topology, npartitions, pattern, &map, &error)) {
		fprintf(stderr, "tsctl: no CPT table: %s\n", error.text);
		if (error.offset >= 0)
			show_fault(pattern, error.offset);
		return TSP_EXIT_USAGE;
	}
	if (tspool_cpt_map_warning(map))
		fprintf(stderr, "tsctl: warning: %s\n", tspool_cpt_map_warning(map));
	*rows = tsp_cpt_rows_from_map(map);
	tspool_cpt_map_free(map);
	return TSP_EXIT_OK;
}

static enum tsp_exit rows_of_hwloc(const struct request *request, json_t **rows)
{
	struct tsp_module_params params;
	struct tspool_cpt_error error;
	hwloc_topology_t topology;
	enum tsp_exit status;
	int err;

	err = tsp_module_params_read(&params);
	if (err && err != -ENOENT) {
		fprintf(stderr, "tsctl: the module's parameters can't be read: %s\n",
			strerror(-err));
		return TSP_EXIT_FAILURE;
	}
	if (tspool_topology_load(&topology, &error)) {
		fprintf(stderr, "tsctl: no topology: %s\n", error.text);
		return TSP_EXIT_FAILURE;
	}
	status = rows_of_topology(topology,
				  request->npartitions < 0 ? params.npartitions :
							     request->npartitions,
				  request->pattern ? request->pattern : params.pattern, rows);
	hwloc_topology_destroy(topology);
	/* What was not asked for is no fault of the command line. */
	if (status == TSP_EXIT_USAGE && request->npartitions < 0 && !request->pattern)
		return TSP_EXIT_FAILURE;
	return status;
}

/* The next line of *rest, NULL at the end. */
static const char *next_line(char **rest)
{
	return *rest && **rest ? strsep(rest, "\n") : NULL;
}

/* Prints the lines in which two texts differ, and ends both texts at their lines' ends. */
static bool print_differences(const char *what, char *kernel, char *hwloc)
{
	const char *ours, *theirs;
	bool differ = false;

	for (;;) {
		ours = next_line(&kernel);
		theirs = next_line(&hwloc);
		if (!ours && !theirs)
			return differ;
		if (ours && theirs && !strcmp(ours, theirs))
			continue;
		differ = true;
		printf("%s, kernel: %s\n", what, ours ? ours : "(no such line)");
		printf("%s, hwloc:  %s\n", what, theirs ? theirs : "(no such line)");
	}
}

/* The text that print makes of rows, to be freed; NULL without memory. */
static char *text_of(const json_t *rows, int (*print)(const json_t *rows, FILE *out))
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	int err;

	if (!out)
		return NULL;
	err = print(rows, out);
	if (fclose(out) || err) {
		free(text);
		return NULL;
	}
	return text;
}

/* Returns 1 if the texts that print makes of the two tables differ, 0 if not, or -ENOMEM. */
static int compare(const char *what, const json_t *kernel, const json_t *hwloc,
		   int (*print)(const json_t *rows, FILE *out))
{
	char *ours = text_of(kernel, print);
	char *theirs = text_of(hwloc, print);
	int differ = -ENOMEM;

	if (ours && theirs)
		differ = print_differences(what, ours, theirs);
	free(ours);
	free(theirs);
	return differ;
}

static enum tsp_exit compare_tables(const json_t *kernel, const json_t *hwloc)
{
	int cpus = compare("cpu_partition_table", kernel, hwloc, tsp_cpt_rows_print_table);
	int distances = compare("cpu_partition_distance", kernel, hwloc,
				tsp_cpt_rows_print_distances);

	if (!cpus && !distances) {
		printf("The kernel's table and hwloc's are the same, number of CPTs: %zu\n",
		       json_array_size(kernel));
		return TSP_EXIT_OK;
	}
	if (cpus < 0 || distances < 0)
		fputs("tsctl: no memory to compare the tables\n", stderr);
	else
		fputs("tsctl: the kernel's table and hwloc's differ\n", stderr);
	return TSP_EXIT_FAILURE;
}

static enum tsp_exit check(struct tsctl *tsctl, const struct request *request)
{
	json_t *kernel, *hwloc = NULL;
	enum tsp_exit status;
	int err;

	err = tsctl_open(tsctl);
	if (!err)
		err = tsp_cpt_rows_from_kernel(tsctl->session, &kernel);
	if (err)
		return tsp_report(tsctl->session, err);
	status = rows_of_hwloc(request, &hwloc);
	if (status == TSP_EXIT_OK)
		status = compare_tables(kernel, hwloc);
	json_decref(hwloc);
	json_decref(kernel);
	return status;
}

static int print_lustre(const json_t *rows)
{
	int err;

	puts("cpu_partition_table=");
	err = tsp_cpt_rows_print_table(rows, stdout);
	if (err)
		return err;
	puts("cpu_partition_distance=");
	return tsp_cpt_rows_print_distances(rows, stdout);
}

/* Takes the reference to rows. */
static enum tsp_exit print(int format, json_t *rows, const struct tsp_column *columns)
{
	int err;

	if (format != FORMAT_LUSTRE)
		return tsctl_print(format, rows, columns);
	err = print_lustre(rows);
	json_decref(rows);
	return tsctl_printed(err);
}

static enum tsp_exit show_hwloc(const struct request *request)
{
	enum tsp_exit status;
	json_t *rows;

	status = rows_of_hwloc(request, &rows);
	if (status != TSP_EXIT_OK)
		return status;
	return print(request->format, rows, hwloc_columns);
}

static enum tsp_exit show_kernel(const struct tsctl *tsctl, const struct request *request)
{
	json_t *rows;
	int err;

	err = tsp_cpt_rows_from_kernel(tsctl->session, &rows);
	if (err)
		return tsp_report(tsctl->session, err);
	return print(request->format, rows, kernel_columns);
}

enum tsp_exit tsctl_cpt_show(struct tsctl *tsctl)
{
	struct request request = { .npartitions = -1 };
	int err;

	tsctl_parse(tsctl, options, parse, &request);
	if (request.check)
		return check(tsctl, &request);
	if (request.source == SOURCE_HWLOC)
		return show_hwloc(&request);

	err = tsctl_open(tsctl);
	if (err == -ENOENT && request.source == SOURCE_ANY) {
		fputs("tsctl: the tspool module is not loaded; the table is hwloc's\n", stderr);
		return show_hwloc(&request);
	}
	if (err)
		return tsp_report(tsctl->session, err);
	return show_kernel(tsctl, &request);
}
