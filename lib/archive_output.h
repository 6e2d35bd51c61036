/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The file that a writer writes to: locked, and never left with a part of a write in it. Functions
 * return 0 or a negative errno.
 */
#ifndef TSP_ARCHIVE_OUTPUT_H
#define TSP_ARCHIVE_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

/* What may be there before. */
enum tsp_output_begin {
	TSP_OUTPUT_NEW,		/* nothing */
	TSP_OUTPUT_NEXT,	/* nothing, or an empty file: logrotate(8) makes one */
	TSP_OUTPUT_APPEND,	/* also an archive, behind which it goes on */
};

struct tsp_output {
	int fd;			/* -1: closed */
	uint64_t begin;		/* where this writer began */
	uint64_t bytes;		/* that it has written since */
};

/* As tspool_archive_create() tells. On failure it is closed. */
int tsp_output_open(struct tsp_output *output, const char *path, enum tsp_output_begin begin);

/* All of it or nothing. */
int tsp_output_write(struct tsp_output *output, const void *bytes, size_t length);

int tsp_output_sync(const struct tsp_output *output);

/* Of the directory in which the path is, so that the file's name is there, too. */
int tsp_output_sync_directory(const char *path);

int tsp_output_close(struct tsp_output *output);

/*
 * Gives the file another name, by the time; unless another file has its name. No file is replaced.
 */
int tsp_output_move_away(const struct tsp_output *output, const char *path);

#endif /* TSP_ARCHIVE_OUTPUT_H */
