/* SPDX-License-Identifier: GPL-2.0-only */
/* The ways in which a group of threads comes to its end. */
#ifndef TSPOOL_GROUP_SHAPES_H
#define TSPOOL_GROUP_SHAPES_H

#include <stddef.h>

#define GROUP_THREADS_MAX	64

struct group_plan {
	unsigned int threads;	/* the leader included */
	unsigned long turn;	/* varies what the threads do */
	const char *directory;	/* on a disk, where work_make_file() has been; NULL: no disk */
};

struct group_shape {
	const char *name;
	void (*run)(const struct group_plan *plan);	/* does not return */
};

const struct group_shape *group_shapes(size_t *count);

#endif /* TSPOOL_GROUP_SHAPES_H */
