/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reason of a failure on its way from the files shared with the module to the caller. */
#ifndef TSP_SCHED_REPORT_H
#define TSP_SCHED_REPORT_H

#include <stdio.h>
#include <tspool/sched.h>

#include "cpt_pattern.h"

/* Hands *reason, if there is an error and the caller wants to know. Returns err. */
static inline int tsp_report(int err, const struct tsp_cpt_error *reason,
			     struct tspool_cpt_error *error)
{
	if (!err || !error)
		return err;
	error->offset = reason->offset;
	snprintf(error->text, sizeof(error->text), "%s", reason->text);
	return err;
}

#endif /* TSP_SCHED_REPORT_H */
