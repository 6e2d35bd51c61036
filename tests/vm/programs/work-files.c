// SPDX-License-Identifier: GPL-2.0-only
#include "work-files.h"
#include "storm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FILE_BYTES	((size_t)4 << 20)
#define BLOCK_BYTES	((size_t)16 << 10)
#define MAP_BYTES	((size_t)64 << 10)
#define PAGE_BYTES	4096

static int open_in(const char *directory, const char *name, int flags)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, flags | O_CLOEXEC, 0600);
	if (fd < 0)
		storm_die(path, errno);
	return fd;
}

/* A file of its own that is gone with it. */
static int open_scratch(const char *directory)
{
	return open_in(directory, ".", O_TMPFILE | O_RDWR);
}

static void write_blocks(int fd, size_t bytes)
{
	static const char block[BLOCK_BYTES];

	for (size_t at = 0; at < bytes; at += BLOCK_BYTES)
		if (write(fd, block, BLOCK_BYTES) != BLOCK_BYTES)
			storm_die("write", errno);
}

void work_make_file(const char *directory)
{
	int fd = open_in(directory, "data", O_CREAT | O_TRUNC | O_WRONLY);

	write_blocks(fd, FILE_BYTES);
	if (fsync(fd))
		storm_die("fsync", errno);
	close(fd);
}

void work_read(const char *directory, size_t bytes)
{
	int fd = open_in(directory, "data", O_RDONLY | O_DIRECT);
	void *block = aligned_alloc(PAGE_BYTES, BLOCK_BYTES);

	if (!block)
		storm_die("a block", ENOMEM);
	for (size_t at = 0; at < bytes; at += BLOCK_BYTES)
		if (pread(fd, block, BLOCK_BYTES, at % FILE_BYTES) != BLOCK_BYTES)
			storm_die("read", errno);
	free(block);
	close(fd);
}

void work_write(const char *directory, size_t bytes)
{
	int fd = open_scratch(directory);

	write_blocks(fd, bytes);
	if (fsync(fd))
		storm_die("fsync", errno);
	close(fd);
}

void work_cancel(const char *directory, size_t bytes)
{
	int fd = open_scratch(directory);

	write_blocks(fd, bytes);
	if (ftruncate(fd, 0))
		storm_die("ftruncate", errno);
	close(fd);
}

void work_map(const char *directory, unsigned long turn)
{
	off_t start = turn * MAP_BYTES % FILE_BYTES;
	int fd = open_in(directory, "data", O_RDONLY);
	void *map;

	posix_fadvise(fd, start, MAP_BYTES, POSIX_FADV_DONTNEED);
	map = mmap(NULL, MAP_BYTES, PROT_READ, MAP_SHARED, fd, start);
	if (map == MAP_FAILED)
		storm_die("mmap", errno);
	/* A page at a time; it holds zeros. */
	madvise(map, MAP_BYTES, MADV_RANDOM);
	if (memchr(map, 1, MAP_BYTES))
		storm_die("what was written", EBADMSG);
	munmap(map, MAP_BYTES);
	close(fd);
}
