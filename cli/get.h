/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_GET_H
#define TSP_CLI_GET_H

#include "backend.h"
#include "command.h"
#include "find_comm.h"

/* What tells "tsctl get-pid" from "tsctl get-tgid". */
struct tsctl_get_kind {
	const char *id_name;	/* "PID" */
	const char *task_name;	/* "thread" */
	bool threads;		/* --comm looks at each thread */
	int (*get)(struct tspool_session *session, uint32_t id, struct tspool_record *record);
};

/* One run of either command. */
struct tsctl_get {
	const struct tsctl_get_kind *kind;
	enum tsp_backend_choice backend;
	struct tsp_ids tasks;
	const char *comm;	/* the pattern that named them, or NULL */
	struct timespec watch;	/* zero: show them once */
	enum tsp_format format;
	bool raw;
	bool delays_told;	/* why there are none */
	struct tspool_cgroups *cgroups;
	struct tspool_session *session;
};

/* The whole command. */
enum tsp_exit tsctl_get(struct tsctl *tsctl, const struct tsctl_get_kind *kind);

/*
 * Gets a task's record. Returns 0 or a negative errno; a failure is said on stderr, but for a task
 * that --comm found and that has gone since. Why the record has no delays is said there once.
 */
int tsctl_get_record(struct tsctl_get *get, uint32_t id, struct tspool_record *record);

#endif
