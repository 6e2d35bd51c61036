// SPDX-License-Identifier: LGPL-2.1-or-later
#include "archive_index.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#define HEAD_BYTES	sizeof(uint64_t)
#define ENTRY_BYTES	sizeof(struct tsp_index_entry)

static_assert(offsetof(struct tsp_index, entries) == HEAD_BYTES, "entries follow at once");
static_assert(ENTRY_BYTES == 32, "an entry has no padding");

void tsp_index_init(struct tsp_index *index)
{
	index->count = 0;
	index->previous = htole64(TSP_INDEX_FIRST);
}

size_t tsp_index_bytes(const struct tsp_index *index)
{
	return HEAD_BYTES + index->count * ENTRY_BYTES;
}

void tsp_index_add(struct tsp_index *index, const struct tsp_block_head *head)
{
	index->entries[index->count++] = (struct tsp_index_entry){
		.offset = htole64(head->offset),
		.first_time_ns = htole64(head->first_time_ns),
		.last_time_ns = htole64(head->last_time_ns),
		.records_before = htole64(head->records_before),
	};
}

void tsp_index_next(struct tsp_index *index, uint64_t offset)
{
	index->count = 0;
	index->previous = htole64(offset);
}

bool tsp_index_read(const unsigned char *content, size_t bytes, size_t *count, uint64_t *previous)
{
	if (bytes < HEAD_BYTES || (bytes - HEAD_BYTES) % ENTRY_BYTES)
		return false;
	memcpy(previous, content, sizeof(*previous));
	*previous = le64toh(*previous);
	*count = (bytes - HEAD_BYTES) / ENTRY_BYTES;
	return true;
}

struct tsp_index_entry tsp_index_entry_at(const unsigned char *content, size_t number)
{
	struct tsp_index_entry entry;

	memcpy(&entry, content + HEAD_BYTES + number * ENTRY_BYTES, sizeof(entry));
	entry.offset = le64toh(entry.offset);
	entry.first_time_ns = le64toh(entry.first_time_ns);
	entry.last_time_ns = le64toh(entry.last_time_ns);
	entry.records_before = le64toh(entry.records_before);
	return entry;
}
