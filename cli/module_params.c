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

static int read_number(const char *path, int *number)
{
	char text[16], *end;
	int err = read_line(path, text, sizeof(text));

	if (err)
		return err;
	*number = (int)strtol(text, &end, 10);
	return end == text || *end ? -EBADMSG : 0;
}

int tsp_module_params_read(struct tsp_module_params *params)
{
	int err;

	*params = (struct tsp_module_params){ .pattern = "N" };
	err = read_number(DIRECTORY "npartitions", &params->npartitions);
	if (err)
		return err;
	return read_line(DIRECTORY "cpu_pattern", params->pattern, sizeof(params->pattern));
}

int tsp_module_backlog_read(uint64_t *bytes)
{
	int kbytes, err = read_number(DIRECTORY "backlog_kbytes", &kbytes);

	if (!err)
		*bytes = (uint64_t)kbytes << 10;
	return err;
}
