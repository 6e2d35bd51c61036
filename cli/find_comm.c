// SPDX-License-Identifier: GPL-2.0-only
#include "find_comm.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int tsp_ids_add(struct tsp_ids *ids, uint32_t id)
{
	uint32_t *more = reallocarray(ids->ids, ids->count + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	ids->ids = more;
	more[ids->count++] = id;
	return 0;
}

/* A task that has gone meanwhile matches nothing. */
static bool matches(int tasks, const char *id, const char *pattern)
{
	char name[32], comm[64];
	ssize_t length;
	int fd;

	snprintf(name, sizeof(name), "%.16s/comm", id);
	fd = openat(tasks, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	length = read(fd, comm, sizeof(comm));
	close(fd);
	if (length < 1)
		return false;
	/* The name may have newlines of its own before the one that ends the file. */
	comm[length - 1] = '\0';
	return !fnmatch(pattern, comm, 0);
}

/* What to do with each task of a directory. Returns 0 or a negative errno. */
typedef int (*visitor)(int tasks, const char *id, const char *pattern, struct tsp_ids *ids);

/* Of the directory's entries, those that are a task's. */
static int visit_all(int parent, const char *directory, const char *pattern, struct tsp_ids *ids,
		     visitor visit)
{
	const struct dirent *entry;
	int ret = 0;
	DIR *dir;
	int fd;

	fd = openat(parent, directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -ENOMEM;
	}
	while (!ret && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			ret = visit(fd, entry->d_name, pattern, ids);
	closedir(dir);
	return ret;
}

static int add_if_match(int tasks, const char *id, const char *pattern, struct tsp_ids *ids)
{
	if (!matches(tasks, id, pattern))
		return 0;
	return tsp_ids_add(ids, (uint32_t)strtoul(id, NULL, 10));
}

static int add_threads(int processes, const char *id, const char *pattern, struct tsp_ids *ids)
{
	char name[32];
	int ret;

	snprintf(name, sizeof(name), "%.16s/task", id);
	ret = visit_all(processes, name, pattern, ids, add_if_match);
	/* The process has gone meanwhile. */
	return ret == -ENOENT || ret == -ESRCH ? 0 : ret;
}

int tsp_find_comm(const char *pattern, bool threads, struct tsp_ids *ids)
{
	return visit_all(AT_FDCWD, "/proc", pattern, ids, threads ? add_threads : add_if_match);
}
