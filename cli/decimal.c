// SPDX-License-Identifier: GPL-2.0-only
#include "decimal.h"

#define E4	10000U
#define E8	100000000U

/* Compilers divide by a constant without a division. */
static inline char *put_2(char *to, uint32_t number)
{
	to[0] = (char)('0' + number / 10);
	to[1] = (char)('0' + number % 10);
	return to + 2;
}

static inline char *put_4(char *to, uint32_t number)
{
	to = put_2(to, number / 100);
	return put_2(to, number % 100);
}

static inline char *put_8(char *to, uint32_t number)
{
	to = put_4(to, number / E4);
	return put_4(to, number % E4);
}

/* Without zeros in front: less than 100, 10^4, 10^8. */
static inline char *put_up_to_2(char *to, uint32_t number)
{
	if (number >= 10)
		return put_2(to, number);
	*to = (char)('0' + number);
	return to + 1;
}

static inline char *put_up_to_4(char *to, uint32_t number)
{
	if (number < 100)
		return put_up_to_2(to, number);
	to = put_up_to_2(to, number / 100);
	return put_2(to, number % 100);
}

static char *put_up_to_8(char *to, uint32_t number)
{
	if (number < E4)
		return put_up_to_4(to, number);
	to = put_up_to_4(to, number / E4);
	return put_4(to, number % E4);
}

char *tsp_put_number(char *to, uint64_t number)
{
	if (number < E8)
		return put_up_to_8(to, (uint32_t)number);
	if (number < (uint64_t)E8 * E8) {
		to = put_up_to_8(to, (uint32_t)(number / E8));
		return put_8(to, (uint32_t)(number % E8));
	}
	to = put_up_to_4(to, (uint32_t)(number / E8 / E8));
	to = put_8(to, (uint32_t)(number / E8 % E8));
	return put_8(to, (uint32_t)(number % E8));
}

char *tsp_put_signed(char *to, int64_t number)
{
	if (number >= 0)
		return tsp_put_number(to, (uint64_t)number);
	*to = '-';
	return tsp_put_number(to + 1, -(uint64_t)number);
}
