/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel's own record must say in a member, by tspool's record of the same exit. */
#ifndef TSPOOL_ORACLE_RULES_H
#define TSPOOL_ORACLE_RULES_H

#include "stock.h"

#include <tspool/record.h>

/* Two records of one exit. */
struct oracle_pair {
	const struct tspool_record *ours;
	const struct stock_record *stock;
	uint64_t gap_ns;	/* at most, between the looks that the two took */
};

struct oracle_rule {
	const char *member;
	/* From the number of ours to that of the kernel; NULL: the same. */
	uint64_t (*convert)(uint64_t number);
	/* By how much it may have grown in between, in the kernel's unit; NULL: not at all. */
	uint64_t (*growth)(const struct oracle_pair *pair);
	/* By how much it may be less; NULL: not at all. */
	uint64_t (*shrinkage)(const struct oracle_pair *pair);
	const char *why;	/* the bound, and its reason */
};

const struct oracle_rule *oracle_rule_of(const char *member);

/* The time between the looks, by the time that had passed since the fork at each. */
uint64_t oracle_gap_ns(const struct tspool_record *ours, const struct stock_record *stock);

#endif /* TSPOOL_ORACLE_RULES_H */
