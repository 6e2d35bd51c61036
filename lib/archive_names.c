// SPDX-License-Identifier: LGPL-2.1-or-later
#include "archive_names.h"

#include <endian.h>
#include <string.h>

void tsp_names_clear(struct tsp_names *names)
{
	if (names->count)
		memset(names, 0, sizeof(*names));
}

/* Ids are given out one after the other, and on 64-bit machines carry a generation above. */
static size_t first_slot(uint64_t id)
{
	return (id ^ id >> 32) % TSP_NAMES_SLOTS;
}

/* The slot that has the id, or the free one where it belongs: half of all are always free. */
static size_t slot_of(const struct tsp_names *names, uint64_t id)
{
	size_t slot = first_slot(id);

	while (names->slots[slot].path && names->slots[slot].id != id)
		slot = (slot + 1) % TSP_NAMES_SLOTS;
	return slot;
}

const char *tsp_names_find(const struct tsp_names *names, uint64_t id)
{
	return names->slots[slot_of(names, id)].path;
}

bool tsp_names_add(struct tsp_names *names, uint64_t id, const char *path)
{
	struct tsp_name_slot *slot = &names->slots[slot_of(names, id)];

	if (slot->path)
		return true;
	if (names->count == TSP_BLOCK_NAMES_MAX)
		return false;
	slot->id = id;
	slot->path = path;
	names->count++;
	return true;
}

size_t tsp_name_bytes(const char *path)
{
	return sizeof(uint64_t) + strlen(path) + 1;
}

void tsp_name_put(unsigned char *place, uint64_t id, const char *path)
{
	id = htole64(id);
	memcpy(place, &id, sizeof(id));
	memcpy(place + sizeof(id), path, strlen(path) + 1);
}

void tsp_names_read(struct tsp_names *names, const unsigned char *bytes, size_t length)
{
	while (length > sizeof(uint64_t)) {
		const char *path = (const char *)bytes + sizeof(uint64_t);
		size_t path_length = strnlen(path, length - sizeof(uint64_t));
		uint64_t id;

		if (path_length == length - sizeof(uint64_t))
			return;
		memcpy(&id, bytes, sizeof(id));
		if (!tsp_names_add(names, le64toh(id), path))
			return;
		bytes += sizeof(id) + path_length + 1;
		length -= sizeof(id) + path_length + 1;
	}
}
