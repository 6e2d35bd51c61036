/* SPDX-License-Identifier: GPL-2.0-only */
/* A PROCESS record beside what the parent was told. */
#ifndef TSPOOL_GROUP_USAGE_H
#define TSPOOL_GROUP_USAGE_H

#include "group-sum.h"
#include "group-truth.h"

/* Compares, and tells what is wrong on standard error; true: nothing. */
bool group_usage_compare(const struct group_truth *truth, const struct group_records *records);

/* How far the two were apart in all calls. */
void group_usage_print(void);

#endif /* TSPOOL_GROUP_USAGE_H */
