// SPDX-License-Identifier: GPL-2.0-only
/*
 * oracle [-z FIELD[,FIELD]...] CPUS
 *
 * Listens to the exits on CPUS, which are all, by tspool and by the kernel's own taskstats, until
 * SIGTERM. Then it compares the two records of each exit and prints what came of it: a table of the
 * fields, and a line of figures. Status 1 if anything is not as it must be. The FIELDs of tspool
 * may be zero in all records, or absent.
 *
 * It says "listening" once it does both. When it ends it must be quiet: exits of its last second
 * may be missing from the kernel's records.
 */
#include "collect.h"
#include "oracle-table.h"
#include "stock.h"
#include "storm.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define NSECS_PER_SEC	1000000000
/* What is between the two hooks of an exit has passed both after so long. */
#define SETTLE_SECONDS	1

struct oracle {
	const char *cpus;
	char *may_be_zero;
	struct collection ours;
	struct stock_listener stock;
	uint64_t begin_ns; /* boot clock: both listen from here */
	uint64_t end_ns; /* to here */
};

static uint64_t boot_clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * NSECS_PER_SEC + now.tv_nsec;
}

static int sigterm_fd(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fd < 0)
		storm_die("signalfd", errno);
	return fd;
}

/* False: no more. */
static bool receive(struct oracle *oracle, int sigterm)
{
	struct pollfd inputs[] = {
		{ .fd = collect_fd(&oracle->ours), .events = POLLIN },
		{ .fd = stock_fd(&oracle->stock), .events = POLLIN },
		{ .fd = sigterm, .events = POLLIN },
	};

	if (poll(inputs, 3, -1) < 0)
		storm_die("poll", errno);
	if (inputs[0].revents)
		collect_ready(&oracle->ours);
	if (inputs[1].revents)
		stock_ready(&oracle->stock);
	return !inputs[2].revents;
}

/* Tspool listens for longer at both ends: all that the kernel tells of it has as well. */
static void listen_until_sigterm(struct oracle *oracle)
{
	int sigterm = sigterm_fd();

	collect_begin(&oracle->ours);
	sleep(SETTLE_SECONDS);
	stock_begin(&oracle->stock, oracle->cpus);
	oracle->begin_ns = boot_clock_ns();
	puts("listening");
	fflush(stdout);
	while (receive(oracle, sigterm))
		;
	oracle->end_ns = boot_clock_ns();
	sleep(SETTLE_SECONDS);
	stock_end(&oracle->stock);
	collect_end(&oracle->ours);
}

static int by_pid_and_exit(const void *left, const void *right)
{
	const struct tspool_record *a = left, *b = right;

	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	return (a->exit_time_ns > b->exit_time_ns) - (a->exit_time_ns < b->exit_time_ns);
}

static int by_pid_and_arrival(const void *left, const void *right)
{
	const struct stock_record *a = left, *b = right;

	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	return (a->arrival > b->arrival) - (a->arrival < b->arrival);
}

/* PROCESS records go. */
static void keep_tasks(struct collection *ours)
{
	size_t kept = 0;

	for (size_t i = 0; i < ours->count; i++)
		if (ours->records[i].frame.type == TSPOOL_FRAME_TASK)
			ours->records[kept++] = ours->records[i];
	ours->count = kept;
}

/* One pid may come again, but not within a second. */
static bool same_start(const struct tspool_record *ours, const struct stock_record *stock)
{
	int64_t seconds = (int64_t)stock_stats(stock)->ac_btime64 -
			  (int64_t)(ours->start_wall_time_ns / NSECS_PER_SEC);

	return llabs(seconds) <= 1;
}

static bool at_the_edge(const struct oracle *oracle, const struct tspool_record *record)
{
	return record->exit_time_ns < oracle->begin_ns || record->exit_time_ns > oracle->end_ns;
}

static void tell_partnerless(const char *whose, uint32_t pid, const char *comm)
{
	fprintf(stderr, "pid %u (%.16s): only %s record\n", pid, comm, whose);
}

/* Returns how many records have no partner. Both sides are in the order of their pids. */
static unsigned long compare_all(const struct oracle *oracle, struct oracle_table *table)
{
	const struct tspool_record *ours = oracle->ours.records;
	const struct tspool_record *ours_end = ours + oracle->ours.count;
	const struct stock_record *stock = oracle->stock.records;
	const struct stock_record *stock_end = stock + oracle->stock.count;
	unsigned long partnerless = 0;

	while (ours < ours_end || stock < stock_end) {
		if (ours < ours_end && stock < stock_end && ours->pid == stock->pid &&
		    same_start(ours, stock)) {
			struct oracle_pair pair = { ours, stock, oracle_gap_ns(ours, stock) };

			oracle_table_compare(table, &pair);
			ours++;
			stock++;
		} else if (stock == stock_end || (ours < ours_end && ours->pid <= stock->pid)) {
			if (!at_the_edge(oracle, ours)) {
				tell_partnerless("tspool's", ours->pid, ours->comm);
				partnerless++;
			}
			ours++;
		} else {
			tell_partnerless("the kernel's", stock->pid, stock_stats(stock)->ac_comm);
			partnerless++;
			stock++;
		}
	}
	return partnerless;
}

static void print_figures(const struct oracle_table *table, const struct oracle *oracle)
{
	unsigned int compared = 0, exact = 0, missing = 0;

	for (size_t i = 0; i < table->count; i++) {
		const struct oracle_row *row = &table->rows[i];

		missing += row->member && !row->compared;
		compared += row->compared > 0;
		exact += row->compared > 0 && row->compared == row->equal;
	}
	printf("version %u: %zu exits, %u fields compared: %u equal in all, %u within their "
	       "bounds; %u in no record\n",
	       oracle->stock.records[0].version, oracle->stock.count, compared, exact,
	       compared - exact, missing);
}

static bool compare(struct oracle *oracle)
{
	struct stock_listener *stock = &oracle->stock;
	static struct oracle_table table;
	unsigned long partnerless;

	if (!stock->count)
		storm_die("taskstats", ENODATA);
	oracle_table_init(&table, stock->records[0].version);
	if (oracle->may_be_zero)
		oracle_table_allow_zero(&table, oracle->may_be_zero);
	keep_tasks(&oracle->ours);
	qsort(oracle->ours.records, oracle->ours.count, sizeof(*oracle->ours.records),
	      by_pid_and_exit);
	qsort(stock->records, stock->count, sizeof(*stock->records), by_pid_and_arrival);
	partnerless = compare_all(oracle, &table);
	oracle_table_print(&table);
	print_figures(&table, oracle);
	if (partnerless)
		fprintf(stderr, "%lu records without a partner\n", partnerless);
	return oracle_table_holds(&table) && !partnerless;
}

static noreturn void bad_usage(void)
{
	fputs("usage: oracle [-z FIELD[,FIELD]...] CPUS\n", stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	static struct oracle oracle;
	bool holds;
	int option;

	while ((option = getopt(argc, argv, "z:")) != -1) {
		if (option != 'z')
			bad_usage();
		oracle.may_be_zero = optarg;
	}
	if (optind != argc - 1)
		bad_usage();
	oracle.cpus = argv[optind];
	listen_until_sigterm(&oracle);
	holds = compare(&oracle);
	collect_free(&oracle.ours);
	stock_free(&oracle.stock);
	return !holds;
}
