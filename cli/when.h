/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_WHEN_H
#define TSP_CLI_WHEN_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct argp_state;

/*
 * A point in time, in nanoseconds since the epoch: "2026-11-22", "2026-11-22 15:40" or "15:40:30.5"
 * by the local clock, the second of them also with a T; "@1795362003.5" since the epoch; "-90s",
 * "-10m", "-2h" or "-1d" before now. False if the text is none.
 */
bool tsp_when_parse(const char *text, time_t now, uint64_t *ns);

/* The same of an argument, as args.h has it. */
uint64_t tsp_arg_when(const struct argp_state *state, const char *what, const char *text);

#endif
