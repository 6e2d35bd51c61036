// SPDX-License-Identifier: LGPL-2.1-or-later
#include "archive_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEARCH_BYTES	((size_t)64 << 10)

int tsp_input_open(struct tsp_input *input, const char *path)
{
	input->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (input->fd < 0)
		return -errno;
	input->zstd = ZSTD_createDCtx();
	return input->zstd ? tsp_input_look(input) : -ENOMEM;
}

void tsp_input_close(struct tsp_input *input)
{
	if (input->fd >= 0)
		close(input->fd);
	ZSTD_freeDCtx(input->zstd);
	free(input->stored);
	free(input->content);
}

int tsp_input_look(struct tsp_input *input)
{
	struct stat file;

	if (fstat(input->fd, &file))
		return -errno;
	if (S_ISDIR(file.st_mode))
		return -EISDIR;
	if (!S_ISREG(file.st_mode))
		return -ESPIPE;
	input->size = (uint64_t)file.st_size;
	return 0;
}

bool tsp_input_is_written(const struct tsp_input *input)
{
	if (flock(input->fd, LOCK_SH | LOCK_NB))
		return errno == EWOULDBLOCK;
	flock(input->fd, LOCK_UN);
	return false;
}

/* Returns how many bytes there are at the place, up to length, or a negative errno. */
static ssize_t read_at(const struct tsp_input *input, uint64_t place, unsigned char *bytes,
		       size_t length)
{
	size_t done = 0;

	while (done < length) {
		ssize_t ret = pread(input->fd, bytes + done, length - done, (off_t)(place + done));

		if (ret < 0 && errno == EINTR)
			continue;
		if (ret < 0)
			return -errno;
		if (!ret)
			break;
		done += (size_t)ret;
	}
	return (ssize_t)done;
}

/* A reader needs the larger one sooner or later. */
static int make_room(unsigned char **buffer, size_t *capacity, size_t needed)
{
	unsigned char *larger;

	if (needed <= *capacity)
		return 0;
	larger = realloc(*buffer, needed);
	if (!larger)
		return -ENOMEM;
	*buffer = larger;
	*capacity = needed;
	return 0;
}

static int found_in(const unsigned char *bytes, size_t length, struct tsp_block_head *head)
{
	size_t needed = tsp_block_open(head, bytes, length);

	if (needed > length)
		return TSP_FOUND_CUT;
	if (needed)
		return TSP_FOUND_BLOCK;
	/* So far it may be the first part of a head. */
	if (length < sizeof(*head) &&
	    !memcmp(bytes, TSP_BLOCK_MAGIC,
		    length < TSP_BLOCK_MAGIC_BYTES ? length : TSP_BLOCK_MAGIC_BYTES))
		return TSP_FOUND_CUT;
	return TSP_FOUND_DAMAGE;
}

int tsp_input_head(struct tsp_input *input, uint64_t place, struct tsp_block_head *head)
{
	unsigned char bytes[TSP_BLOCK_HEAD_MAX];
	ssize_t length;
	int found;

	length = read_at(input, place, bytes, sizeof(*head));
	if (length < 0)
		return (int)length;
	if (!length)
		return TSP_FOUND_END;
	found = found_in(bytes, (size_t)length, head);
	if (found != TSP_FOUND_CUT || length < (ssize_t)sizeof(*head))
		return found;
	/* Longer than what is known here; a damaged length may claim more than the file has. */
	length = read_at(input, place, bytes, head->head_bytes);
	if (length < 0)
		return (int)length;
	return found_in(bytes, (size_t)length, head);
}

int tsp_input_stored(struct tsp_input *input, uint64_t place, const struct tsp_block_head *head)
{
	ssize_t length;
	int err;

	err = make_room(&input->stored, &input->stored_capacity, head->stored_bytes);
	if (err)
		return err;
	length = read_at(input, place + head->head_bytes, input->stored, head->stored_bytes);
	if (length < 0)
		return (int)length;
	if (length < (ssize_t)head->stored_bytes)
		return TSP_FOUND_CUT;
	return tsp_block_is_intact(head, input->stored) ? TSP_FOUND_BLOCK : TSP_FOUND_DAMAGE;
}

int tsp_input_unpack(struct tsp_input *input, const struct tsp_block_head *head)
{
	size_t length;
	int err;

	err = make_room(&input->content, &input->content_capacity, head->content_bytes);
	if (err)
		return err;
	if (!head->content_bytes && !head->stored_bytes)
		return TSP_FOUND_BLOCK;
	length = ZSTD_decompressDCtx(input->zstd, input->content, head->content_bytes,
				     input->stored, head->stored_bytes);
	if (ZSTD_isError(length) || length != head->content_bytes)
		return TSP_FOUND_DAMAGE;
	return TSP_FOUND_BLOCK;
}

/* The next place where the magic stands in these bytes, from one on; NULL if it does not. */
static const unsigned char *find_magic(const unsigned char *from, const unsigned char *end)
{
	return memmem(from, (size_t)(end - from), TSP_BLOCK_MAGIC, TSP_BLOCK_MAGIC_BYTES);
}

/* Looks into so many bytes that stand at *place. Returns as tsp_input_search(). */
static int search_in(struct tsp_input *input, const unsigned char *bytes, size_t length,
		     uint64_t *place)
{
	const unsigned char *at = bytes;
	struct tsp_block_head head;

	while ((at = find_magic(at, bytes + length))) {
		int found = tsp_input_head(input, *place + (uint64_t)(at - bytes), &head);

		if (found < 0)
			return found;
		if (found == TSP_FOUND_BLOCK) {
			*place += (uint64_t)(at - bytes);
			return TSP_FOUND_BLOCK;
		}
		at++;
	}
	return TSP_FOUND_END;
}

int tsp_input_search(struct tsp_input *input, uint64_t *place)
{
	unsigned char bytes[SEARCH_BYTES];
	ssize_t length;

	for (;;) {
		int found;

		length = read_at(input, *place, bytes, sizeof(bytes));
		if (length < 0)
			return (int)length;
		found = search_in(input, bytes, (size_t)length, place);
		if (found != TSP_FOUND_END)
			return found;
		/* The magic may go on behind these bytes. */
		if (length < (ssize_t)sizeof(bytes)) {
			*place += (uint64_t)length;
			return TSP_FOUND_END;
		}
		*place += (uint64_t)length - (TSP_BLOCK_MAGIC_BYTES - 1);
	}
}
