// SPDX-License-Identifier: GPL-2.0-only
#include "contest.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define CONTESTANTS_MAX	12
#define ROUNDS_MAX	100
#define DEFAULT_ROUNDS	7
#define DEFAULT_ITEMS	1000000

static const unsigned int producer_counts[] = { 1, 2, 4 };

#define SIZES	(sizeof(producer_counts) / sizeof(*producer_counts))

struct result {
	double cpu_ns[ROUNDS_MAX]; /* for an item */
	double wall_ns[ROUNDS_MAX];
};

struct producer {
	const struct contestant *contestant;
	unsigned int number;
	uint64_t items;
	pthread_t thread;
};

/* All producers and whoever measures them. */
static pthread_barrier_t begin;

static double seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 0.000000001;
}

static void *produce(void *arg)
{
	const struct producer *producer = arg;
	const struct contestant *contestant = producer->contestant;
	static char item;
	void *items[CONTEST_BATCH];
	uint64_t left = producer->items;
	unsigned int i;

	for (i = 0; i < CONTEST_BATCH; i++)
		items[i] = &item;
	if (contestant->enter)
		contestant->enter(producer->number);
	pthread_barrier_wait(&begin);
	for (; left; left -= contestant->put_at_once)
		contestant->put(items, contestant->put_at_once);
	if (contestant->leave)
		contestant->leave();
	return NULL;
}

static void run(const struct contestant *contestant, unsigned int producers, uint64_t items,
		unsigned int round, struct result *result)
{
	struct producer producer[CONTEST_PRODUCERS];
	double cpu, wall;
	unsigned int i;
	uint64_t taken;

	/* a whole number of puts */
	items = items / producers / CONTEST_BATCH * CONTEST_BATCH;
	contestant->start();
	pthread_barrier_init(&begin, NULL, producers + 1);
	for (i = 0; i < producers; i++) {
		producer[i] = (struct producer){ .contestant = contestant,
						 .number = i,
						 .items = items };
		pthread_create(&producer[i].thread, NULL, produce, &producer[i]);
	}
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	wall = seconds(CLOCK_MONOTONIC);
	pthread_barrier_wait(&begin);
	for (i = 0; i < producers; i++)
		pthread_join(producer[i].thread, NULL);
	taken = contestant->stop();
	pthread_barrier_destroy(&begin);
	items *= producers;
	if (taken != items) {
		fprintf(stderr, "%s: %llu items put, %llu taken\n", contestant->name,
			(unsigned long long)items, (unsigned long long)taken);
		exit(EXIT_FAILURE);
	}
	result->cpu_ns[round] = (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1e9 / (double)items;
	result->wall_ns[round] = (seconds(CLOCK_MONOTONIC) - wall) * 1e9 / (double)items;
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return a < b ? -1 : a > b;
}

static double median(const double *sorted, unsigned int rounds)
{
	return (sorted[(rounds - 1) / 2] + sorted[rounds / 2]) / 2;
}

static void print_row(const struct contestant *contestant, unsigned int producers,
		      struct result *result, double first, unsigned int rounds)
{
	double cpu;

	qsort(result->cpu_ns, rounds, sizeof(double), compare);
	qsort(result->wall_ns, rounds, sizeof(double), compare);
	cpu = median(result->cpu_ns, rounds);
	printf("| %u | %s | %.1f | %.1f-%.1f | %.1f | %.1f | %.1f |\n", producers, contestant->name,
	       cpu, result->cpu_ns[0], result->cpu_ns[rounds - 1], 1000 / cpu,
	       median(result->wall_ns, rounds), (first > 0 ? first : cpu) / cpu);
}

static void print_table(const struct contestant *contestants, unsigned int count,
			struct result *results, unsigned int rounds)
{
	unsigned int size, i;

	printf("| producers | contestant | ns of CPU an item | range "
	       "| million items a second and core | ns an item by the clock | times the first |\n"
	       "|---|---|---|---|---|---|---|\n");
	for (size = 0; size < SIZES; size++) {
		struct result *row = results + size * count;
		double first = 0;

		for (i = 0; i < count; i++) {
			print_row(&contestants[i], producer_counts[size], &row[i], first, rounds);
			if (!i)
				first = median(row[0].cpu_ns, rounds);
		}
	}
}

int contest(const struct contestant *contestants, unsigned int count, int argc, char **argv)
{
	static struct result results[SIZES * CONTESTANTS_MAX];
	unsigned long rounds = DEFAULT_ROUNDS, items = DEFAULT_ITEMS;
	unsigned int round, size, i;
	int option;

	while ((option = getopt(argc, argv, "r:i:")) != -1) {
		if (option == 'r')
			rounds = strtoul(optarg, NULL, 10);
		else if (option == 'i')
			items = strtoul(optarg, NULL, 10);
		else
			rounds = 0;
	}
	if (optind < argc || !rounds || rounds > ROUNDS_MAX || items > CONTEST_ITEMS ||
	    items < CONTEST_PRODUCERS * CONTEST_BATCH) {
		fprintf(stderr, "usage: %s [-r ROUNDS] [-i ITEMS]: up to %d, %d to %d\n", argv[0],
			ROUNDS_MAX, CONTEST_PRODUCERS * CONTEST_BATCH, CONTEST_ITEMS);
		return 2;
	}
	for (round = 0; round < rounds; round++)
		for (size = 0; size < SIZES; size++)
			for (i = 0; i < count; i++)
				run(&contestants[i], producer_counts[size], items, round,
				    &results[size * count + i]);
	print_table(contestants, count, results, (unsigned int)rounds);
	return EXIT_SUCCESS;
}
