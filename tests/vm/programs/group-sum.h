/* SPDX-License-Identifier: GPL-2.0-only */
/* A PROCESS record beside the TASK records of its threads. */
#ifndef TSPOOL_GROUP_SUM_H
#define TSPOOL_GROUP_SUM_H

#include <stdbool.h>
#include <tspool/record.h>

/* The records of one process that has ended. */
struct group_records {
	const struct tspool_record *process;
	const struct tspool_record *tasks;	/* one after the other */
	const struct tspool_record *leader;	/* one of them, and so are these */
	const struct tspool_record *last;
	const struct tspool_record *child;	/* PROCESS: one it waited for, or NULL */
	size_t n_tasks;
};

struct group_sum_row {
	const struct tspool_field_info *field;
	unsigned int number;			/* TSPOOL_FIELD_* */
	unsigned long compared;
	unsigned long absent;
	unsigned long nonzero;			/* in the PROCESS record */
	unsigned long equal;
	uint64_t largest;			/* excess of the PROCESS record */
	bool may_be_zero;			/* in all */
};

struct group_sums {
	struct group_sum_row rows[TSPOOL_FIELD_COUNT];
	size_t count;
	unsigned long wrong;
};

void group_sums_init(struct group_sums *sums);

/* Fields, separated by commas, that may be zero in all records. A wrong name ends the program. */
void group_sums_allow_zero(struct group_sums *sums, char *fields);

/* Compares each field as its column group in the table of fields says; tells what is wrong. */
void group_sums_compare(struct group_sums *sums, const struct group_records *records);

void group_sums_print(const struct group_sums *sums);

/* Whether nothing was wrong, no sum always zero, and none often absent; tells of what is not. */
bool group_sums_hold(const struct group_sums *sums);

#endif /* TSPOOL_GROUP_SUM_H */
