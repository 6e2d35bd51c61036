// SPDX-License-Identifier: GPL-2.0-only
#include "cgroups.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

struct tspool_cgroups *tsp_cgroups_open(bool learn)
{
	struct tspool_cgroups *cgroups;
	int err = tspool_cgroups_open(&cgroups);

	if (err && err != -ENOENT)
		fprintf(stderr, "%s: warning: no paths of cgroups: %s\n",
			program_invocation_short_name, strerror(-err));
	if (learn)
		tspool_cgroups_learn(cgroups);
	return cgroups;
}

const char *tsp_cgroup_of(struct tspool_cgroups *cgroups, const struct tspool_record *record)
{
	if (!tspool_record_has(record, TSPOOL_FIELD_cgroup_id))
		return NULL;
	return tspool_cgroup_path(cgroups, record->cgroup_id);
}

const char *tsp_shared_cgroup(struct tsp_shared_cgroups *shared, const struct tspool_record *record,
			      char *path)
{
	const char *known;

	if (!shared->cgroups)
		return NULL;
	pthread_mutex_lock(&shared->lock);
	known = tsp_cgroup_of(shared->cgroups, record);
	if (known)
		snprintf(path, PATH_MAX, "%s", known);
	pthread_mutex_unlock(&shared->lock);
	return known ? path : NULL;
}
