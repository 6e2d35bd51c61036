/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TSP_CGROUP_MOUNT_H
#define TSP_CGROUP_MOUNT_H

/* Where a process sees the unified hierarchy. */
struct tsp_cgroup_mount {
	char *point;
	char *root;	/* what of the hierarchy is mounted there: "" for all, else a path */
	int fd;		/* of the mount point */
};

/*
 * Finds it in a file such as /proc/self/mountinfo; a mount of the whole hierarchy comes first.
 * Returns 0, -ENOENT where there is none, -ENOMEM, or what open(2) of the mount point gives. What
 * was found is released with tsp_cgroup_mount_close().
 */
int tsp_cgroup_mount_open(const char *mountinfo, struct tsp_cgroup_mount *mount);
void tsp_cgroup_mount_close(struct tsp_cgroup_mount *mount);

#endif /* TSP_CGROUP_MOUNT_H */
