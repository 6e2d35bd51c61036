/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What paths belong to which ids, up to a limit: then the path asked for least recently goes. */
#ifndef TSP_PATH_CACHE_H
#define TSP_PATH_CACHE_H

#include <stddef.h>
#include <stdint.h>

struct tsp_path_cache;

/* NULL without memory. The limit is a number of paths, at least 1. */
struct tsp_path_cache *tsp_path_cache_new(size_t limit);
void tsp_path_cache_free(struct tsp_path_cache *cache);

/* The path, valid until the next is added; NULL where none is known. */
const char *tsp_path_cache_find(struct tsp_path_cache *cache, uint64_t id);

/* Keeps a copy of the path, and returns that; NULL without memory. The id has none so far. */
const char *tsp_path_cache_add(struct tsp_path_cache *cache, uint64_t id, const char *path);

#endif /* TSP_PATH_CACHE_H */
