// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sysfs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define SYSFS	"/sys/devices/system"

int tsp_sysfs_possible_cpus(hwloc_cpuset_t cpus)
{
	FILE *file = fopen(SYSFS "/cpu/possible", "re");
	char *list = NULL;
	size_t size = 0;
	int err = -ENOENT;

	if (!file)
		return -ENOENT;
	if (getline(&list, &size, file) > 0)
		err = hwloc_bitmap_list_sscanf(cpus, list) ? -ENOMEM : 0;
	free(list);
	fclose(file);
	return err;
}

/* The directory has a link cpu%u for each CPU. */
static int collect_cpus(DIR *directory, hwloc_cpuset_t cpus)
{
	const struct dirent *entry;
	unsigned int cpu;
	char rest;

	hwloc_bitmap_zero(cpus);
	while ((entry = readdir(directory)))
		if (sscanf(entry->d_name, "cpu%u%c", &cpu, &rest) == 1 &&
		    hwloc_bitmap_set(cpus, cpu))
			return -ENOMEM;
	return 0;
}

int tsp_sysfs_cpus_of_node(unsigned int node, hwloc_cpuset_t cpus)
{
	char path[sizeof(SYSFS "/node/node") + 10];
	DIR *directory;
	int err;

	snprintf(path, sizeof(path), SYSFS "/node/node%u", node);
	directory = opendir(path);
	if (!directory)
		return -ENOENT;
	err = collect_cpus(directory, cpus);
	closedir(directory);
	return err;
}
