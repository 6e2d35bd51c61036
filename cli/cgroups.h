/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_CGROUPS_H
#define TSP_CLI_CGROUPS_H

#include <pthread.h>
#include <tspool/tspool.h>

/*
 * Opens the paths of the machine's cgroups; learns all that are there, if they are still to be
 * known after their removal. NULL, which tspool_cgroup_path() takes, where there are
 * none; that they can't be read is said on stderr.
 */
struct tspool_cgroups *tsp_cgroups_open(bool learn);

/* The path of the record's cgroup, NULL if it is not known. */
const char *tsp_cgroup_of(struct tspool_cgroups *cgroups, const struct tspool_record *record);

/* Paths for several threads. */
struct tsp_shared_cgroups {
	pthread_mutex_t lock;
	struct tspool_cgroups *cgroups;	/* NULL: no paths */
};

/* The same for any thread; the path is copied to path, of PATH_MAX bytes. */
const char *tsp_shared_cgroup(struct tsp_shared_cgroups *shared, const struct tspool_record *record,
			      char *path);

#endif
