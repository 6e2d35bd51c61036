/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_TALLY_ARGS_H
#define TSP_CLI_TALLY_ARGS_H

#include <argp.h>
#include <tspool/tspool.h>

#include "tally.h"

/* The options about a report, and what was made of them. It begins all zero. */
struct tsp_tally_args {
	bool wanted;		/* --report; set before by who does nothing else */
	const char *first;	/* the first of the options that mean nothing without it */
	enum tsp_tally_key key;
	enum tsp_tally_order order;
	size_t top;		/* 0: all */
};

/*
 * For the children of a program's argp; the child input is a struct tsp_tally_args. The one is for
 * who does nothing but reports, the other has --report as well.
 */
extern const struct argp tsp_sums_argp;
extern const struct argp tsp_report_argp;

/*
 * Begins the tally of the records that such a filter lets through: of TASK records, but where it
 * asks for PROCESS records only.
 */
void tsp_tally_begin(struct tsp_tally *tally, const struct tsp_tally_args *args,
		     const struct tspool_filter *filter);

#endif
