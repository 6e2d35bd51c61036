/* SPDX-License-Identifier: GPL-2.0-only */
/* The fields that tspool shares with the kernel's taskstats, and how far they agree. */
#ifndef TSPOOL_ORACLE_TABLE_H
#define TSPOOL_ORACLE_TABLE_H

#include "oracle-rules.h"

#include <stdbool.h>

struct oracle_row {
	const struct tspool_field_info *field;
	const struct stock_member *member;	/* NULL: the kernel's records don't have it */
	const struct oracle_rule *rule;
	unsigned int number;		/* TSPOOL_FIELD_* */
	bool may_be_zero;		/* nothing here makes it anything else */
	unsigned long compared;
	unsigned long absent;		/* in tspool's record */
	unsigned long nonzero;		/* in the kernel's */
	unsigned long equal;
	unsigned long wrong;
	int64_t largest;		/* difference: the kernel's less ours, in its unit */
};

struct oracle_table {
	struct oracle_row rows[TSPOOL_FIELD_COUNT];
	size_t count;
	unsigned long wrong;
};

/* For records of this version of struct taskstats. */
void oracle_table_init(struct oracle_table *table, unsigned int version);

/* Fields, separated by commas, that may be zero in all records. A wrong name ends the program. */
void oracle_table_allow_zero(struct oracle_table *table, char *fields);

/* Compares two records, and tells of what is wrong on standard error. */
void oracle_table_compare(struct oracle_table *table, const struct oracle_pair *pair);

void oracle_table_print(const struct oracle_table *table);

/*
 * Whether all is as it must be: no difference beyond its bound, each field that the kernel has
 * there and not always zero, the others always absent. Tells of what is not on standard error.
 */
bool oracle_table_holds(const struct oracle_table *table);

#endif /* TSPOOL_ORACLE_TABLE_H */
