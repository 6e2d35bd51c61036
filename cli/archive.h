/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_ARCHIVE_H
#define TSP_CLI_ARCHIVE_H

#include <argp.h>
#include <tspool/sched.h>
#include <tspool/tspool.h>

#include "args.h"

/* The options about the archive that is written, and what was made of them. It begins all zero. */
struct tsp_archive_args {
	const char *path;	/* NULL: none is written */
	const char *first;	/* the first of the options that mean nothing without it */
	struct tspool_archive_options options;
};

/* For the children of a program's argp; its child input is a struct tsp_archive_args. */
extern const struct argp tsp_archive_argp;

/*
 * Begins the archive, with the table of CPTs in map, or the module's where that is NULL. Failures
 * are told on stderr. *writer is NULL where none is asked for, and on failure.
 */
enum tsp_exit tsp_archive_begin(struct tspool_session *session, const struct tspool_cpt_map *map,
				const struct tsp_archive_args *args,
				struct tspool_archive_writer **writer);

/* Ends an archive to which nothing will come, and removes it if it is new. NULL is allowed. */
void tsp_archive_abandon(struct tspool_archive_writer *writer, const struct tsp_archive_args *args);

/*
 * Ends the archive, and says on stderr what is in it, what is not, and why. NULL is allowed.
 * Returns status, or TSP_EXIT_FAILURE if not all was written.
 */
enum tsp_exit tsp_archive_end(struct tspool_archive_writer *writer,
			      const struct tsp_archive_args *args, enum tsp_exit status);

#endif
