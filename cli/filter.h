/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_FILTER_H
#define TSP_CLI_FILTER_H

#include <argp.h>
#include <tspool/tspool.h>

/* The options that make a filter, and what was made of them. It begins all zero. */
struct tsp_filter_args {
	struct tspool_filter filter;	/* its uids are those below */
	struct tspool_uid_range uids[TSPOOL_FILTER_UIDS_MAX];
	bool given;	/* one of the options was; else every record meets the filter */
	bool of_file;	/* its cgroups need not be those of this machine; set before */
};

/*
 * For the children of a program's argp; its child input is a struct tsp_filter_args. What makes no
 * sense is refused as args.h says.
 */
extern const struct argp tsp_filter_argp;

#endif
