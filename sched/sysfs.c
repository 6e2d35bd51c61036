// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sysfs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* "cpu12" is a CPU; "cpulist" and "cpumap" are not. */
static bool is_cpu(const char *name, unsigned long *cpu)
{
	char *end;

	if (strncmp(name, "cpu", 3) || !isdigit((unsigned char)name[3]))
		return false;
	*cpu = strtoul(name + 3, &end, 10);
	return !*end;
}

/* The directory has a link cpu%u for each CPU. */
static int collect_cpus(DIR *directory, hwloc_cpuset_t cpus)
{
	const struct dirent *entry;
	unsigned long cpu;

	hwloc_bitmap_zero(cpus);
	while ((entry = readdir(directory)))
		if (is_cpu(entry->d_name, &cpu) && hwloc_bitmap_set(cpus, cpu))
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
