// SPDX-License-Identifier: GPL-2.0-only
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tspool/decode.h>

#include "archive_frames.h"
#include "instructions.h"

#define ROUNDS_MAX	99
#define DEFAULT_ROUNDS	9
#define STAGES_MAX	16
/* How long one measurement takes at least. */
#define MEASURE_NS	20000000

struct result {
	double ns[ROUNDS_MAX];
	uint64_t instructions;	/* of one record, in the last round */
	size_t bytes;		/* of one record */
};

static unsigned char frames[MEASURE_RECORDS * MODULE_FRAME_BYTES] __attribute__((aligned(8)));
static char paths[MEASURE_RECORDS][64];
static const char *cgroups[MEASURE_RECORDS];

static void make_frames(void)
{
	for (size_t i = 0; i < MEASURE_RECORDS; i++) {
		union any_frame any = { .record = make_record(i) };

		memcpy(frames + i * MODULE_FRAME_BYTES, &any, MODULE_FRAME_BYTES);
		cgroups[i] = make_cgroup(&any, paths[i], sizeof(paths[i]));
	}
}

const void *measure_frames(size_t *frame_bytes)
{
	*frame_bytes = MODULE_FRAME_BYTES;
	return frames;
}

const char *measure_cgroup(size_t number)
{
	return cgroups[number];
}

size_t measure_decode(use_fn use)
{
	const struct tspool_frame *frame;
	struct tspool_decoder decoder;
	size_t bytes = 0;

	tspool_decoder_init(&decoder, frames, sizeof(frames));
	for (size_t i = 0; tspool_decode(&decoder, &frame) > 0; i++)
		bytes += use(tspool_frame_record(frame), cgroups[i]);
	return bytes;
}

size_t measure_count(const struct tspool_record *record, const char *cgroup)
{
	(void)cgroup;
	return record->frame.size;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void run(const struct stage *stage, struct result *result, unsigned long round)
{
	uint64_t instructions = instructions_now();
	uint64_t begin = now_ns(), ns;
	unsigned int times = 0;

	do {
		result->bytes = stage->take(stage->use) / MEASURE_RECORDS;
		times++;
		ns = now_ns() - begin;
	} while (ns < MEASURE_NS);
	result->ns[round] = (double)ns / times / MEASURE_RECORDS;
	result->instructions = (instructions_now() - instructions) / times / MEASURE_RECORDS;
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return a < b ? -1 : a > b;
}

/* NULL: all are. */
static bool is_wanted(const struct stage *stage, const char *name)
{
	return !name || !strcmp(stage->name, name);
}

static void print_row(const struct stage *stage, struct result *result, unsigned long rounds,
		      bool counted)
{
	double median;

	qsort(result->ns, rounds, sizeof(double), compare);
	median = (result->ns[(rounds - 1) / 2] + result->ns[rounds / 2]) / 2;
	printf("| %s | %zu | %.0f (%.0f, %.0f) | %.2f |", stage->name, result->bytes, median,
	       result->ns[0], result->ns[rounds - 1], 1000 / median);
	if (counted)
		printf(" %llu |\n", (unsigned long long)result->instructions);
	else
		puts(" not counted here |");
}

int measure(const struct stage *stages, size_t count, int argc, char **argv)
{
	static struct result results[STAGES_MAX];
	unsigned long rounds = DEFAULT_ROUNDS;
	const char *name = argc > 2 ? argv[2] : NULL;
	bool counted;

	if (argc > 1)
		rounds = strtoul(argv[1], NULL, 10);
	if (argc > 3 || !rounds || rounds > ROUNDS_MAX) {
		fprintf(stderr, "usage: %s [ROUNDS [STAGE]]: 1 to %d\n", argv[0], ROUNDS_MAX);
		return 2;
	}
	make_frames();
	counted = instructions_start();
	for (unsigned long round = 0; round < rounds; round++)
		for (size_t i = 0; i < count; i++)
			if (is_wanted(&stages[i], name))
				run(&stages[i], &results[i], round);
	puts("| a record | bytes | ns | million a second and core | instructions |\n"
	     "|---|---|---|---|---|");
	for (size_t i = 0; i < count; i++)
		if (is_wanted(&stages[i], name))
			print_row(&stages[i], &results[i], rounds, counted);
	return EXIT_SUCCESS;
}
