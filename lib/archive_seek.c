// SPDX-License-Identifier: LGPL-2.1-or-later
#include "archive_seek.h"

#include <errno.h>
#include <stdlib.h>

static int add(struct tsp_seek *seek, const struct tsp_index_entry *entry)
{
	struct tsp_index_entry *larger;
	size_t capacity;

	if (seek->count == seek->capacity) {
		capacity = seek->capacity ? 2 * seek->capacity : 1024;
		larger = realloc(seek->entries, capacity * sizeof(*larger));
		if (!larger)
			return -ENOMEM;
		seek->entries = larger;
		seek->capacity = capacity;
	}
	seek->entries[seek->count++] = *entry;
	return 0;
}

/* Reads a block that must be there, with its content. */
static int read_block(struct tsp_input *input, uint64_t place, unsigned int type,
		      struct tsp_block_head *head)
{
	int found = tsp_input_head(input, place, head);

	if (found == TSP_FOUND_BLOCK && (head->type != type || head->version != TSP_BLOCK_VERSION))
		return -ENODATA;
	if (found == TSP_FOUND_BLOCK)
		found = tsp_input_stored(input, place, head);
	if (found == TSP_FOUND_BLOCK)
		found = tsp_input_unpack(input, head);
	if (found < 0)
		return found;
	return found == TSP_FOUND_BLOCK ? 0 : -ENODATA;
}

/*
 * Adds the entries of the index at this offset of a section. *previous gets where another one is.
 */
static int load_index(struct tsp_seek *seek, struct tsp_input *input,
		      const struct tsp_block_head *end, uint64_t begin, uint64_t offset,
		      uint64_t *previous)
{
	struct tsp_block_head head;
	size_t count;
	int err;

	err = read_block(input, begin + offset, TSP_BLOCK_INDEX, &head);
	if (err)
		return err;
	if (head.section != end->section ||
	    !tsp_index_read(input->content, head.content_bytes, &count, previous))
		return -ENODATA;
	for (size_t i = 0; i < count && !err; i++) {
		struct tsp_index_entry entry = tsp_index_entry_at(input->content, i);

		entry.offset += begin;
		err = add(seek, &entry);
	}
	return err;
}

/* Adds all of the section that ends here. *begin gets where it begins. */
static int load_section(struct tsp_seek *seek, struct tsp_input *input, uint64_t end_place,
			uint64_t *begin)
{
	struct tsp_index_entry machine = { .last_time_ns = UINT64_MAX };
	struct tsp_block_head end;
	uint64_t offset;
	int err;

	err = read_block(input, end_place, TSP_BLOCK_END, &end);
	if (err)
		return err;
	if (end.offset > end_place || end.previous_bytes > end.offset)
		return -ENODATA;
	*begin = end_place - end.offset;
	machine.offset = *begin;
	err = add(seek, &machine);
	for (offset = end.offset - end.previous_bytes; !err && offset != TSP_INDEX_FIRST;) {
		uint64_t previous = TSP_INDEX_FIRST;

		err = load_index(seek, input, &end, *begin, offset, &previous);
		if (!err && previous != TSP_INDEX_FIRST && previous >= offset)
			return -ENODATA;
		offset = previous;
	}
	return err;
}

static int compare(const void *a, const void *b)
{
	const struct tsp_index_entry *first = a, *second = b;

	return (first->offset > second->offset) - (first->offset < second->offset);
}

int tsp_seek_load(struct tsp_seek *seek, struct tsp_input *input)
{
	uint64_t end = input->size;

	while (end) {
		int err;

		if (end < sizeof(struct tsp_block_head))
			return -ENODATA;
		err = load_section(seek, input, end - sizeof(struct tsp_block_head), &end);
		if (err)
			return err;
	}
	qsort(seek->entries, seek->count, sizeof(*seek->entries), compare);
	return 0;
}

void tsp_seek_free(struct tsp_seek *seek)
{
	free(seek->entries);
}

const struct tsp_index_entry *tsp_seek_next(struct tsp_seek *seek, uint64_t place,
					    uint64_t since_ns, uint64_t until_ns)
{
	for (; seek->next < seek->count; seek->next++) {
		const struct tsp_index_entry *entry = &seek->entries[seek->next];

		if (entry->offset >= place && entry->first_time_ns <= until_ns &&
		    entry->last_time_ns >= since_ns)
			return entry;
	}
	return NULL;
}
