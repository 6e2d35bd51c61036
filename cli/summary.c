// SPDX-License-Identifier: GPL-2.0-only
#include "summary.h"

#include <errno.h>
#include <stdlib.h>

int tsp_summary_init(struct tsp_summary *summary, size_t n_cpts)
{
	summary->n_cpts = n_cpts;
	summary->rows = calloc(n_cpts + 1, sizeof(*summary->rows));
	return summary->rows ? 0 : -ENOMEM;
}

void tsp_summary_free(struct tsp_summary *summary)
{
	free(summary->rows);
}

static struct tsp_summary_row *row_of(struct tsp_summary *summary, uint32_t cpt)
{
	return &summary->rows[cpt < summary->n_cpts ? cpt : summary->n_cpts];
}

void tsp_summary_listen(struct tsp_summary *summary, uint32_t cpt)
{
	row_of(summary, cpt)->listened = true;
}

void tsp_summary_record(struct tsp_summary *summary, const struct tspool_record *record)
{
	struct tsp_summary_row *row = row_of(summary, record->frame.cpt);

	if (record->frame.type == TSPOOL_FRAME_PROCESS)
		row->processes++;
	else
		row->tasks++;
}

static unsigned int cause_index(uint32_t cause)
{
	if (cause == TSPOOL_CAUSE_RECEIVE_OVERRUN)
		return TSPOOL_CAUSES;
	return cause < TSPOOL_CAUSES ? cause : TSPOOL_CAUSE_UNSPEC;
}

static const char *index_name(unsigned int index)
{
	return tspool_cause_name(index == TSPOOL_CAUSES ? TSPOOL_CAUSE_RECEIVE_OVERRUN : index);
}

void tsp_summary_lost(struct tsp_summary *summary, const struct tspool_lost *lost)
{
	struct tsp_summary_row *row = row_of(summary, lost->frame.cpt);

	if (lost->count == TSPOOL_COUNT_UNKNOWN)
		row->unknown_losses++;
	else
		row->lost[cause_index(lost->cause)] += lost->count;
}

static unsigned long long lost_of(const struct tsp_summary_row *row)
{
	unsigned long long lost = 0;

	for (unsigned int i = 0; i < TSP_SUMMARY_CAUSES; i++)
		lost += row->lost[i];
	return lost;
}

static void add_row(struct tsp_summary_row *sum, const struct tsp_summary_row *row)
{
	sum->tasks += row->tasks;
	sum->processes += row->processes;
	sum->unknown_losses += row->unknown_losses;
	for (unsigned int i = 0; i < TSP_SUMMARY_CAUSES; i++)
		sum->lost[i] += row->lost[i];
}

static void print_causes(const struct tsp_summary_row *row, FILE *out)
{
	const char *separator = " (";

	for (unsigned int i = 0; i < TSP_SUMMARY_CAUSES; i++) {
		if (!row->lost[i])
			continue;
		fprintf(out, "%s%s %llu", separator, index_name(i), row->lost[i]);
		separator = ", ";
	}
	fputc(')', out);
}

static void print_row(const char *who, const struct tsp_summary_row *row, FILE *out)
{
	unsigned long long lost = lost_of(row);

	fprintf(out, "%s: received %llu (task %llu, process %llu), lost %llu", who,
		row->tasks + row->processes, row->tasks, row->processes, lost);
	if (lost)
		print_causes(row, out);
	if (row->unknown_losses)
		fprintf(out, " and an unknown number (%s)",
			tspool_cause_name(TSPOOL_CAUSE_RECEIVE_OVERRUN));
	fputc('\n', out);
}

static bool is_quiet(const struct tsp_summary_row *row)
{
	return !row->listened && !row->tasks && !row->processes && !row->unknown_losses &&
	       !lost_of(row);
}

void tsp_summary_print(const struct tsp_summary *summary, FILE *out)
{
	struct tsp_summary_row sum = { 0 };
	char who[32];

	for (size_t i = 0; i <= summary->n_cpts; i++)
		add_row(&sum, &summary->rows[i]);
	print_row("tslisten", &sum, out);

	for (size_t i = 0; i <= summary->n_cpts; i++) {
		if (is_quiet(&summary->rows[i]))
			continue;
		if (i < summary->n_cpts)
			snprintf(who, sizeof(who), "  CPT %zu", i);
		else
			snprintf(who, sizeof(who), "  no known CPT");
		print_row(who, &summary->rows[i], out);
	}
}
