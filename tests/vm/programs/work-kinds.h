/* SPDX-License-Identifier: GPL-2.0-only */
/* What a task does before it ends. */
#ifndef TSPOOL_WORK_KINDS_H
#define TSPOOL_WORK_KINDS_H

#include <stdbool.h>
#include <stddef.h>

struct work_plan {
	unsigned long turn;		/* varies sizes, users, levels */
	const char *directory;		/* on a disk, where work_prepare() has been */
	const char *cgroup;		/* to enter */
	const char *small_cgroup;	/* one with 8 MB of memory */
	const char *huge_pages;		/* the file by which a memory node gets them */
};

struct work_kind {
	const char *name;
	void (*work)(const struct work_plan *plan);	/* in a process of its own */
	bool (*possible)(const struct work_plan *plan);	/* NULL: always */
};

/* Makes what the kinds need, once for all tasks. */
void work_prepare(const struct work_plan *plan);

/* The quick ones, and those that take long. Sets how many. */
const struct work_kind *work_quick_kinds(size_t *count);
const struct work_kind *work_slow_kinds(size_t *count);

#endif /* TSPOOL_WORK_KINDS_H */
