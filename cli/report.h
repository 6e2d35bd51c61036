/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_REPORT_H
#define TSP_CLI_REPORT_H

#include <stdbool.h>
#include <tspool/session.h>

#include "args.h"

/*
 * Says on stderr why the last operation of the session failed with err, and where the module is
 * missing, how to load it. Returns TSP_EXIT_FAILURE.
 */
enum tsp_exit tsp_report(const struct tspool_session *session, int err);

/*
 * Says on stderr, where delay accounting is off, that and how to turn it on. Returns whether it is.
 */
bool tsp_report_delayacct(void);

/*
 * Says on stderr that stdout could not be written, for errno err. That its reader has gone (EPIPE)
 * is no failure and not worth a word. Returns TSP_EXIT_OK or TSP_EXIT_FAILURE.
 */
enum tsp_exit tsp_report_output(int err);

/* Flushes stdout. Returns false on a failure, which tsp_close_output() tells. */
bool tsp_flush_output(void);

/*
 * Whether printing failed, with the negative errno err, since stdout can't be written, which
 * tsp_close_output() tells then.
 */
bool tsp_is_output_error(int err);

/*
 * Closes stdout, since a full disk may show only now. Returns status, or TSP_EXIT_FAILURE if
 * something that was printed could not be written, and says on stderr why.
 */
enum tsp_exit tsp_close_output(enum tsp_exit status);

#endif
