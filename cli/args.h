/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_ARGS_H
#define TSP_CLI_ARGS_H

#include <stdbool.h>
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
	TSP_EXIT_LOST,	/* tslisten --strict: it has ended well, but records were lost */
};

/* Decimal digits at text, if there are any and the number fits; then *rest is what follows. */
bool tsp_arg_parse_u32(const char *text, uint32_t *number, const char **rest);

uint32_t tsp_arg_number(const struct argp_state *state, const char *what, const char *text,
			uint32_t min, uint32_t max);

/* A number of 64 bits other than 0. */
uint64_t tsp_arg_id(const struct argp_state *state, const char *what, const char *text);

/* Bytes; with K, M or G at the end, times 2^10, 2^20 or 2^30. */
uint64_t tsp_arg_bytes(const struct argp_state *state, const char *what, const char *text,
		       uint64_t min, uint64_t max);

/* Seconds with or without a fraction, more than 0. */
struct timespec tsp_arg_seconds(const struct argp_state *state, const char *what, const char *text);

/* The index of text in names, which ends with NULL. */
int tsp_arg_choice(const struct argp_state *state, const char *what, const char *text,
		   const char *const *names);

#endif
