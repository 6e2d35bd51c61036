/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What records cost in several stages: measured in rounds, one after the other, so that what else
 * the machine does meets all of them. Counts the CPU time of the thread, and its instructions where
 * the machine does so.
 */
#ifndef TSP_BENCH_MEASURE_H
#define TSP_BENCH_MEASURE_H

#include <tspool/record.h>

/* As many as one reception takes. */
#define MEASURE_RECORDS		512

/* What is made of a record; returns its bytes. */
typedef size_t (*use_fn)(const struct tspool_record *record, const char *cgroup);

struct stage {
	const char *name;
	/* Takes all records once, and has each used. Returns the bytes of all. */
	size_t (*take)(use_fn use);
	use_fn use;
};

/* The records as frames of one size, as the module makes them; and the paths of their cgroups. */
const void *measure_frames(size_t *frame_bytes);
const char *measure_cgroup(size_t number);

/* Two things to begin with: takes them by the decoder alone; counts. */
size_t measure_decode(use_fn use);
size_t measure_count(const struct tspool_record *record, const char *cgroup);

/* Runs the stages by what the command line says, and prints a table. Returns an exit status. */
int measure(const struct stage *stages, size_t count, int argc, char **argv);

#endif /* TSP_BENCH_MEASURE_H */
