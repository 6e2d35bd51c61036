/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TSP_CRC32_H
#define TSP_CRC32_H

#include <stddef.h>
#include <stdint.h>

/*
 * The CRC-32 of zlib and IEEE 802.3. Of bytes that go on: crc is that of those before, 0 at first.
 */
uint32_t tsp_crc32(uint32_t crc, const void *bytes, size_t length);

#endif /* TSP_CRC32_H */
