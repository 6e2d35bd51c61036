/* SPDX-License-Identifier: GPL-2.0-only */
/* Work on the files of a disk. The functions end the program where a call fails. */
#ifndef TSPOOL_WORK_FILES_H
#define TSPOOL_WORK_FILES_H

#include <stddef.h>

/* Makes the file in the directory that the others read. */
void work_make_file(const char *directory);

/* Reads from it past the page cache. */
void work_read(const char *directory, size_t bytes);

/* Writes a file and waits until it is on the disk. */
void work_write(const char *directory, size_t bytes);

/* Writes a file, and takes back what is not on the disk yet. */
void work_cancel(const char *directory, size_t bytes);

/* Touches pages of the file, from this turn's place on, that are in no cache. */
void work_map(const char *directory, unsigned long turn);

#endif /* TSPOOL_WORK_FILES_H */
