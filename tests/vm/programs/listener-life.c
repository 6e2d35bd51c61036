// SPDX-License-Identifier: GPL-2.0-only
#include "listener-life.h"
#include "coverage.h"
#include "storm.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX_CPTS		64
#define LIST_BYTES		512
#define QUIET_WITHIN_MSECS	300000
#define QUIET_MSECS		300
#define MODULE_RETRY_USECS	20000

struct life {
	struct life_totals *totals;
	unsigned int *random;
	struct tspool_session *session;
	struct tspool_listener *listener;
	unsigned int n_cpts;
	cpu_set_t cpus_of[MAX_CPTS];
	cpu_set_t wanted;
	char what[LIST_BYTES + 8];		/* for a failure's sentence */
	struct coverage coverage[MAX_CPTS];
	uint64_t records;
	uint64_t lost[TSPOOL_CAUSES];
};

/* Ends the process with a sentence about this listener. */
#define fail(life, ...)                                                                            \
	do {                                                                                       \
		fprintf(stderr, "random-listeners: pid %d, of %s: ", (int)getpid(), (life)->what); \
		fprintf(stderr, __VA_ARGS__);                                                      \
		fputc('\n', stderr);                                                               \
		_exit(1);                                                                          \
	} while (0)

static unsigned int below(struct life *life, unsigned int limit)
{
	return rand_r(life->random) % limit;
}

/* What an error of the library means in a life: that the module went. Any other one must not be. */
static void expect_gone(const struct life *life, int error)
{
	if (error != -ENOENT && error != -ESHUTDOWN)
		fail(life, "%s (%s)", tspool_error(life->session), strerror(-error));
}

static bool take_record(const struct tspool_record *record, void *arg)
{
	struct life *life = arg;
	uint32_t cpt = record->frame.cpt;
	struct coverage before;

	if (cpt >= life->n_cpts || !CPU_ISSET(record->cpu, &life->cpus_of[cpt]) ||
	    !CPU_ISSET(record->cpu, &life->wanted))
		fail(life, "a record of CPT %u, CPU %u", cpt, record->cpu);
	before = life->coverage[cpt];
	if (!coverage_record(&life->coverage[cpt], record->seq))
		fail(life, "CPT %u: record %llu where %llu was due, or %llu lost up to %llu", cpt,
		     (unsigned long long)record->seq, (unsigned long long)before.next,
		     (unsigned long long)before.lost, (unsigned long long)before.lost_end);
	life->records++;
	return true;
}

static bool take_lost(const struct tspool_lost *lost, void *arg)
{
	struct life *life = arg;
	uint32_t cpt = lost->frame.cpt;

	if (cpt >= life->n_cpts || lost->cause >= TSPOOL_CAUSES ||
	    !coverage_lost(&life->coverage[cpt], lost))
		fail(life, "CPT %u: %llu lost of %llu to %llu, cause %s", cpt,
		     (unsigned long long)lost->count, (unsigned long long)lost->first_seq,
		     (unsigned long long)lost->last_seq, tspool_cause_name(lost->cause));
	life->lost[lost->cause] += lost->count;
	return true;
}

static const struct tspool_handler handler = { .record = take_record, .lost = take_lost };

static uint64_t now_msecs(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

/* False: the module went. */
static bool read_for(struct life *life, unsigned int msecs)
{
	struct pollfd input = { .fd = tspool_listener_fd(life->listener), .events = POLLIN };
	uint64_t end = now_msecs() + msecs;
	uint64_t now;
	int ret;

	while ((now = now_msecs()) < end) {
		ret = tspool_receive(life->listener, &handler, life);
		if (ret >= 0)
			continue;
		if (ret != -EAGAIN) {
			expect_gone(life, ret);
			return false;
		}
		poll(&input, 1, end - now);
	}
	return true;
}

static void check_coverage(struct life *life)
{
	for (unsigned int cpt = 0; cpt < life->n_cpts; cpt++)
		if (!coverage_close(&life->coverage[cpt]))
			fail(life, "CPT %u: the losses before %llu do not fill their range", cpt,
			     (unsigned long long)life->coverage[cpt].next);
}

static void add_to_totals(const struct life *life, enum life_end end)
{
	struct life_totals *totals = life->totals;

	atomic_fetch_add(&totals->ends[end], 1);
	atomic_fetch_add(&totals->records, life->records);
	for (unsigned int cause = 0; cause < TSPOOL_CAUSES; cause++)
		atomic_fetch_add(&totals->lost[cause], life->lost[cause]);
}

static void end_life(struct life *life, enum life_end end)
{
	check_coverage(life);
	add_to_totals(life, end);
	tspool_listener_close(life->listener);
	tspool_close(life->session);
}

/* The list of a random choice out of set, which is not empty. */
static void choose(struct life *life, const cpu_set_t *set, cpu_set_t *chosen, char *list)
{
	int first = below(life, CPU_COUNT(set));
	size_t length = 0;

	CPU_ZERO(chosen);
	for (int i = 0, number = 0; i < CPU_SETSIZE; i++) {
		if (!CPU_ISSET(i, set))
			continue;
		if (number++ != first && below(life, 2))
			continue;
		CPU_SET(i, chosen);
		length += snprintf(list + length, LIST_BYTES - length, "%s%d", length ? "," : "",
				   i);
		if (length >= LIST_BYTES)
			fail(life, "too many CPUs for this program");
	}
}

static void choose_cpts(struct life *life, char *list)
{
	cpu_set_t all, chosen;

	CPU_ZERO(&all);
	for (unsigned int cpt = 0; cpt < life->n_cpts; cpt++)
		CPU_SET(cpt, &all);
	choose(life, &all, &chosen, list);
	CPU_ZERO(&life->wanted);
	for (unsigned int cpt = 0; cpt < life->n_cpts; cpt++)
		if (CPU_ISSET(cpt, &chosen))
			CPU_OR(&life->wanted, &life->wanted, &life->cpus_of[cpt]);
}

static void want_all(struct life *life)
{
	CPU_ZERO(&life->wanted);
	for (unsigned int cpt = 0; cpt < life->n_cpts; cpt++)
		CPU_OR(&life->wanted, &life->wanted, &life->cpus_of[cpt]);
}

static void choose_what(struct life *life, struct tspool_listen_options *options, char *list)
{
	cpu_set_t all;

	want_all(life);
	switch (below(life, 3)) {
	case 0:
		choose_cpts(life, list);
		options->cpts = list;
		snprintf(life->what, sizeof(life->what), "CPTs %s", list);
		break;
	case 1:
		all = life->wanted;
		choose(life, &all, &life->wanted, list);
		options->cpus = list;
		snprintf(life->what, sizeof(life->what), "CPUs %s", list);
		break;
	default:
		snprintf(life->what, sizeof(life->what), "all");
	}
}

/* NULL, or one that each record meets, the last one in the root's cgroup or below. */
static const struct tspool_filter *choose_filter(struct life *life)
{
	static const struct tspool_uid_range everybody = { 0, UINT32_MAX };
	static const struct tspool_filter filters[] = {
		{ .comm = "*" },
		{ .uids = &everybody, .n_uids = 1 },
		{ .cgroup_id = 1 },
	};
	unsigned int choice = below(life, 2 * ARRAY_SIZE(filters));

	return choice < ARRAY_SIZE(filters) ? &filters[choice] : NULL;
}

/* Of an exit while the first one subscribes that chooses by cgroup, the cgroup may not be known. */
static void expect_numbers(struct life *life, const struct tspool_filter *filter)
{
	bool by_cgroup = filter && filter->cgroup_id;

	for (unsigned int cpt = 0; cpt < life->n_cpts; cpt++) {
		cpu_set_t common;

		CPU_AND(&common, &life->wanted, &life->cpus_of[cpt]);
		life->coverage[cpt].whole = !by_cgroup && CPU_EQUAL(&common, &life->cpus_of[cpt]);
	}
}

static int learn_cpts(struct life *life)
{
	struct tspool_cpt_info *cpts;
	size_t count;
	int ret;

	ret = tspool_get_cpts(life->session, &cpts, &count);
	if (ret)
		return ret;
	if (count > MAX_CPTS)
		fail(life, "too many CPTs for this program");
	for (size_t cpt = 0; cpt < count; cpt++)
		storm_parse_cpus(cpts[cpt].cpus, &life->cpus_of[cpt]);
	life->n_cpts = count;
	tspool_free_cpts(cpts, count);
	return 0;
}

static int subscribe(struct life *life)
{
	static const uint64_t backlogs[] = { 0, TSPOOL_NO_BACKLOG, 64U << 10, 1U << 20 };
	struct tspool_listen_options options = {
		.receive_buffer_bytes = (64U << 10) << 2 * below(life, 3),
		.backlog_bytes = backlogs[below(life, 4)],
		.drop = below(life, 2) ? TSPOOL_DROP_OLDEST : TSPOOL_DROP_NEWEST,
	};
	char list[LIST_BYTES];
	int ret;

	ret = tspool_open_backend(&life->session, TSPOOL_BACKEND_TSPOOL);
	if (!ret)
		ret = learn_cpts(life);
	if (ret)
		return ret;
	choose_what(life, &options, list);
	options.filter = choose_filter(life);
	expect_numbers(life, options.filter);
	return tspool_listen(life->session, &options, &life->listener);
}

/* False: there is no module, for the time being. */
static bool begin_life(struct life *life, struct life_totals *totals, unsigned int *random)
{
	int ret;

	*life = (struct life){ .totals = totals, .random = random, .what = "nothing yet" };
	ret = subscribe(life);
	if (!ret)
		return true;
	expect_gone(life, ret);
	tspool_close(life->session);
	return false;
}

/* What the module counts for this listener; an error if it does not know of it. */
static int counted_by_module(struct life *life, struct tspool_listener_info *counted)
{
	uint32_t portid = tspool_listener_portid(life->listener);
	struct tspool_listener_info *listeners;
	size_t count;
	int ret;

	ret = tspool_get_listeners(life->session, &listeners, &count);
	if (ret)
		return ret;
	ret = -ESRCH;
	for (size_t i = 0; i < count; i++) {
		if (listeners[i].portid != portid)
			continue;
		*counted = listeners[i];
		ret = 0;
	}
	tspool_free_listeners(listeners, count);
	return ret;
}

static void check_counts(const struct life *life, const struct tspool_listener_info *counted,
			 bool exactly)
{
	bool good = exactly ? life->records == counted->delivered :
			      life->records >= counted->delivered;

	if (!good)
		fail(life, "got %llu records, the module counts %llu",
		     (unsigned long long)life->records, (unsigned long long)counted->delivered);
	for (unsigned int cause = 0; cause < TSPOOL_CAUSES; cause++) {
		uint64_t dropped = counted->dropped[cause];

		good = exactly ? life->lost[cause] == dropped : life->lost[cause] >= dropped;
		if (!good)
			fail(life, "%s: told of %llu, the module counts %llu",
			     tspool_cause_name(cause), (unsigned long long)life->lost[cause],
			     (unsigned long long)dropped);
	}
}

/* Reads up to the answer. False: the module went. */
static bool unsubscribe(struct life *life)
{
	int ret = tspool_unsubscribe(life->listener);

	if (!ret)
		ret = tspool_drain(life->listener, &handler, life);
	if (ret >= 0)
		return true;
	expect_gone(life, ret);
	return false;
}

/* The module could not tell its counts: it went, also if there is one that never heard of us. */
static void expect_gone_or_new(struct life *life, int error)
{
	if (error != -ESRCH)
		expect_gone(life, error);
	else if (read_for(life, 1000))
		fail(life, "the module does not list this listener");
}

static enum life_end unsubscribe_checked(struct life *life)
{
	struct tspool_listener_info counted;
	int ret;

	ret = counted_by_module(life, &counted);
	if (ret) {
		expect_gone_or_new(life, ret);
		return LIFE_UNLOADED;
	}
	if (!unsubscribe(life))
		return LIFE_UNLOADED;
	/* More may have come since it was asked. */
	check_counts(life, &counted, false);
	return LIFE_UNSUBSCRIBED;
}

/* Sometimes it does not read for a while, as a busy program. */
static void stall(struct life *life)
{
	if (below(life, 2))
		return;
	usleep(below(life, 300) * 1000);
	atomic_fetch_add(&life->totals->stalls, 1);
}

static enum life_end live(struct life *life)
{
	if (!read_for(life, below(life, 300)))
		return LIFE_UNLOADED;
	stall(life);
	if (!read_for(life, below(life, 300)))
		return LIFE_UNLOADED;
	return below(life, 3) ? unsubscribe_checked(life) : LIFE_CLOSED;
}

/* How many sequence numbers the module gave out so far; settled: and is done with what has them. */
static uint64_t given_out(const struct life *life, bool *settled)
{
	struct tspool_stats *stats;
	uint64_t count;
	int ret;

	*settled = true;
	ret = tspool_get_stats(life->session, &stats);
	if (ret) {
		expect_gone(life, ret);
		return UINT64_MAX;
	}
	count = stats->captured + stats->dropped[TSPOOL_CAUSE_NO_SLOT];
	*settled = stats->delivered == stats->captured;
	tspool_free_stats(stats);
	return count;
}

/* False: the module went. */
static bool read_until_quiet(struct life *life)
{
	uint64_t end = now_msecs() + QUIET_WITHIN_MSECS;
	uint64_t before, now;
	bool settled;

	do {
		if (now_msecs() > end)
			fail(life, "exits went on after the end");
		before = given_out(life, &settled);
		stall(life);
		if (!read_for(life, QUIET_MSECS))
			return false;
		now = given_out(life, &settled);
	} while (now != before || !settled);
	return true;
}

/* True if nothing exited after the module was asked for its counts, so that these are the last. */
static bool end_in_quiet(struct life *life)
{
	struct tspool_listener_info counted;
	bool settled, quiet;
	uint64_t before;
	int ret;

	if (!read_until_quiet(life))
		return false;
	before = given_out(life, &settled);
	ret = counted_by_module(life, &counted);
	if (ret)
		expect_gone_or_new(life, ret);
	if (ret || !unsubscribe(life))
		return false;
	/* A thread of the pool may be held up for longer than it was quiet. */
	quiet = settled && given_out(life, &settled) == before;
	check_counts(life, &counted, quiet);
	return quiet;
}

static void live_last(struct life_totals *totals, unsigned int *random)
{
	struct life life;
	bool quiet;

	do {
		if (!begin_life(&life, totals, random))
			return;
		quiet = end_in_quiet(&life);
		end_life(&life, LIFE_UNSUBSCRIBED);
	} while (!quiet);
	atomic_fetch_add(&totals->checked, 1);
}

void live_on(struct life_totals *totals, unsigned int seed)
{
	struct life life;

	while (!atomic_load(&totals->stop)) {
		if (begin_life(&life, totals, &seed))
			end_life(&life, live(&life));
		else
			usleep(MODULE_RETRY_USECS);
	}
	live_last(totals, &seed);
	atomic_fetch_add(&totals->done, 1);
}
