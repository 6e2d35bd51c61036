// SPDX-License-Identifier: LGPL-2.1-or-later
#include "cgroup_mount.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

static bool is_octal(const char *digits)
{
	for (int i = 0; i < 3; i++)
		if (digits[i] < '0' || digits[i] > '7')
			return false;
	return true;
}

/* The kernel writes blanks, newlines and backslashes as \040 and the like. */
static void unescape(char *text)
{
	char *to = text;

	while (*text) {
		if (*text == '\\' && is_octal(text + 1)) {
			*to++ = (char)((text[1] - '0') << 6 | (text[2] - '0') << 3 |
				       (text[3] - '0'));
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

/*
 * "31 23 0:26 ROOT POINT rw,nosuid shared:9 - cgroup2 cgroup2 rw": cuts out the two, or returns
 * false where it is a mount of another kind. There may be more words before the dash.
 */
static bool parse(char *line, char **root, char **point)
{
	static const char kind[] = " - cgroup2 ";
	char *words = line;

	if (!strstr(line, kind))
		return false;
	for (int i = 0; i < 3; i++)
		strsep(&words, " ");
	*root = strsep(&words, " ");
	*point = strsep(&words, " ");
	if (!*root || !*point)
		return false;
	unescape(*root);
	unescape(*point);
	return true;
}

/* Another mount may lie over it. */
static bool is_in_sight(const char *point)
{
	struct statfs fs;

	return !statfs(point, &fs) && fs.f_type == CGROUP2_SUPER_MAGIC;
}

static int take(struct tsp_cgroup_mount *mount, const char *root, const char *point)
{
	free(mount->root);
	free(mount->point);
	mount->root = strdup(root);
	mount->point = strdup(point);
	return mount->root && mount->point ? 0 : -ENOMEM;
}

static int find(FILE *mountinfo, struct tsp_cgroup_mount *mount)
{
	char *line = NULL, *root, *point;
	bool whole = false;
	size_t size = 0;
	int ret = 0;

	while (!ret && !whole && getline(&line, &size, mountinfo) > 0) {
		if (!parse(line, &root, &point) || !is_in_sight(point))
			continue;
		whole = !strcmp(root, "/");
		if (whole || !mount->point)
			ret = take(mount, whole ? "" : root, point);
	}
	free(line);
	if (!ret && !mount->point)
		return -ENOENT;
	return ret;
}

int tsp_cgroup_mount_open(const char *mountinfo, struct tsp_cgroup_mount *mount)
{
	FILE *file = fopen(mountinfo, "re");
	int ret;

	*mount = (struct tsp_cgroup_mount){ .fd = -1 };
	if (!file)
		return -errno;
	ret = find(file, mount);
	fclose(file);
	if (!ret) {
		mount->fd = open(mount->point, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (mount->fd < 0)
			ret = -errno;
	}
	if (ret)
		tsp_cgroup_mount_close(mount);
	return ret;
}

void tsp_cgroup_mount_close(struct tsp_cgroup_mount *mount)
{
	if (mount->fd >= 0)
		close(mount->fd);
	free(mount->root);
	free(mount->point);
	*mount = (struct tsp_cgroup_mount){ .fd = -1 };
}
