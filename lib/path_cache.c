// SPDX-License-Identifier: LGPL-2.1-or-later
#include "path_cache.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS	4096

/* Entries refer to each other by their index. */
struct entry {
	uint64_t id;
	char *path;
	uint32_t next;		/* of the same bucket; 0: none */
	uint32_t newer;		/* the one asked for next, and the one before */
	uint32_t older;
};

/* Entry 0 ties the ends of the order together: older than it is the newest, newer the oldest. */
struct tsp_path_cache {
	size_t limit;
	size_t count;
	uint32_t buckets[BUCKETS];
	struct entry entries[];
};

struct tsp_path_cache *tsp_path_cache_new(size_t limit)
{
	struct tsp_path_cache *cache;

	cache = calloc(1, sizeof(*cache) + (limit + 1) * sizeof(cache->entries[0]));
	if (cache)
		cache->limit = limit;
	return cache;
}

void tsp_path_cache_free(struct tsp_path_cache *cache)
{
	if (!cache)
		return;
	for (size_t i = 1; i <= cache->count; i++)
		free(cache->entries[i].path);
	free(cache);
}

/* Ids are given out one after the other, and on 64-bit machines carry a generation above. */
static uint32_t *bucket_of(struct tsp_path_cache *cache, uint64_t id)
{
	return &cache->buckets[(id ^ id >> 32) % BUCKETS];
}

static void take_out_of_order(struct tsp_path_cache *cache, uint32_t index)
{
	const struct entry *entry = &cache->entries[index];

	cache->entries[entry->newer].older = entry->older;
	cache->entries[entry->older].newer = entry->newer;
}

static void make_newest(struct tsp_path_cache *cache, uint32_t index)
{
	struct entry *entry = &cache->entries[index];

	entry->newer = 0;
	entry->older = cache->entries[0].older;
	cache->entries[entry->older].newer = index;
	cache->entries[0].older = index;
}

static void take_out_of_bucket(struct tsp_path_cache *cache, uint32_t index)
{
	const struct entry *entry = &cache->entries[index];
	uint32_t *link = bucket_of(cache, entry->id);

	while (*link != index)
		link = &cache->entries[*link].next;
	*link = entry->next;
}

/* An entry that is in use nowhere: a new one, or the oldest. */
static uint32_t spare_entry(struct tsp_path_cache *cache)
{
	uint32_t oldest = cache->entries[0].newer;

	if (cache->count < cache->limit)
		return ++cache->count;
	take_out_of_order(cache, oldest);
	take_out_of_bucket(cache, oldest);
	free(cache->entries[oldest].path);
	return oldest;
}

const char *tsp_path_cache_find(struct tsp_path_cache *cache, uint64_t id)
{
	uint32_t index = *bucket_of(cache, id);

	while (index && cache->entries[index].id != id)
		index = cache->entries[index].next;
	if (!index)
		return NULL;
	take_out_of_order(cache, index);
	make_newest(cache, index);
	return cache->entries[index].path;
}

const char *tsp_path_cache_add(struct tsp_path_cache *cache, uint64_t id, const char *path)
{
	uint32_t *bucket = bucket_of(cache, id);
	char *copy = strdup(path);
	struct entry *entry;
	uint32_t index;

	if (!copy)
		return NULL;
	index = spare_entry(cache);
	entry = &cache->entries[index];
	entry->id = id;
	entry->path = copy;
	entry->next = *bucket;
	*bucket = index;
	make_newest(cache, index);
	return copy;
}
