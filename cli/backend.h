/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_BACKEND_H
#define TSP_CLI_BACKEND_H

#include <tspool/tspool.h>

/* Where records come from, as --backend says it. The first two are those of enum tspool_backend. */
enum tsp_backend_choice {
	TSP_BACKEND_TSPOOL = TSPOOL_BACKEND_TSPOOL,
	TSP_BACKEND_TASKSTATS = TSPOOL_BACKEND_TASKSTATS,
	TSP_BACKEND_ANY,
};

/* The names of the first two, for tsp_arg_choice(). */
extern const char *const tsp_backend_names[];

/* What the option's help says. */
#define TSP_BACKEND_DOC \
	"tspool (the module) or taskstats (the kernel's own; default where that is not loaded)"

/*
 * Opens the session, and says on stderr where any was allowed and the module is not loaded. Errors
 * are left to tsp_report(), and the session to be closed in any case.
 */
int tsp_open(struct tspool_session **session, enum tsp_backend_choice backend);

#endif
