/* SPDX-License-Identifier: GPL-2.0-only */
/* The ways in which a process ends. */
#ifndef TSPOOL_EXIT_KINDS_H
#define TSPOOL_EXIT_KINDS_H

#define EXIT_KINDS_MAX	16

struct exit_plan {
	unsigned long turn;	/* varies statuses, signals, CPUs */
	unsigned int threads;	/* to be made, the leader included */
	const char *cgroup;	/* its directory, for those that run out of memory */
};

struct exit_kind {
	const char *name;
	unsigned int threads_min;
	unsigned int threads_max;
	void (*end)(const struct exit_plan *plan);	/* does not return */
};

/* NULL if there is none of that name. */
const struct exit_kind *exit_kind_named(const char *name);

/* All that need nothing but themselves; returns how many. */
unsigned int exit_kinds_by_default(const struct exit_kind **kinds);

#endif /* TSPOOL_EXIT_KINDS_H */
