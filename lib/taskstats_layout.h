/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's struct taskstats, by its version: what it has of a record, and where. It has grown
 * at its end ever since, but for version 15, which put the longest and shortest delays in between;
 * version 16 moved them to the end.
 */
#ifndef TSP_TASKSTATS_LAYOUT_H
#define TSP_TASKSTATS_LAYOUT_H

#include <stddef.h>
#include <stdint.h>
#include <tspool/record.h>

/* Those known are up to 17. A later one is read like that: as far as it has only grown. */
#define TSP_TASKSTATS_VERSION_MIN	8

/* How the struct has it. */
enum tsp_taskstats_form {
	TSP_FORM_AS_IT_IS,
	TSP_FORM_IN_USECS,
	TSP_FORM_IN_SECONDS,
	TSP_FORM_IN_KB,
	TSP_FORM_SIGNED_BYTE,
	TSP_FORM_ACCT_FLAGS,
	TSP_FORM_NAME,
	TSP_FORM_DELAY,		/* zero as well where nothing was accounted */
	TSP_FORM_EXTREME,	/* zero where there was none */
	TSP_FORM_EXTREME_TIME,	/* the same, a struct __kernel_timespec */
};

/* Where it stands: in all versions that have it, but for the 15th. */
struct tsp_taskstats_member {
	uint16_t offset;
	uint8_t bytes;		/* 0: the struct does not have it */
	uint8_t form;		/* enum tsp_taskstats_form */
	uint8_t summed_since;	/* the version whose struct of a group has the sum; 0: none */
};

/* By the number of the record's field. */
extern const struct tsp_taskstats_member tsp_taskstats_members[TSPOOL_FIELD_COUNT];

/* The bytes of a struct, as many as came. They need no alignment. */
struct tsp_taskstats {
	const unsigned char *bytes;
	size_t length;
	unsigned int version;
};

/* Returns the version; 0: the bytes are too few to have one, and *stats is left alone. */
int tsp_taskstats_open(struct tsp_taskstats *stats, const void *bytes, size_t length);

/* The member of a field that came with version since. NULL: it is not there, or not whole. */
const unsigned char *tsp_taskstats_find(const struct tsp_taskstats *stats, unsigned int field,
					unsigned int since);

#endif /* TSP_TASKSTATS_LAYOUT_H */
