/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_SUMMARY_H
#define TSP_CLI_SUMMARY_H

#include <stdio.h>
#include <tspool/tspool.h>

/* The module's causes, and receive_overrun and file_damaged after them. */
#define TSP_SUMMARY_CAUSES	(TSPOOL_CAUSES + 2)

struct tsp_summary_row {
	bool listened;
	unsigned long long tasks;
	unsigned long long processes;
	unsigned long long lost[TSP_SUMMARY_CAUSES];
	unsigned long long unknown_losses[TSP_SUMMARY_CAUSES];	/* each of any number */
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

static inline struct tsp_summary_row *tsp_summary_row(struct tsp_summary *summary, uint32_t cpt)
{
	return &summary->rows[cpt < summary->n_cpts ? cpt : summary->n_cpts];
}

static inline void tsp_summary_record(struct tsp_summary *summary, const struct tspool_frame *head)
{
	struct tsp_summary_row *row = tsp_summary_row(summary, head->cpt);

	if (head->type == TSPOOL_FRAME_PROCESS)
		row->processes++;
	else
		row->tasks++;
}

void tsp_summary_lost(struct tsp_summary *summary, const struct tspool_lost *lost);

/* Adds those of another one, of as many CPTs. */
void tsp_summary_add(struct tsp_summary *summary, const struct tsp_summary *other);

/* Whether anything was lost, in known or unknown number. */
bool tsp_summary_has_losses(const struct tsp_summary *summary);

/* A line for all, then one a CPT. */
void tsp_summary_print(const struct tsp_summary *summary, FILE *out);

#endif
