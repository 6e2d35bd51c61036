/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_ARGS_H
#define TSP_CLI_ARGS_H

#include <stdint.h>
#include <time.h>

/*
 * Arguments, read strictly: the whole text must be what is asked for. A refusal goes to stderr as
 * a sentence that names the argument (what), the value and the limits, and ends the program with
 * TSP_EXIT_USAGE.
 */
struct argp_state;

enum tsp_exit {
	TSP_EXIT_OK,
	TSP_EXIT_FAILURE,
	TSP_EXIT_USAGE,
};

uint32_t tsp_arg_number(const struct argp_state *state, const char *what, const char *text,
			uint32_t min, uint32_t max);

/* Bytes; with K or M at the end, times 1,024 or 1,048,576. */
uint32_t tsp_arg_bytes(const struct argp_state *state, const char *what, const char *text,
		       uint32_t min, uint32_t max);

/* Seconds with or without a fraction, more than 0. */
struct timespec tsp_arg_seconds(const struct argp_state *state, const char *what, const char *text);

/* The index of text in names, which ends with NULL. */
int tsp_arg_choice(const struct argp_state *state, const char *what, const char *text,
		   const char *const *names);

#endif
