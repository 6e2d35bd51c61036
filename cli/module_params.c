// SPDX-License-Identifier: GPL-2.0-only
#include "module_params.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIRECTORY	"/sys/module/tspool/parameters/"

static int read_line(const char *path, char *line, int size)
{
	FILE *file = fopen(path, "re");
	int err = 0;

	if (!file)
		return -errno;
	if (!fgets(line, size, file)) {
		err = ferror(file) ? -EIO : 0;
		line[0] = '\0';
	}
	fclose(file);
	line[strcspn(line, "\n")] = '\0';
	return err;
}

int tsp_module_params_read(struct tsp_module_params *params)
{
	char number[16], *end;
	int err;

	*params = (struct tsp_module_params){ .pattern = "N" };
	err = read_line(DIRECTORY "npartitions", number, sizeof(number));
	if (err)
		return err;
	params->npartitions = (int)strtol(number, &end, 10);
	if (end == number || *end)
		return -EBADMSG;
	return read_line(DIRECTORY "cpu_pattern", params->pattern, sizeof(params->pattern));
}
