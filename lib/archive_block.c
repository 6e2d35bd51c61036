// SPDX-License-Identifier: LGPL-2.1-or-later
#include "archive_block.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#include "crc32.h"

static_assert(sizeof(struct tsp_block_head) == 96, "a head has no padding");

/* Between the machine's byte order and the file's; the same in both directions. */
static void swap(struct tsp_block_head *head)
{
	head->head_bytes = htole16(head->head_bytes);
	head->head_checksum = htole32(head->head_checksum);
	head->stored_bytes = htole32(head->stored_bytes);
	head->stored_checksum = htole32(head->stored_checksum);
	head->content_bytes = htole32(head->content_bytes);
	head->names_bytes = htole32(head->names_bytes);
	head->section = htole64(head->section);
	head->offset = htole64(head->offset);
	head->records_before = htole64(head->records_before);
	head->records = htole32(head->records);
	head->losses = htole32(head->losses);
	head->lost = htole64(head->lost);
	head->first_time_ns = htole64(head->first_time_ns);
	head->last_time_ns = htole64(head->last_time_ns);
	head->previous_bytes = htole32(head->previous_bytes);
	head->part = htole32(head->part);
}

/* Of a head as it stands in a file, the bytes that it has beyond the known ones included. */
static uint32_t checksum(const unsigned char *bytes, size_t length)
{
	const size_t place = offsetof(struct tsp_block_head, head_checksum);
	const uint32_t zero = 0;
	uint32_t crc;

	crc = tsp_crc32(0, bytes, place);
	crc = tsp_crc32(crc, &zero, sizeof(zero));
	return tsp_crc32(crc, bytes + place + sizeof(zero), length - place - sizeof(zero));
}

void tsp_block_seal(struct tsp_block_head *head, const void *stored)
{
	memcpy(head->magic, TSP_BLOCK_MAGIC, sizeof(head->magic));
	head->version = TSP_BLOCK_VERSION;
	head->head_bytes = sizeof(*head);
	head->stored_checksum = tsp_crc32(0, stored, head->stored_bytes);
	head->head_checksum = 0;
	swap(head);
	head->head_checksum = htole32(checksum((const unsigned char *)head, sizeof(*head)));
}

static bool is_possible(const struct tsp_block_head *head)
{
	return head->stored_bytes <= TSP_BLOCK_STORED_MAX &&
	       head->content_bytes <= TSP_BLOCK_CONTENT_MAX &&
	       head->names_bytes <= head->content_bytes;
}

size_t tsp_block_open(struct tsp_block_head *head, const unsigned char *bytes, size_t length)
{
	if (length < sizeof(*head) || memcmp(bytes, TSP_BLOCK_MAGIC, TSP_BLOCK_MAGIC_BYTES))
		return 0;
	memcpy(head, bytes, sizeof(*head));
	swap(head);
	if (head->head_bytes < sizeof(*head) || head->head_bytes > TSP_BLOCK_HEAD_MAX)
		return 0;
	if (head->head_bytes > length)
		return head->head_bytes;
	if (head->head_checksum != checksum(bytes, head->head_bytes) || !is_possible(head))
		return 0;
	return head->head_bytes;
}

bool tsp_block_is_intact(const struct tsp_block_head *head, const void *stored)
{
	return head->stored_checksum == tsp_crc32(0, stored, head->stored_bytes);
}
