// SPDX-License-Identifier: GPL-2.0-only
#include "watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cgroups.h"
#include "change.h"
#include "interval.h"
#include "json.h"

struct task {
	uint32_t id;
	uint64_t seen_ns;	/* monotonic */
	struct tspool_record record;
};

struct watch {
	struct tsctl_get *get;
	struct task *tasks;
	size_t count;		/* of those still there */
	struct tsp_interval interval;
	bool printed;
	enum tsp_exit status;
};

/* The first looks. Returns false where a failure is such that no other task would fare better. */
static bool look_first(struct watch *watch)
{
	struct tsctl_get *get = watch->get;

	for (size_t i = 0; i < get->tasks.count; i++) {
		struct task *task = &watch->tasks[watch->count];
		int err;

		task->id = get->tasks.ids[i];
		err = tsctl_get_record(get, task->id, &task->record);
		task->seen_ns = tsp_clock_ns(CLOCK_MONOTONIC);
		if (!err)
			watch->count++;
		else if (err != -ESRCH || !get->comm)
			watch->status = TSP_EXIT_FAILURE;
		if (err && err != -ESRCH)
			return false;
	}
	return true;
}

static int print_change(struct watch *watch, const struct tsp_change *change)
{
	json_t *object;
	int err;

	if (watch->get->format == TSP_FORMAT_TEXT) {
		if (watch->printed)
			putchar('\n');
		watch->printed = true;
		tsp_change_text(stdout, change, watch->get->raw);
		return 0;
	}
	object = tsp_change_json(change);
	err = tsp_json_print_line(object, stdout);
	json_decref(object);
	return err;
}

/*
 * A number may be given to another task as soon as its owner has gone. Where the kernel does not
 * tell when exactly it started, it tells how long it has lived.
 */
static bool is_another(const struct tspool_record *before, const struct tspool_record *now)
{
	return before->start_time_ns != now->start_time_ns || now->elapsed_ns < before->elapsed_ns;
}

static void tell_end(const struct watch *watch, const struct task *task)
{
	tsp_flush_output();
	fprintf(stderr, "tsctl: %s %u has ended\n", watch->get->kind->task_name, task->id);
}

/* One more look at a task. Returns 1, 0 if it has ended, -1 on a failure. */
static int look_again(struct watch *watch, struct task *task)
{
	struct tsctl_get *get = watch->get;
	struct tspool_record record;
	struct tsp_change change = { .before = &task->record, .now = &record };
	int err = get->kind->get(get->session, task->id, &record);
	uint64_t seen_ns = tsp_clock_ns(CLOCK_MONOTONIC);

	if (err == -ESRCH || (!err && is_another(&task->record, &record))) {
		tell_end(watch, task);
		return 0;
	}
	if (err) {
		watch->status = tsp_report(get->session, err);
		return -1;
	}
	change.interval_ns = seen_ns - task->seen_ns;
	change.wall_time_ns = tsp_clock_ns(CLOCK_REALTIME);
	change.cgroup = tsp_cgroup_of(get->cgroups, &record);
	err = print_change(watch, &change);
	if (err) {
		watch->status = tsctl_printed(err);
		return -1;
	}
	task->record = record;
	task->seen_ns = seen_ns;
	return 1;
}

/* Returns false on a failure. */
static bool look_at_all(struct watch *watch)
{
	size_t left = 0;

	for (size_t i = 0; i < watch->count; i++) {
		int ret = look_again(watch, &watch->tasks[i]);

		if (ret < 0)
			return false;
		if (ret)
			watch->tasks[left++] = watch->tasks[i];
	}
	watch->count = left;
	/* main() tells of output that can't be written. */
	return tsp_flush_output();
}

enum tsp_exit tsctl_watch(struct tsctl_get *get)
{
	struct watch watch = { .get = get };

	tsp_interval_start(&watch.interval, &get->watch);
	watch.tasks = calloc(get->tasks.count, sizeof(*watch.tasks));
	if (!watch.tasks)
		return tsctl_printed(-ENOMEM);
	if (look_first(&watch))
		while (watch.count && tsp_interval_wait(&watch.interval) && look_at_all(&watch))
			;
	free(watch.tasks);
	return watch.status;
}
