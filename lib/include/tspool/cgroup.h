/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The paths of cgroups in the unified hierarchy (cgroup2), by the cgroup_id of a record, and back.
 *
 * An id is looked up in the kernel and its path is kept, so a cgroup that was removed still has its
 * path if it was asked for before, or was there at tspool_cgroups_learn(). Up to
 * TSPOOL_CGROUPS_KEPT paths are kept; then the one asked for least recently is forgotten.
 */
#ifndef TSPOOL_CGROUP_H
#define TSPOOL_CGROUP_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TSPOOL_CGROUPS_KEPT	16384

/* Belongs to one thread at a time, and to no session. */
struct tspool_cgroups;

/*
 * Finds where the unified hierarchy is mounted: /sys/fs/cgroup, or on hybrid hosts
 * /sys/fs/cgroup/unified. *cgroups is NULL on failure.
 *
 * -ENOENT: it is mounted nowhere. -ENOMEM. Others: as open(2) of the mount point.
 */
int tspool_cgroups_open(struct tspool_cgroups **cgroups);

/* NULL is allowed. */
void tspool_cgroups_close(struct tspool_cgroups *cgroups);

/*
 * Walks through the hierarchy and keeps the paths of all that is there, as far as they fit. This
 * takes some milliseconds for each thousand of them. NULL is allowed.
 */
void tspool_cgroups_learn(struct tspool_cgroups *cgroups);

/*
 * The path of a cgroup within its hierarchy, "/" for the root, as /proc/PID/cgroup shows it; valid
 * until the next call. NULL where it is not known: the cgroup is gone and was not seen before.
 * Without CAP_DAC_READ_SEARCH ids can't be looked up: then all that is there at the first call is
 * learnt, and what comes later is not known. A kernel without CONFIG_FHANDLE tells no path at all.
 * NULL for cgroups that are NULL, too.
 */
const char *tspool_cgroup_path(struct tspool_cgroups *cgroups, uint64_t id);

/*
 * The id of the cgroup at a path: within its hierarchy, as tspool_cgroup_path() gives it, or where
 * it is mounted ("/sys/fs/cgroup/user.slice").
 *
 * -EINVAL: the path does not begin with a slash, or leads out of what is mounted of the hierarchy.
 * -ENOENT, -ENOTDIR: there is no such cgroup. -EOPNOTSUPP: a 32-bit kernel without CONFIG_FHANDLE.
 * Others: as open(2).
 */
int tspool_cgroup_id(const struct tspool_cgroups *cgroups, const char *path, uint64_t *id);

#ifdef __cplusplus
}
#endif

#endif /* TSPOOL_CGROUP_H */
