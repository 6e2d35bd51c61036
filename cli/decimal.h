/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_DECIMAL_H
#define TSP_CLI_DECIMAL_H

#include <stdint.h>

/* What a number of 64 bits, signed or not, takes at most. */
#define TSP_DECIMAL_BYTES	20

/*
 * Writes a number in decimal to memory that has room for it, without a NUL behind it. Returns where
 * it ends. printf() would take most of the time of a record.
 */
char *tsp_put_number(char *to, uint64_t number);
char *tsp_put_signed(char *to, int64_t number);

#endif
