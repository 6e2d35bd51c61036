// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sysfs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tspool/sched.h>

#define SYSFS	"/sys/devices/system"

/*
 * A line of the kernel's: "0-3,7". hwloc's own reader leaves out a last number that a newline
 * follows.
 */
int tsp_sysfs_read_list(FILE *file, hwloc_bitmap_t numbers)
{
	hwloc_bitmap_t read;
	char *line = NULL;
	size_t size = 0;
	int err = -ENOENT;

	if (getline(&line, &size, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		err = tspool_list_parse(line, &read, NULL);
	}
	free(line);
	if (err)
		return err == -ENOMEM ? -ENOMEM : -ENOENT;
	err = hwloc_bitmap_copy(numbers, read) ? -ENOMEM : 0;
	hwloc_bitmap_free(read);
	return err;
}

int tsp_sysfs_possible_cpus(hwloc_cpuset_t cpus)
{
	FILE *file = fopen(SYSFS "/cpu/possible", "re");
	int err;

	if (!file)
		return -ENOENT;
	err = tsp_sysfs_read_list(file, cpus);
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
