// SPDX-License-Identifier: LGPL-2.1-or-later
#include "crc32.h"

#include <pthread.h>

#define POLYNOMIAL	0xedb88320U
#define SLICES		8

/* tables[i][b]: what the byte b adds when i bytes follow it. */
static uint32_t tables[SLICES][256];
static pthread_once_t tables_made = PTHREAD_ONCE_INIT;

static uint32_t crc_of_byte(uint32_t crc)
{
	for (int bit = 0; bit < 8; bit++)
		crc = crc & 1 ? crc >> 1 ^ POLYNOMIAL : crc >> 1;
	return crc;
}

static void make_tables(void)
{
	for (uint32_t byte = 0; byte < 256; byte++) {
		uint32_t crc = crc_of_byte(byte);

		tables[0][byte] = crc;
	}
	for (int slice = 1; slice < SLICES; slice++)
		for (uint32_t byte = 0; byte < 256; byte++) {
			uint32_t crc = tables[slice - 1][byte];

			tables[slice][byte] = crc >> 8 ^ tables[0][crc & 0xff];
		}
}

/* Eight bytes at once, of which the first four meet what came before. */
static uint32_t add_eight(uint32_t crc, const unsigned char *byte)
{
	crc ^= byte[0] | (uint32_t)byte[1] << 8 | (uint32_t)byte[2] << 16 | (uint32_t)byte[3] << 24;
	return tables[7][crc & 0xff] ^ tables[6][crc >> 8 & 0xff] ^ tables[5][crc >> 16 & 0xff] ^
	       tables[4][crc >> 24] ^ tables[3][byte[4]] ^ tables[2][byte[5]] ^ tables[1][byte[6]] ^
	       tables[0][byte[7]];
}

uint32_t tsp_crc32(uint32_t crc, const void *bytes, size_t length)
{
	const unsigned char *byte = bytes;

	pthread_once(&tables_made, make_tables);
	crc = ~crc;
	for (; length >= 8; length -= 8, byte += 8)
		crc = add_eight(crc, byte);
	for (; length; length--)
		crc = crc >> 8 ^ tables[0][(crc ^ *byte++) & 0xff];
	return ~crc;
}
