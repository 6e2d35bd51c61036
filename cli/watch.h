/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_WATCH_H
#define TSP_CLI_WATCH_H

#include "get.h"

/*
 * Shows what changes, interval by interval, until SIGINT or SIGTERM or until all tasks have ended,
 * none of which is a failure. That one has ended is said on stderr. A task that is not there at the
 * start fails the command, but the others are watched.
 */
enum tsp_exit tsctl_watch(struct tsctl_get *get);

#endif
