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

void tsp_summary_listen(struct tsp_summary *summary, uint32_t cpt)
{
	tsp_summary_row(summary, cpt)->listened = true;
}

static unsigned int cause_index(uint32_t cause)
{
	if (cause >= TSPOOL_CAUSE_RECEIVE_OVERRUN && cause <= TSPOOL_CAUSE_FILE_DAMAGED)
		return TSPOOL_CAUSES + (cause - TSPOOL_CAUSE_RECEIVE_OVERRUN);
	return cause < TSPOOL_CAUSES ? cause : TSPOOL_CAUSE_UNSPEC;
}

static const char *index_name(unsigned int index)
{
	if (index < TSPOOL_CAUSES)
		return tspool_cause_name(index);
	return tspool_cause_name(TSPOOL_CAUSE_RECEIVE_OVERRUN + (index - TSPOOL_CAUSES));
}

void tsp_summary_lost(struct tsp_summary *summary, const struct tspool_lost *lost)
{
	struct tsp_summary_row *row = tsp_summary_row(summary, lost->frame.cpt);

	if (lost->count == TSPOOL_COUNT_UNKNOWN)
		row->unknown_losses[cause_index(lost->cause)]++;
	else
		row->lost[cause_index(lost->cause)] += lost->count;
}

static unsigned long long sum_of(const unsigned long long counts[TSP_SUMMARY_CAUSES])
{
	unsigned long long sum = 0;

	for (unsigned int i = 0; i < TSP_SUMMARY_CAUSES; i++)
		sum += counts[i];
	return sum;
}

static bool has_losses(const struct tsp_summary_row *row)
{
	return sum_of(row->lost) || sum_of(row->unknown_losses);
}

static void add_row(struct tsp_summary_row *sum, const struct tsp_summary_row *row)
{
	sum->tasks += row->tasks;
	sum->processes += row->processes;
	for (unsigned int i = 0; i < TSP_SUMMARY_CAUSES; i++) {
		sum->lost[i] += row->lost[i];
		sum->unknown_losses[i] += row->unknown_losses[i];
	}
}

void tsp_summary_add(struct tsp_summary *summary, const struct tsp_summary *other)
{
	for (size_t i = 0; i <= summary->n_cpts; i++)
		add_row(&summary->rows[i], &other->rows[i]);
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
	unsigned long long lost = sum_of(row->lost);

	fprintf(out, "%s: received %llu (task %llu, process %llu), lost %llu", who,
		row->tasks + row->processes, row->tasks, row->processes, lost);
	if (lost)
		print_causes(row, out);
	for (unsigned int i = 0; i < TSP_SUMMARY_CAUSES; i++)
		if (row->unknown_losses[i])
			fprintf(out, " and an unknown number (%s)", index_name(i));
	fputc('\n', out);
}

bool tsp_summary_has_losses(const struct tsp_summary *summary)
{
	for (size_t i = 0; i <= summary->n_cpts; i++)
		if (has_losses(&summary->rows[i]))
			return true;
	return false;
}

static bool is_quiet(const struct tsp_summary_row *row)
{
	return !row->listened && !row->tasks && !row->processes && !has_losses(row);
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
