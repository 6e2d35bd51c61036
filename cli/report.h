/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_REPORT_H
#define TSP_CLI_REPORT_H

#include <tspool/session.h>

#include "args.h"

/*
 * Says on stderr why the last operation of the session failed with err, and where the module is
 * missing, how to load it. Returns TSP_EXIT_FAILURE.
 */
enum tsp_exit tsp_report(const struct tspool_session *session, int err);

/*
 * Closes stdout, since a full disk shows only when the last buffer is written. Returns status, or
 * TSP_EXIT_FAILURE after a word on stderr; that the reader has gone is no failure.
 */
enum tsp_exit tsp_close_output(enum tsp_exit status);

#endif
