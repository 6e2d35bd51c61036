/* SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later */
/*
 * The pattern that says how CPUs are divided into partitions (CPTs). The same source serves the
 * module and userspace. Nothing here allocates, waits or keeps state: any context, any thread.
 *
 *   pattern := "" | "N" | ["N"] part+ | ["N"] ("C" | "X") list
 *   part    := id list
 *   item    := number | number "-" number | number "-" number "/" stride | "*"
 *   list    := "[" item ("," item)* "]"
 *
 * Letters in either case, numbers decimal. Blanks are allowed at both ends, after "N" and between
 * parts.
 *
 *   (empty)           as many partitions as suit the machine
 *   N                 one partition per memory node that has CPUs
 *   0[0-3] 1[4-7]     the CPUs of each partition
 *   N 0[0,1] 1[2-3]   the nodes of each partition
 *   C[0]              leave out CPUs by their rank in the partition
 *   X[0]              leave out CPUs by their number
 */
#ifndef TSP_CPT_PATTERN_H
#define TSP_CPT_PATTERN_H

#ifdef __KERNEL__
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#else
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#define __printf(a, b) __attribute__((format(printf, a, b)))
#endif

#define TSP_CPT_PATTERN_MAX	1024	/* bytes */
#define TSP_CPT_PARTS_MAX	(TSP_CPT_PATTERN_MAX / 4)	/* the shortest part is "0[0]" */
#define TSP_CPT_NUMBER_MAX	65535
#define TSP_CPT_TEXT_MAX	240

struct tsp_cpt_error {
	int offset;	/* byte of the pattern at fault; -1: none in particular */
	char text[TSP_CPT_TEXT_MAX];	/* a sentence, without a full stop or newline */
};

/* Reading stands at text[offset]; text[end] is not read. */
struct tsp_cpt_cursor {
	const char *text;
	unsigned int offset;
	unsigned int end;
};

struct tsp_cpt_part {
	unsigned int offset;	/* in the pattern */
	unsigned int id;
};

/* first, first + stride, ... up to last; all: "*", and no numbers. */
struct tsp_cpt_item {
	unsigned int offset;	/* in the pattern */
	bool all;
	unsigned int first;
	unsigned int last;
	unsigned int stride;
};

enum tsp_cpt_exclude {
	TSP_CPT_EXCLUDE_NONE,
	TSP_CPT_EXCLUDE_RANKS,
	TSP_CPT_EXCLUDE_CPUS,
};

struct tsp_cpt_pattern {
	bool by_node;			/* it starts with "N" */
	enum tsp_cpt_exclude exclude;
	unsigned int parts;		/* number of explicit parts */
	struct tsp_cpt_cursor lists;	/* at the first part, or at the list to exclude */
};

/* Fills *error, which may be NULL. Returns err, so that the caller can return it in turn. */
__printf(4, 5)
int tsp_cpt_fail(struct tsp_cpt_error *error, int err, int offset, const char *format, ...);

/*
 * Checks the whole syntax. *pattern refers to text, which must outlive it. -EINVAL: syntax;
 * -ERANGE: a number too large, a range backwards, a stride of 0; -ENOSPC: more bytes than
 * TSP_CPT_PATTERN_MAX.
 */
int tsp_cpt_pattern_parse(const char *text, struct tsp_cpt_pattern *pattern,
			  struct tsp_cpt_error *error);

/*
 * The lists of a parsed pattern, from a copy of its cursor. A part is followed by its items; false
 * ends the parts and each list.
 */
bool tsp_cpt_next_part(struct tsp_cpt_cursor *cursor, struct tsp_cpt_part *part);
bool tsp_cpt_next_item(struct tsp_cpt_cursor *cursor, struct tsp_cpt_item *item);

/* Reads one item of any text and leaves the cursor behind it. -EINVAL and -ERANGE as above. */
int tsp_cpt_read_item(struct tsp_cpt_cursor *cursor, struct tsp_cpt_item *item,
		      struct tsp_cpt_error *error);

/* "expected, not ..." at the cursor: -EINVAL. */
int tsp_cpt_unexpected(const struct tsp_cpt_cursor *cursor, const char *expected,
		       struct tsp_cpt_error *error);

#endif /* TSP_CPT_PATTERN_H */
