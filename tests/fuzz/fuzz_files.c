// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_TARGET DIRECTORY: in place of libFuzzer's main(), runs the target once on each file there.
 * So the corpus is a test for every compiler.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

#define FILE_BYTES	((size_t)1 << 20)

static void die(const char *path)
{
	perror(path);
	exit(1);
}

static void run_file(const char *path)
{
	uint8_t *bytes = malloc(FILE_BYTES);
	FILE *file = fopen(path, "re");
	size_t size;

	if (!bytes || !file)
		die(path);
	size = fread(bytes, 1, FILE_BYTES, file);
	if (ferror(file))
		die(path);
	fclose(file);
	/* Of just that size, so that a reader beyond it is noticed. */
	bytes = realloc(bytes, size ? size : 1);
	if (!bytes)
		die(path);
	LLVMFuzzerTestOneInput(bytes, size);
	free(bytes);
}

static unsigned int run_directory(const char *name)
{
	DIR *directory = opendir(name);
	const struct dirent *entry;
	unsigned int files = 0;
	char path[4096];

	if (!directory)
		die(name);
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", name, entry->d_name);
		run_file(path);
		files++;
	}
	closedir(directory);
	return files;
}

int main(int argc, char **argv)
{
	unsigned int files = 0;

	for (int i = 1; i < argc; i++)
		files += run_directory(argv[i]);
	printf("%u inputs\n", files);
	return files ? 0 : 1;
}
