// SPDX-License-Identifier: LGPL-2.1-or-later
#include "archive_output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "archive_block.h"

/* So many files of one second's name are a mistake. */
#define SAME_NAMES_MAX	10000

/* How long a lock is waited for, and how often it is asked for meanwhile. */
#define LOCK_WAIT_NS	100000000
#define LOCK_TRIES	20

/* An empty file will do for one, such as a temporary file that was made before. */
static int check_archive(int fd)
{
	char magic[TSP_BLOCK_MAGIC_BYTES];
	ssize_t length = pread(fd, magic, sizeof(magic), 0);

	if (length < 0)
		return -errno;
	if (length &&
	    (length < (ssize_t)sizeof(magic) || memcmp(magic, TSP_BLOCK_MAGIC, sizeof(magic)) != 0))
		return -EBADMSG;
	return 0;
}

/* A reader holds its own lock for a moment, to see whether there is a writer's: not longer. */
static int lock(int fd)
{
	static const struct timespec moment = { .tv_nsec = LOCK_WAIT_NS / LOCK_TRIES };

	for (unsigned int tries = 1; flock(fd, LOCK_EX | LOCK_NB); tries++) {
		if (errno != EWOULDBLOCK)
			return -errno;
		if (tries > LOCK_TRIES)
			return -EBUSY;
		nanosleep(&moment, NULL);
	}
	return 0;
}

static int take_over(struct tsp_output *output, enum tsp_output_begin begin)
{
	struct stat file;
	int err;

	err = lock(output->fd);
	if (err)
		return err;
	if (fstat(output->fd, &file))
		return -errno;
	if (!S_ISREG(file.st_mode))
		return -ESPIPE;
	if (begin != TSP_OUTPUT_APPEND && file.st_size)
		return -EEXIST;
	err = check_archive(output->fd);
	if (err)
		return err;
	output->begin = (uint64_t)file.st_size;
	output->bytes = 0;
	return 0;
}

int tsp_output_open(struct tsp_output *output, const char *path, enum tsp_output_begin begin)
{
	static const int flags[] = {
		[TSP_OUTPUT_NEW] = O_EXCL,
		/* Nor does this follow a link that somebody has put there, to elsewhere. */
		[TSP_OUTPUT_NEXT] = O_NOFOLLOW,
		[TSP_OUTPUT_APPEND] = 0,
	};
	int err;

	output->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | flags[begin], 0640);
	if (output->fd < 0)
		return -errno;
	err = take_over(output, begin);
	if (err)
		tsp_output_close(output);
	return err;
}

static int write_all(int fd, const char *bytes, size_t length, uint64_t place)
{
	while (length) {
		ssize_t written = pwrite(fd, bytes, length, (off_t)place);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		bytes += written;
		length -= (size_t)written;
		place += (uint64_t)written;
	}
	return 0;
}

int tsp_output_write(struct tsp_output *output, const void *bytes, size_t length)
{
	uint64_t end = output->begin + output->bytes;
	int err = write_all(output->fd, bytes, length, end);

	if (!err) {
		output->bytes += length;
		return 0;
	}
	/* Where that fails, too, readers still find the end of what is whole. */
	return ftruncate(output->fd, (off_t)end) ? -EIO : err;
}

int tsp_output_sync(const struct tsp_output *output)
{
	return fdatasync(output->fd) ? -errno : 0;
}

int tsp_output_sync_directory(const char *path)
{
	char copy[PATH_MAX];
	int fd, err = 0;

	if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy))
		return -ENAMETOOLONG;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* Some file systems have no such thing. */
	if (fsync(fd) && errno != EINVAL)
		err = -errno;
	close(fd);
	return err;
}

int tsp_output_close(struct tsp_output *output)
{
	int err = close(output->fd) ? -errno : 0;

	output->fd = -1;
	return err;
}

static bool is_at(const struct tsp_output *output, const char *path)
{
	struct stat named, opened;

	return !stat(path, &named) && !fstat(output->fd, &opened) &&
	       named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

/*
 * Where a file system has no RENAME_NOREPLACE, as NFS and others over a network: neither does
 * link(2) replace anything. Meanwhile the file has both names.
 */
static int link_to(const char *path, const char *name)
{
	int err;

	if (link(path, name))
		return -errno;
	if (!unlink(path))
		return 0;
	err = -errno;
	unlink(name);
	return err;
}

static int rename_to(const char *path, const char *end, unsigned int number)
{
	char name[PATH_MAX];
	int length;

	if (number)
		length = snprintf(name, sizeof(name), "%s%s.%u", path, end, number);
	else
		length = snprintf(name, sizeof(name), "%s%s", path, end);
	if (length >= (int)sizeof(name))
		return -ENAMETOOLONG;
	if (!renameat2(AT_FDCWD, path, AT_FDCWD, name, RENAME_NOREPLACE))
		return 0;
	return errno == EINVAL || errno == ENOSYS ? link_to(path, name) : -errno;
}

int tsp_output_move_away(const struct tsp_output *output, const char *path)
{
	time_t now = time(NULL);
	char end[32];
	struct tm local;
	int err;

	if (!is_at(output, path))
		return 0;
	if (!localtime_r(&now, &local) || !strftime(end, sizeof(end), ".%Y%m%d-%H%M%S", &local))
		return -EOVERFLOW;
	for (unsigned int number = 0; number < SAME_NAMES_MAX; number++) {
		err = rename_to(path, end, number);
		if (err != -EEXIST)
			return err;
	}
	return -EEXIST;
}
