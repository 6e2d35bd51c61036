// SPDX-License-Identifier: LGPL-2.1-or-later
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <tspool/cgroup.h>
#include <unistd.h>

#include "cgroup_mount.h"
#include "path_cache.h"

/* The kind of a kernfs file handle, which is the node's id: of a cgroup, that of the cgroup. */
#define FILEID_KERNFS	0xfe

struct tspool_cgroups {
	struct tsp_cgroup_mount mount;
	struct tsp_path_cache *paths;
	bool learnt;
};

union kernfs_handle {
	struct file_handle handle;
	char bytes[sizeof(struct file_handle) + sizeof(uint64_t)];
};

static bool id_of(int fd, uint64_t *id)
{
	union kernfs_handle kernfs = { .handle.handle_bytes = sizeof(*id) };
	int mount_id;

	if (name_to_handle_at(fd, "", &kernfs.handle, &mount_id, AT_EMPTY_PATH) ||
	    kernfs.handle.handle_type != FILEID_KERNFS || kernfs.handle.handle_bytes != sizeof(*id))
		return false;
	memcpy(id, kernfs.handle.f_handle, sizeof(*id));
	return true;
}

static int open_by_id(int mount_fd, uint64_t id)
{
	union kernfs_handle kernfs = {
		.handle = { .handle_bytes = sizeof(id), .handle_type = FILEID_KERNFS },
	};

	memcpy(kernfs.handle.f_handle, &id, sizeof(id));
	return open_by_handle_at(mount_fd, &kernfs.handle, O_PATH | O_CLOEXEC);
}

/* Where the kernel says that the file was opened; false if that can't be told. */
static bool path_of(int fd, char path[PATH_MAX])
{
	char link[32];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, PATH_MAX - 1);
	if (length < 0)
		return false;
	path[length] = '\0';
	return true;
}

/* Removed since it was opened, it has this behind its path. A cgroup may have such a name, too. */
static void cut_deleted(int fd, char *path)
{
	static const char deleted[] = " (deleted)";
	size_t length = strlen(path), tail = strlen(deleted);
	struct stat opened, there;

	if (length < tail || strcmp(path + length - tail, deleted))
		return;
	if (!fstat(fd, &opened) && !stat(path, &there) && there.st_ino == opened.st_ino)
		return;
	path[length - tail] = '\0';
}

/* The part of the path behind the mount point; NULL if it lies elsewhere. */
static const char *below(const char *point, const char *path)
{
	size_t length = strlen(point);

	if (strncmp(path, point, length) || (path[length] && path[length] != '/'))
		return NULL;
	return path + length;
}

static const char *keep(struct tspool_cgroups *cgroups, uint64_t id, const char *path)
{
	return tsp_path_cache_add(cgroups->paths, id, *path ? path : "/");
}

static bool is_cgroup(const struct dirent *entry)
{
	return entry->d_type == DT_DIR && strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
}

/* Keeps a cgroup and all below it. What can't be opened is left for later. Closes fd. */
static void walk(struct tspool_cgroups *cgroups, int fd, char path[PATH_MAX], size_t length)
{
	const struct dirent *entry;
	uint64_t id;
	DIR *dir;

	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return;
	}
	if (id_of(fd, &id) && !tsp_path_cache_find(cgroups->paths, id))
		keep(cgroups, id, path);

	while ((entry = readdir(dir))) {
		size_t name = strlen(entry->d_name);
		int child;

		if (!is_cgroup(entry) || length + 1 + name >= PATH_MAX)
			continue;
		child = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (child < 0)
			continue;
		path[length] = '/';
		memcpy(path + length + 1, entry->d_name, name + 1);
		walk(cgroups, child, path, length + 1 + name);
		path[length] = '\0';
	}
	closedir(dir);
}

void tspool_cgroups_learn(struct tspool_cgroups *cgroups)
{
	char path[PATH_MAX];
	size_t length;
	int fd;

	if (!cgroups)
		return;
	cgroups->learnt = true;
	length = strlen(cgroups->mount.root);
	if (length >= sizeof(path))
		return;
	memcpy(path, cgroups->mount.root, length + 1);
	fd = openat(cgroups->mount.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		walk(cgroups, fd, path, length);
}

/* For who may not look up. */
static const char *learn_and_find(struct tspool_cgroups *cgroups, uint64_t id)
{
	if (cgroups->learnt)
		return NULL;
	tspool_cgroups_learn(cgroups);
	return tsp_path_cache_find(cgroups->paths, id);
}

static const char *look_up(struct tspool_cgroups *cgroups, uint64_t id)
{
	char opened[PATH_MAX], path[PATH_MAX];
	const char *rest = NULL;
	int fd, length;

	fd = open_by_id(cgroups->mount.fd, id);
	if (fd < 0)
		return errno == EPERM ? learn_and_find(cgroups, id) : NULL;
	if (path_of(fd, opened)) {
		cut_deleted(fd, opened);
		rest = below(cgroups->mount.point, opened);
	}
	close(fd);
	if (!rest)
		return NULL;
	length = snprintf(path, sizeof(path), "%s%s", cgroups->mount.root, rest);
	return length < (int)sizeof(path) ? keep(cgroups, id, path) : NULL;
}

const char *tspool_cgroup_path(struct tspool_cgroups *cgroups, uint64_t id)
{
	const char *path;

	if (!cgroups)
		return NULL;
	path = tsp_path_cache_find(cgroups->paths, id);
	return path ? path : look_up(cgroups, id);
}

/* What of the path is to be opened from the mount point; NULL if it lies elsewhere. */
static const char *from_mount(const struct tsp_cgroup_mount *mount, const char *path)
{
	const char *rest;

	if (path[0] != '/')
		return NULL;
	rest = below(mount->point, path);
	if (!rest)
		rest = below(mount->root, path);
	if (!rest)
		return NULL;
	rest += strspn(rest, "/");
	return *rest ? rest : ".";
}

static int id_of_cgroup(int fd, uint64_t *id)
{
	struct stat directory;
	struct statfs fs;

	if (fstatfs(fd, &fs))
		return -errno;
	if (fs.f_type != CGROUP2_SUPER_MAGIC)
		return -EINVAL;
	if (id_of(fd, id))
		return 0;
	/* Without CONFIG_FHANDLE; on 64-bit machines the inode number is the id. */
	if (sizeof(long) < sizeof(*id) || fstat(fd, &directory))
		return -EOPNOTSUPP;
	*id = directory.st_ino;
	return 0;
}

int tspool_cgroup_id(const struct tspool_cgroups *cgroups, const char *path, uint64_t *id)
{
	const char *rest = from_mount(&cgroups->mount, path);
	int fd, ret;

	if (!rest)
		return -EINVAL;
	fd = openat(cgroups->mount.fd, rest, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = id_of_cgroup(fd, id);
	close(fd);
	return ret;
}

int tspool_cgroups_open(struct tspool_cgroups **cgroups)
{
	struct tspool_cgroups *opened;
	int ret;

	*cgroups = NULL;
	opened = calloc(1, sizeof(*opened));
	if (!opened)
		return -ENOMEM;
	ret = tsp_cgroup_mount_open("/proc/self/mountinfo", &opened->mount);
	if (ret)
		goto free_opened;
	opened->paths = tsp_path_cache_new(TSPOOL_CGROUPS_KEPT);
	if (!opened->paths) {
		ret = -ENOMEM;
		goto free_opened;
	}
	*cgroups = opened;
	return 0;
free_opened:
	tspool_cgroups_close(opened);
	return ret;
}

void tspool_cgroups_close(struct tspool_cgroups *cgroups)
{
	if (!cgroups)
		return;
	tsp_path_cache_free(cgroups->paths);
	tsp_cgroup_mount_close(&cgroups->mount);
	free(cgroups);
}
