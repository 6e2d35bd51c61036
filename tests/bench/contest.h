/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Several ways to hand items from threads to threads, compared: in rounds, one after the other, so
 * that what else the machine does meets all of them. Counts the CPU time of the whole process.
 */
#ifndef TSP_BENCH_CONTEST_H
#define TSP_BENCH_CONTEST_H

#include <stdint.h>

#define CONTEST_CONSUMERS 2 /* threads that take, where there may be several */
#define CONTEST_QUEUE 4096 /* items of a bounded queue */
#define CONTEST_PRODUCERS 4 /* at most */
#define CONTEST_ITEMS 1000000 /* at most */
#define CONTEST_BATCH 32 /* items taken at once, where that is possible */

struct contestant {
	const char *name;
	unsigned int put_at_once;

	/* What each producer does before and after, the former not measured; NULL: nothing. */
	void (*enter)(unsigned int producer);
	void (*leave)(void);

	/* Makes it ready, with its consumers running. */
	void (*start)(void);
	/* Puts so many items, of which put_at_once are there; called by each producer. */
	void (*put)(void *const *items, unsigned int count);
	/* Returns how many items were taken in all; nothing of it is left. */
	uint64_t (*stop)(void);
};

/* Runs the contest by what the command line says, and prints a table. Returns an exit status. */
int contest(const struct contestant *contestants, unsigned int count, int argc, char **argv);

#endif /* TSP_BENCH_CONTEST_H */
