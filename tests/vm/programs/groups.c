// SPDX-License-Identifier: GPL-2.0-only
/*
 * groups [-d DIRECTORY] [-z FIELD[,FIELD]...] ROUNDS
 *
 * Listens, and makes processes of 1 to 64 threads that end in every shape (group-shapes.c), ROUNDS
 * times; -d: on a disk, where they read and write. Of each it compares the PROCESS record with the
 * TASK records of its threads, with what wait4(2) told, and with its /proc/PID/io. Prints tables,
 * and a line of figures. Status 1 if anything is not as it must be; the sums of FIELDs may always
 * be zero.
 */
#include "collect.h"
#include "group-shapes.h"
#include "group-sum.h"
#include "group-usage.h"
#include "storm.h"
#include "work-files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_ROUNDS	1000

struct groups {
	const char *directory;
	struct collection collection;
	struct group_truth *truths;
	size_t count;
	size_t room;
};

static void run_group(struct groups *groups, const struct group_shape *shape, unsigned int threads)
{
	struct group_plan plan = {
		.threads = threads,
		.turn = groups->count,
		.directory = groups->directory,
	};
	struct group_truth *truth;

	if (groups->count == groups->room)
		storm_die("groups", ENOBUFS);
	truth = &groups->truths[groups->count++];
	truth->shape = shape->name;
	truth->threads = threads;
	truth->pid = storm_fork();
	if (!truth->pid)
		shape->run(&plan);
	group_truth_await(truth);
	collect_ready(&groups->collection);
}

static const unsigned int sizes[] = { 1, 2, 3, 5, 8, 13, 21, 40, GROUP_THREADS_MAX };

static void run_groups(struct groups *groups, unsigned long rounds)
{
	const struct group_shape *shapes;
	size_t n_shapes;

	shapes = group_shapes(&n_shapes);
	groups->room = rounds * n_shapes * ARRAY_SIZE(sizes);
	groups->truths = calloc(groups->room, sizeof(*groups->truths));
	if (!groups->truths)
		storm_die("groups", ENOMEM);
	collect_begin(&groups->collection);
	for (unsigned long round = 0; round < rounds; round++)
		for (size_t shape = 0; shape < n_shapes; shape++)
			for (size_t size = 0; size < ARRAY_SIZE(sizes); size++)
				run_group(groups, &shapes[shape], sizes[size]);
	collect_end(&groups->collection);
}

/* Those of a process one after the other: the PROCESS record, then its tasks as they ended. */
static int by_process(const void *left, const void *right)
{
	const struct tspool_record *a = left, *b = right;

	if (a->tgid != b->tgid)
		return a->tgid < b->tgid ? -1 : 1;
	if (a->frame.type != b->frame.type)
		return a->frame.type == TSPOOL_FRAME_PROCESS ? -1 : 1;
	return (a->exit_time_ns > b->exit_time_ns) - (a->exit_time_ns < b->exit_time_ns);
}

static const struct tspool_record *find_process(const struct collection *collection, uint32_t tgid)
{
	for (size_t i = 0; i < collection->count; i++)
		if (collection->records[i].tgid == tgid)
			return &collection->records[i];
	return NULL;
}

static const struct tspool_record *find_child(const struct collection *collection, uint32_t ppid)
{
	for (size_t i = 0; i < collection->count; i++)
		if (collection->records[i].ppid == ppid &&
		    collection->records[i].frame.type == TSPOOL_FRAME_PROCESS)
			return &collection->records[i];
	return NULL;
}

/* False: one is missing. */
static bool find_records(const struct collection *collection, uint32_t tgid,
			 struct group_records *records)
{
	const struct tspool_record *end = collection->records + collection->count;
	const struct tspool_record *record = find_process(collection, tgid);

	*records = (struct group_records){
		.process = record,
		.child = find_child(collection, tgid),
	};
	if (!record || record->frame.type != TSPOOL_FRAME_PROCESS)
		return false;
	records->tasks = ++record;
	for (; record < end && record->tgid == tgid; record++) {
		if (record->frame.type != TSPOOL_FRAME_TASK)
			return false;
		if (record->pid == tgid)
			records->leader = record;
		if (record->flags & TSPOOL_FLAG_LAST_THREAD)
			records->last = record;
		records->n_tasks++;
	}
	return records->leader && records->last;
}

/* Returns whether each is as its parent was told. */
static bool compare(struct groups *groups, struct group_sums *sums)
{
	struct collection *collection = &groups->collection;
	struct group_records records;
	bool holds = true;

	qsort(collection->records, collection->count, sizeof(*collection->records), by_process);
	for (size_t i = 0; i < groups->count; i++) {
		const struct group_truth *truth = &groups->truths[i];

		if (!find_records(collection, truth->pid, &records)) {
			fprintf(stderr, "process %d, %s: not all its records\n", (int)truth->pid,
				truth->shape);
			holds = false;
			continue;
		}
		group_sums_compare(sums, &records);
		holds &= group_usage_compare(truth, &records);
	}
	return holds;
}

static void print_figures(const struct groups *groups, const struct group_sums *sums)
{
	unsigned long threads = 0;
	unsigned int exact = 0, compared = 0;

	for (size_t i = 0; i < groups->count; i++)
		threads += groups->truths[i].threads;
	for (size_t i = 0; i < sums->count; i++) {
		compared += sums->rows[i].compared > 0;
		exact += sums->rows[i].compared && sums->rows[i].equal == sums->rows[i].compared;
	}
	printf("%zu processes of %lu threads: %u of %u fields exactly what the TASK records make, "
	       "the others within their bounds; wait4 and /proc/PID/io agree\n",
	       groups->count, threads, exact, compared);
}

static noreturn void bad_usage(void)
{
	fputs("usage: groups [-d DIRECTORY] [-z FIELD[,FIELD]...] ROUNDS\n", stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	static struct groups groups;
	static struct group_sums sums;
	bool holds;
	int option;

	group_sums_init(&sums);
	while ((option = getopt(argc, argv, "d:z:")) != -1) {
		switch (option) {
		case 'd':
			groups.directory = optarg;
			break;
		case 'z':
			group_sums_allow_zero(&sums, optarg);
			break;
		default:
			bad_usage();
		}
	}
	if (optind != argc - 1)
		bad_usage();
	if (groups.directory)
		work_make_file(groups.directory);
	run_groups(&groups, storm_number("ROUNDS", argv[optind], MAX_ROUNDS));
	holds = compare(&groups, &sums);
	holds &= group_sums_hold(&sums);
	group_sums_print(&sums);
	group_usage_print();
	if (!holds)
		return 1;
	print_figures(&groups, &sums);
	collect_free(&groups.collection);
	free(groups.truths);
	return 0;
}
