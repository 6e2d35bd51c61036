/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the checkers of data races can't see by themselves. ThreadSanitizer understands C11's
 * atomics, but not liburcu, whose code it did not compile. Helgrind (TSPOOL_HELGRIND) understands
 * neither, so it is told what each pair of them orders, and that they are no races.
 */
#ifndef TSP_CHECKERS_H
#define TSP_CHECKERS_H

#include <stddef.h>

#ifdef __has_feature
#if __has_feature(thread_sanitizer)
#define TSP_TSAN
#endif
#endif
#ifdef __SANITIZE_THREAD__
#define TSP_TSAN
#endif

#ifdef TSPOOL_HELGRIND
#include <valgrind/helgrind.h>
#endif

#ifdef TSP_TSAN
void __tsan_acquire(void *address);
void __tsan_release(void *address);
#endif

/* An atomic access here orders what was before it for whoever comes by tsp_after(). */
static inline void tsp_before(const void *address)
{
#ifdef TSPOOL_HELGRIND
	ANNOTATE_HAPPENS_BEFORE(address);
#else
	(void)address;
#endif
}

static inline void tsp_after(const void *address)
{
#ifdef TSPOOL_HELGRIND
	ANNOTATE_HAPPENS_AFTER(address);
#else
	(void)address;
#endif
}

/* The same for what liburcu orders. */
static inline void tsp_rcu_before(void *address)
{
#ifdef TSP_TSAN
	__tsan_release(address);
#endif
	tsp_before(address);
}

static inline void tsp_rcu_after(void *address)
{
#ifdef TSP_TSAN
	__tsan_acquire(address);
#endif
	tsp_after(address);
}

/* Memory that holds atomics alone. */
static inline void tsp_atomics_in(const void *memory, size_t bytes)
{
#ifdef TSPOOL_HELGRIND
	VALGRIND_HG_DISABLE_CHECKING(memory, bytes);
#else
	(void)memory;
	(void)bytes;
#endif
}

#endif /* TSP_CHECKERS_H */
