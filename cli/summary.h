/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_SUMMARY_H
#define TSP_CLI_SUMMARY_H

#include <stdio.h>
#include <tspool/tspool.h>

/* The module's causes, and receive_overrun after them. */
#define TSP_SUMMARY_CAUSES	(TSPOOL_CAUSES + 1)

struct tsp_summary_row {
	bool listened;
	unsigned long long tasks;
	unsigned long long processes;
	unsigned long long lost[TSP_SUMMARY_CAUSES];
	unsigned long long unknown_losses;
};

/* What was received and lost, by CPT; the last row is of records that belong to no known CPT. */
struct tsp_summary {
	size_t n_cpts;
	struct tsp_summary_row *rows;
};

/* Returns 0 or -ENOMEM. What was made is ended with tsp_summary_free(). */
int tsp_summary_init(struct tsp_summary *summary, size_t n_cpts);
void tsp_summary_free(struct tsp_summary *summary);

/* Has the CPT printed even if nothing comes from it. */
void tsp_summary_listen(struct tsp_summary *summary, uint32_t cpt);

void tsp_summary_record(struct tsp_summary *summary, const struct tspool_record *record);
void tsp_summary_lost(struct tsp_summary *summary, const struct tspool_lost *lost);

/* A line for all, then one a CPT. */
void tsp_summary_print(const struct tsp_summary *summary, FILE *out);

#endif
