/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libtspool-sched: the CPU partition table (CPTs) of the tspool module, built from hwloc; listeners
 * spread over it; and a pool of threads for each CPT, which drains that CPT's queue as the module's
 * pools do.
 *
 * Errors: functions that can fail return 0 or a negative errno value. Where they take a struct
 * tspool_cpt_error, it then holds a sentence and, for a fault inside a text, its byte offset; it
 * may be NULL. Nothing is left behind by a call that failed.
 *
 * Threads: a map does not change once it is made; any number of threads may read it. Making and
 * freeing it, and loading a topology, need no lock as long as nobody else uses that very object.
 * The same goes for a spread. What may be done to a pool at the same time is told with the pool.
 */
#ifndef TSPOOL_SCHED_H
#define TSPOOL_SCHED_H

#include <hwloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tspool_cpt_error {
	int offset;	/* byte of the pattern or list at fault; -1: none in particular */
	char text[240];	/* the sentence, without a full stop or newline */
};

struct tspool_cpt_map;

/*
 * Loads the topology of this machine as the kernel sees it: with the CPUs and nodes that this
 * process may not use. The caller ends it with hwloc_topology_destroy().
 */
int tspool_topology_load(hwloc_topology_t *topology, struct tspool_cpt_error *error);

/*
 * Builds the table that the module builds on the machine of this topology, for its parameters
 * npartitions and cpu_pattern (NULL: the default, "N"). A topology of the running machine must be
 * loaded with disallowed objects included, as tspool_topology_load() does. The map does not refer
 * to the topology afterwards; it is ended with tspool_cpt_map_free().
 *
 * -EINVAL    the pattern's syntax; npartitions negative, more than the online CPUs, or not the
 *            number of the pattern's parts; a topology without disallowed objects, or one that
 *            is told to be the running machine's and has CPUs that this has not
 * -ERANGE    a number: too large, a range backwards, a stride of 0, no such CPU, node, partition
 * -EEXIST    a partition, CPU or node named twice
 * -ENODEV    a partition is left without an online CPU
 * -ENOSPC    the pattern is longer than 1,024 bytes
 * -ENOMEM
 */
int tspool_cpt_map_from_hwloc(hwloc_topology_t topology, int npartitions, const char *pattern,
			      struct tspool_cpt_map **map, struct tspool_cpt_error *error);

/*
 * Builds the map of a table that there is already, such as the loaded module's: CPT i has the CPUs
 * of cpus[i], of which there are count. Other than above, which of them are online does not matter,
 * since the table does not change when CPUs come and go; the nodes of a CPT are those of its CPUs.
 * The sets are not referred to afterwards. The topology and the map are as above.
 *
 * -EINVAL    count is 0, or a set is empty; the topology, as above
 * -ERANGE    a CPU that the machine has not
 * -EEXIST    a CPU is in two sets
 * -ENOMEM
 */
int tspool_cpt_map_from_sets(hwloc_topology_t topology, const hwloc_const_cpuset_t *cpus,
			     unsigned int count, struct tspool_cpt_map **map,
			     struct tspool_cpt_error *error);

/* NULL is allowed. What the accessors below have returned ends with the map. */
void tspool_cpt_map_free(struct tspool_cpt_map *map);

/* What is odd about the table, as a sentence; NULL: nothing. */
const char *tspool_cpt_map_warning(const struct tspool_cpt_map *map);

/* The number of CPTs; they are numbered from 0. The argument cpt below must be less than this. */
unsigned int tspool_cpt_map_count(const struct tspool_cpt_map *map);

/* The CPT that serves a CPU; every CPU number has one, be it in a CPT or not. */
unsigned int tspool_cpt_map_of_cpu(const struct tspool_cpt_map *map, unsigned int cpu);

/* The CPUs in the CPT, online or not; as a list: "0-3,8". */
hwloc_const_cpuset_t tspool_cpt_map_cpus(const struct tspool_cpt_map *map, unsigned int cpt);
const char *tspool_cpt_map_cpus_list(const struct tspool_cpt_map *map, unsigned int cpt);

/* Those, and the possible CPUs of no CPT that it serves. The sets of all CPTs share none. */
hwloc_const_cpuset_t tspool_cpt_map_served(const struct tspool_cpt_map *map, unsigned int cpt);
const char *tspool_cpt_map_served_list(const struct tspool_cpt_map *map, unsigned int cpt);

/* The memory nodes of the CPT. */
hwloc_const_nodeset_t tspool_cpt_map_nodes(const struct tspool_cpt_map *map, unsigned int cpt);
const char *tspool_cpt_map_nodes_list(const struct tspool_cpt_map *map, unsigned int cpt);

/* The number of CPUs in the CPT, online or not. */
unsigned int tspool_cpt_map_weight(const struct tspool_cpt_map *map, unsigned int cpt);

/* The largest NUMA distance between a node of the one and a node of the other; local is 10. */
uint32_t tspool_cpt_map_distance(const struct tspool_cpt_map *map, unsigned int a, unsigned int b);

/*
 * Lustre's text forms, a line per CPT: "0<TAB>: 0 1 2 3" and "0<TAB>: 0:10 1:21". The row functions
 * print one line from values of any source; distances has count entries. -EIO: the stream's error.
 */
int tspool_cpt_print_table_row(FILE *stream, unsigned int cpt, hwloc_const_cpuset_t cpus);
int tspool_cpt_print_distance_row(FILE *stream, unsigned int cpt, const uint32_t *distances,
				  unsigned int count);
int tspool_cpt_map_print_table(const struct tspool_cpt_map *map, FILE *stream);
int tspool_cpt_map_print_distances(const struct tspool_cpt_map *map, FILE *stream);

/*
 * Reads a list of CPU or node numbers, "1-3,5" or "0-14/2", into a new set that the caller frees
 * with hwloc_bitmap_free(). -EINVAL: syntax; -ERANGE: a number above 65,535, a range backwards, a
 * stride of 0; -ENOMEM.
 */
int tspool_list_parse(const char *list, hwloc_bitmap_t *set, struct tspool_cpt_error *error);

/*
 * Binds the calling thread to those of the CPUs that are online and allowed to it. topology: of
 * this machine, by tspool_topology_load(). -EINVAL: none is left, or the topology is another
 * machine's; -ENOMEM; else what the kernel's refusal was.
 */
int tspool_bind_thread(hwloc_topology_t topology, hwloc_const_cpuset_t cpus,
		       struct tspool_cpt_error *error);

/*
 * Memory on those of the nodes that are allowed, as far as they have any: of whole pages, there at
 * once and not only when it is touched, and zero. NULL: there is none. It is ended with
 * tspool_free_on_nodes() and the same number of bytes, which is not 0.
 */
void *tspool_alloc_on_nodes(hwloc_topology_t topology, hwloc_const_nodeset_t nodes, size_t bytes);
void tspool_free_on_nodes(void *memory, size_t bytes);

/*
 * The spread: L listeners over P CPTs. With L <= P a CPT has one listener, with L > P the CPUs of a
 * CPT are divided evenly among several, in the order of their cores. Each possible CPU belongs to
 * exactly one listener, be it in a CPT or only served by it, online or not; so CPUs that come
 * online later are covered.
 */
struct tspool_spread;

/*
 * Spreads so many listeners. The spread does not refer to the map afterwards; it is ended with
 * tspool_spread_free(). -EINVAL: no listener, or a CPT would have more of them than CPUs; -ENOMEM.
 */
int tspool_spread_make(const struct tspool_cpt_map *map, unsigned int listeners,
		       struct tspool_spread **spread, struct tspool_cpt_error *error);

/* NULL is allowed. What the accessors below have returned ends with the spread. */
void tspool_spread_free(struct tspool_spread *spread);

/* The number of listeners. The argument listener below must be less than this. */
unsigned int tspool_spread_count(const struct tspool_spread *spread);

/* The CPUs whose exits are this listener's, and on which it runs; as a list: "1-3,5,7-8". */
hwloc_const_cpuset_t tspool_spread_cpus(const struct tspool_spread *spread, unsigned int listener);
const char *tspool_spread_cpus_list(const struct tspool_spread *spread, unsigned int listener);

/* The CPTs of which it has CPUs, and the memory nodes of these CPTs. */
hwloc_const_bitmap_t tspool_spread_cpts(const struct tspool_spread *spread, unsigned int listener);
hwloc_const_nodeset_t tspool_spread_nodes(const struct tspool_spread *spread,
					  unsigned int listener);

/*
 * Hotplug. Once the last CPU of a thread's is offline the kernel lets it run anywhere, for good;
 * and a CPU that comes online later is in nobody's binding. So whoever binds threads watches, and
 * binds them again: tspool_bind_thread_again(), tspool_pool_bind_again().
 *
 * tspool_hotplug_open() returns a file descriptor to poll, or a negative errno.
 * tspool_hotplug_read() takes what is there to read and does not wait: 1 if a CPU may have come
 * online or gone offline since, 0 if none has, or a negative errno.
 */
int tspool_hotplug_open(void);
int tspool_hotplug_read(int fd);

/*
 * Binds a thread, which may be another one, to those of the CPUs that are online and allowed by
 * now, whatever was so when some topology was loaded. -EINVAL: there is none, and the thread stays
 * as it was; -ESRCH: the thread is gone; -ENOMEM.
 */
int tspool_bind_thread_again(pthread_t thread, hwloc_const_cpuset_t cpus,
			     struct tspool_cpt_error *error);

/*
 * The pool. For each CPT there is a queue of items and a scheduler block: threads that run on the
 * CPUs of the CPT, take batches off the queue and hand them to all registered handlers. A CPT for
 * which no thread could be started is served by the nearest one's. What the items are is the
 * user's business; they are the pool's from the moment they are put until they are released.
 *
 * Which function may run at the same time as which, and from where:
 *
 *                      put  grow, register  bind_again  stats  stop  free
 *   put, try_put        x          x             x        x     x     -
 *   grow, register      x          w             w        x     w     -
 *   unregister          x          w             w        x     w     -
 *   bind_again          x          w             w        x     w     -
 *   stats               x          x             x        x     x     -
 *   stop                x          w             w        x     w     -
 *   free                -          -             -        -     -     -
 *   from a handler      t          -             -        x     -     -
 *
 *   x  yes, from any number of threads   w  yes, the one waits for the other
 *   t  yes, but it never waits: -EDEADLK where it would have to
 *   -  no; from a handler, and from release(), it returns -EDEADLK and does nothing
 *
 * "Put at the same time as free" is a put that has not returned. tspool_pool_start() is over before
 * anybody has the pool. Nothing of a pool may be used in the child of a fork().
 */
struct tspool_pool;

/* What a thread took off a queue in one go. It is the thread's until the function returns. */
struct tspool_batch {
	void *const *items;	/* in the order in which they were put */
	unsigned int count;	/* of items, at least 1 */
	unsigned int cpt;	/* into whose queue they were put */
	uint64_t first;		/* place of the first one among all of that queue, from 0 */
	void *scratch;		/* this handler's in this thread; NULL: it asked for none */
};

/*
 * work() is called for a batch by the thread that took it, at the same time as for other batches.
 * deliver(), in ordered pools, is called after it by the same thread, with the same scratch: for
 * one batch of a CPT at a time, in the order in which the items were put. Handlers are called in
 * the order in which they were registered; either function may be NULL. They return
 *
 *   0         and the batch is done
 *   -ENOMEM   there is no memory for now: the call is made again after nomem_retry_ms, for as long
 *             as it takes. In deliver() later batches of the CPT wait behind this one
 *   another   negative errno: the items have failed for this handler, which is counted; deliver()
 *             is not called for them
 *
 * An item is put by one thread and handled by another one: what was done before it was put is seen
 * by work(), what work() did by deliver(), and deliver() sees what the deliver() before it did.
 */
struct tspool_pool_handler {
	int (*work)(void *context, const struct tspool_batch *batch);
	int (*deliver)(void *context, const struct tspool_batch *batch);
	void *context;
	size_t scratch_bytes;	/* for each thread, on its CPT's memory */
};

struct tspool_pool_options {
	hwloc_topology_t topology;		/* of the map; both must outlive the pool */
	const struct tspool_cpt_map *map;
	hwloc_const_bitmap_t cpts;	/* those that get threads; NULL: all */
	unsigned int nscheds;		/* threads of a CPT; 0: by the number of its CPUs */
	unsigned int queue_items;	/* of a CPT, made a power of two; 0: 4,096 */
	unsigned int batch_items;	/* most in a batch; 0: 32 */
	unsigned int coalesce_usecs;	/* how long items gather for a batch; 0: not at all */
	unsigned int nomem_retry_ms;	/* 0: 20 */
	bool ordered;			/* whether handlers may have deliver() */

	/*
	 * Takes the items of a batch back once all handlers are done with it, also if there was
	 * none; in any order, from any thread of the pool. NULL: they are nobody's.
	 */
	void (*release)(void *context, void *const *items, unsigned int count);

	/* Takes a sentence of which an administrator should know; NULL: nobody does. */
	void (*warn)(void *context, const char *sentence);

	void *context;			/* of both */
};

/* Counted since the start; the names are those of the module's blocks. */
struct tspool_pool_stats {
	uint32_t cpt;
	uint32_t served_by;	/* the CPT whose threads drain it */
	uint32_t threads;
	uint32_t threads_max;
	uint64_t queued;	/* items waiting now */
	uint64_t captured;	/* items put so far */
	uint64_t drained;	/* items taken off the queue so far */
	uint64_t wakeups;	/* of its threads */
	uint64_t nomem_retries;	/* calls of handlers that had no memory */
	uint64_t unhandled;	/* items for which there was no handler */
	uint64_t failed;	/* items that a handler refused, for each handler */
	uint64_t delivered;	/* items whose handling is over */
	uint64_t queued_max;	/* most items that waited, as seen by those who took them */
	uint64_t in_flight;	/* items taken off the queue, whose handling is not over */
	uint64_t in_flight_max;	/* most of them at once */
};

/*
 * Starts the threads, by the module's rules: of the CPTs chosen, as many as their CPUs are worth. A
 * CPT that gets fewer than that keeps those, with a warning, as has one whose threads can't be
 * bound. With a topology of another machine they are bound to nothing. The threads have all signals
 * blocked.
 *
 * -EINVAL: options that can't be; -ENOMEM; -EAGAIN or what else the system said: not one thread
 * could be started.
 */
int tspool_pool_start(const struct tspool_pool_options *options, struct tspool_pool **pool,
		      struct tspool_cpt_error *error);

/*
 * Puts items, none of them NULL, into the queue of a CPT, in their order. tspool_pool_put() waits
 * while the queue is full. Returns how many were put, which with tspool_pool_try_put() may be fewer
 * than given, and with both if the pool is stopped meanwhile; or, if none was,
 *
 * -EAGAIN     the queue is full (tspool_pool_try_put())
 * -ESHUTDOWN  the pool was stopped
 * -EDEADLK    the queue is full, and the caller is a handler (tspool_pool_put())
 * -EINVAL     no such CPT, a NULL among the items, more than INT_MAX of them
 */
int tspool_pool_put(struct tspool_pool *pool, unsigned int cpt, void *const *items,
		    unsigned int count);
int tspool_pool_try_put(struct tspool_pool *pool, unsigned int cpt, void *const *items,
			unsigned int count);

/*
 * Adds a handler for all batches taken from now on; it must stay where it is, unchanged, until it
 * is removed or the pool is freed. Its scratch is there before it is called. -EEXIST: it is
 * registered; -ENOSPC: there are 32; -EINVAL: it has deliver() and the pool is not ordered;
 * -ESHUTDOWN: the pool was stopped; -EDEADLK; -ENOMEM.
 */
int tspool_pool_register(struct tspool_pool *pool, const struct tspool_pool_handler *handler);

/*
 * Removes a handler. When this returns none of its functions runs, nor will again. It waits for
 * those that run, as long as they take. -ENOENT: it is not registered; -EDEADLK; -ENOMEM.
 */
int tspool_pool_unregister(struct tspool_pool *pool, const struct tspool_pool_handler *handler);

/*
 * Adds the threads that one more producer for a CPT is worth; a block that has all it may, or none,
 * stays as it is. -ESHUTDOWN, -EDEADLK, -ENOMEM, or what the system said, with what could be had.
 * The argument cpt, here and below, must be less than the number of CPTs.
 */
int tspool_pool_grow(struct tspool_pool *pool, unsigned int cpt);

/* Binds all threads to the CPUs of their CPTs that are there by now. -EDEADLK. */
int tspool_pool_bind_again(struct tspool_pool *pool);

/* What the block of a CPT has counted: exact at any quiet moment. */
void tspool_pool_stats(const struct tspool_pool *pool, unsigned int cpt,
		       struct tspool_pool_stats *stats);

/*
 * Takes no more items, lets those that wait in tspool_pool_put() return, has all that was put
 * handled, and ends the threads. -EDEADLK.
 */
int tspool_pool_stop(struct tspool_pool *pool);

/* Stops the pool if need be, and frees it. NULL is allowed. -EDEADLK. */
int tspool_pool_free(struct tspool_pool *pool);

#ifdef __cplusplus
}
#endif

#endif /* TSPOOL_SCHED_H */
