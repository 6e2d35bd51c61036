// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <tspool/dump.h>

#include "array.h"
#include "members.h"
#include "request.h"

#define DUMP_ATTEMPTS	8
#define MAX_ATTRIBUTE	31

struct table {
	const char *what;
	uint8_t command;
	int flags; /* of the request */
	size_t item_bytes;
	const struct tsp_member *members;
	size_t n_members;
};

/* The array that grows message by message. */
struct dump {
	const struct table *table;
	void *items;
	size_t count;
	size_t room;
};

#define MEMBER(type, attr, member_kind, name)                                                      \
	{                                                                                          \
		.attribute = (attr), .kind = (member_kind), .offset = offsetof(struct type, name), \
	}

static const struct tsp_member cpt_members[] = {
	MEMBER(tspool_cpt_info, TSPOOL_CPT_A_ID, MEMBER_U32, id),
	MEMBER(tspool_cpt_info, TSPOOL_CPT_A_CPUS, MEMBER_STRING, cpus),
	MEMBER(tspool_cpt_info, TSPOOL_CPT_A_NODES, MEMBER_STRING, nodes),
	MEMBER(tspool_cpt_info, TSPOOL_CPT_A_WEIGHT, MEMBER_U32, weight),
	MEMBER(tspool_cpt_info, TSPOOL_CPT_A_DISTANCES, MEMBER_DISTANCES, distances),
};

static const struct tsp_member sched_members[] = {
	MEMBER(tspool_sched_info, TSPOOL_SCHED_A_CPT, MEMBER_U32, cpt),
	MEMBER(tspool_sched_info, TSPOOL_SCHED_A_SERVED_BY, MEMBER_U32, served_by),
	MEMBER(tspool_sched_info, TSPOOL_SCHED_A_THREADS, MEMBER_U32, threads),
	MEMBER(tspool_sched_info, TSPOOL_SCHED_A_THREADS_MAX, MEMBER_U32, threads_max),
	MEMBER(tspool_sched_info, TSPOOL_SCHED_A_LISTENERS, MEMBER_U32, listeners),
	MEMBER(tspool_sched_info, TSPOOL_SCHED_A_QUEUED, MEMBER_U64, queued),
	MEMBER(tspool_sched_info, TSPOOL_SCHED_A_CAPTURED, MEMBER_U64, captured),
	MEMBER(tspool_sched_info, TSPOOL_SCHED_A_DRAINED, MEMBER_U64, drained),
	MEMBER(tspool_sched_info, TSPOOL_SCHED_A_WAKEUPS, MEMBER_U64, wakeups),
	MEMBER(tspool_sched_info, TSPOOL_SCHED_A_NOMEM_RETRIES, MEMBER_U64, nomem_retries),
	MEMBER(tspool_sched_info, TSPOOL_SCHED_A_DROPPED, MEMBER_DROPPED, dropped),
	MEMBER(tspool_sched_info, TSPOOL_SCHED_A_LATENCY, MEMBER_LATENCY, latency),
	MEMBER(tspool_sched_info, TSPOOL_SCHED_A_DELIVERED, MEMBER_U64, delivered),
	MEMBER(tspool_sched_info, TSPOOL_SCHED_A_QUEUED_MAX, MEMBER_U64, queued_max),
	MEMBER(tspool_sched_info, TSPOOL_SCHED_A_IN_FLIGHT, MEMBER_U64, in_flight),
	MEMBER(tspool_sched_info, TSPOOL_SCHED_A_IN_FLIGHT_MAX, MEMBER_U64, in_flight_max),
};

static const struct tsp_member listener_members[] = {
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_PORTID, MEMBER_U32, portid),
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_NETNS, MEMBER_U32, netns),
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_PID, MEMBER_U32, pid),
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_COMM, MEMBER_STRING, comm),
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_CPUS, MEMBER_STRING, cpus),
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_DELIVERED, MEMBER_U64, delivered),
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_MESSAGES, MEMBER_U64, messages),
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_DROPPED, MEMBER_DROPPED, dropped),
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_FEED, MEMBER_FEEDS, feeds),
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_BACKLOG_LIMIT, MEMBER_U64, backlog_limit),
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_FILTERED, MEMBER_U64, filtered),
};

static const struct tsp_member feed_members[] = {
	MEMBER(tspool_feed_info, TSPOOL_FEED_A_CPT, MEMBER_U32, cpt),
	MEMBER(tspool_feed_info, TSPOOL_FEED_A_CAPTURED, MEMBER_U64, captured),
	MEMBER(tspool_feed_info, TSPOOL_FEED_A_DELIVERED, MEMBER_U64, delivered),
	MEMBER(tspool_feed_info, TSPOOL_FEED_A_MESSAGES, MEMBER_U64, messages),
	MEMBER(tspool_feed_info, TSPOOL_FEED_A_DROPPED, MEMBER_DROPPED, dropped),
	MEMBER(tspool_feed_info, TSPOOL_FEED_A_BACKLOG_RECORDS, MEMBER_U64, backlog_records),
	MEMBER(tspool_feed_info, TSPOOL_FEED_A_BACKLOG_BYTES, MEMBER_U64, backlog_bytes),
	MEMBER(tspool_feed_info, TSPOOL_FEED_A_BACKLOG_BYTES_MAX, MEMBER_U64, backlog_bytes_max),
	MEMBER(tspool_feed_info, TSPOOL_FEED_A_FILTERED, MEMBER_U64, filtered),
};

static const struct tsp_member relay_members[] = {
	MEMBER(tspool_relay_info, TSPOOL_RELAY_A_CPT, MEMBER_U32, cpt),
	MEMBER(tspool_relay_info, TSPOOL_RELAY_A_MODE, MEMBER_U32, mode),
	MEMBER(tspool_relay_info, TSPOOL_RELAY_A_SUBBUF_SIZE, MEMBER_U32, subbuf_size),
	MEMBER(tspool_relay_info, TSPOOL_RELAY_A_N_SUBBUFS, MEMBER_U32, n_subbufs),
	MEMBER(tspool_relay_info, TSPOOL_RELAY_A_READER, MEMBER_U32, reader),
	MEMBER(tspool_relay_info, TSPOOL_RELAY_A_WRITTEN, MEMBER_U64, written),
	MEMBER(tspool_relay_info, TSPOOL_RELAY_A_OVERWRITTEN, MEMBER_U64, overwritten),
	MEMBER(tspool_relay_info, TSPOOL_RELAY_A_PRODUCED, MEMBER_U64, produced),
	MEMBER(tspool_relay_info, TSPOOL_RELAY_A_CONSUMED, MEMBER_U64, consumed),
	MEMBER(tspool_relay_info, TSPOOL_RELAY_A_DROPPED, MEMBER_DROPPED, dropped),
};

static const struct tsp_member stats_members[] = {
	MEMBER(tspool_stats, TSPOOL_STATS_A_VERSION, MEMBER_STRING, version),
	MEMBER(tspool_stats, TSPOOL_STATS_A_HOOK, MEMBER_STRING, hook),
	MEMBER(tspool_stats, TSPOOL_STATS_A_HOOK_ARMED, MEMBER_U32, hook_armed),
	MEMBER(tspool_stats, TSPOOL_STATS_A_CPTS, MEMBER_U32, cpts),
	MEMBER(tspool_stats, TSPOOL_STATS_A_LISTENERS, MEMBER_U32, listeners),
	MEMBER(tspool_stats, TSPOOL_STATS_A_SLOTS, MEMBER_U64, slots),
	MEMBER(tspool_stats, TSPOOL_STATS_A_SLOT_BYTES, MEMBER_U64, slot_bytes),
	MEMBER(tspool_stats, TSPOOL_STATS_A_MESSAGE_BYTES, MEMBER_U64, message_bytes),
	MEMBER(tspool_stats, TSPOOL_STATS_A_CAPTURED, MEMBER_U64, captured),
	MEMBER(tspool_stats, TSPOOL_STATS_A_QUEUED, MEMBER_U64, queued),
	MEMBER(tspool_stats, TSPOOL_STATS_A_DRAINED, MEMBER_U64, drained),
	MEMBER(tspool_stats, TSPOOL_STATS_A_WAKEUPS, MEMBER_U64, wakeups),
	MEMBER(tspool_stats, TSPOOL_STATS_A_NOMEM_RETRIES, MEMBER_U64, nomem_retries),
	MEMBER(tspool_stats, TSPOOL_STATS_A_DROPPED, MEMBER_DROPPED, dropped),
	MEMBER(tspool_stats, TSPOOL_STATS_A_DELIVERED, MEMBER_U64, delivered),
	MEMBER(tspool_stats, TSPOOL_STATS_A_IN_FLIGHT, MEMBER_U64, in_flight),
	MEMBER(tspool_stats, TSPOOL_STATS_A_BACKLOG_RESERVED, MEMBER_U64, backlog_reserved),
	MEMBER(tspool_stats, TSPOOL_STATS_A_BACKLOG_LIMIT, MEMBER_U64, backlog_limit),
};

static const struct table cpt_table = {
	.what = "CPT table",
	.command = TSPOOL_CMD_CPT_GET,
	.flags = NLM_F_DUMP,
	.item_bytes = sizeof(struct tspool_cpt_info),
	.members = cpt_members,
	.n_members = ARRAY_SIZE(cpt_members),
};

static const struct table sched_table = {
	.what = "scheduler blocks",
	.command = TSPOOL_CMD_SCHED_GET,
	.flags = NLM_F_DUMP,
	.item_bytes = sizeof(struct tspool_sched_info),
	.members = sched_members,
	.n_members = ARRAY_SIZE(sched_members),
};

static const struct table listener_table = {
	.what = "listeners",
	.command = TSPOOL_CMD_LISTENER_GET,
	.flags = NLM_F_DUMP,
	.item_bytes = sizeof(struct tspool_listener_info),
	.members = listener_members,
	.n_members = ARRAY_SIZE(listener_members),
};

static const struct table relay_table = {
	.what = "relay buffers",
	.command = TSPOOL_CMD_RELAY_GET,
	.flags = NLM_F_DUMP,
	.item_bytes = sizeof(struct tspool_relay_info),
	.members = relay_members,
	.n_members = ARRAY_SIZE(relay_members),
};

static const struct table stats_table = {
	.what = "totals",
	.command = TSPOOL_CMD_STATS_GET,
	.item_bytes = sizeof(struct tspool_stats),
	.members = stats_members,
	.n_members = ARRAY_SIZE(stats_members),
};

static int read_feed(struct tspool_listener_info *listener, struct nlattr *nest)
{
	struct nlattr *attributes[MAX_ATTRIBUTE + 1];
	struct tspool_feed_info *feeds;
	unsigned int number;

	if (nla_parse_nested(attributes, MAX_ATTRIBUTE, nest, NULL) < 0)
		return -EBADMSG;
	feeds = reallocarray(listener->feeds, listener->n_feeds + 1, sizeof(*feeds));
	if (!feeds)
		return -ENOMEM;
	listener->feeds = feeds;
	feeds += listener->n_feeds++;
	memset(feeds, 0, sizeof(*feeds));

	return tsp_members_read((char *)feeds, feed_members, ARRAY_SIZE(feed_members), attributes,
				&number);
}

/* One attribute a CPT. */
static int read_feeds(struct tspool_listener_info *listener, const struct nlmsghdr *reply)
{
	struct nlattr *attribute;
	int left, ret;

	nlmsg_for_each_attr(attribute, (struct nlmsghdr *)reply, GENL_HDRLEN, left) {
		if (nla_type(attribute) != TSPOOL_LISTENER_A_FEED)
			continue;
		ret = read_feed(listener, attribute);
		if (ret)
			return ret;
	}
	return 0;
}

static bool is_allocated(const struct tsp_member *member)
{
	return member->kind == MEMBER_STRING || member->kind == MEMBER_DISTANCES ||
	       member->kind == MEMBER_FEEDS;
}

static void free_item(const struct table *table, const char *item)
{
	void *allocated;
	size_t i;

	for (i = 0; i < table->n_members; i++) {
		const struct tsp_member *member = &table->members[i];

		if (!is_allocated(member))
			continue;
		memcpy(&allocated, item + member->offset, sizeof(allocated));
		free(allocated);
	}
}

static void free_items(const struct table *table, void *items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		free_item(table, (const char *)items + i * table->item_bytes);
	free(items);
}

/* Room for one item more, zeroed and counted, so that it is released with the rest; or NULL. */
static char *add_item(struct dump *dump)
{
	size_t bytes = dump->table->item_bytes;
	char *item;

	if (dump->count == dump->room) {
		size_t room = dump->room ? 2 * dump->room : 4;
		void *items = reallocarray(dump->items, room, bytes);

		if (!items)
			return NULL;
		dump->items = items;
		dump->room = room;
	}
	item = (char *)dump->items + dump->count++ * bytes;
	memset(item, 0, bytes);
	return item;
}

static int on_item(struct tspool_session *session, const struct nlmsghdr *reply, void *arg)
{
	struct nlattr *attributes[MAX_ATTRIBUTE + 1];
	struct dump *dump = arg;
	const struct table *table = dump->table;
	unsigned int number;
	char *item;
	int ret;

	ret = genlmsg_parse((struct nlmsghdr *)reply, 0, attributes, MAX_ATTRIBUTE, NULL);
	if (ret < 0)
		return tsp_fail(session, -EBADMSG, "%s: the module's answer makes no sense",
				table->what);
	item = add_item(dump);
	if (!item)
		return tsp_fail(session, -ENOMEM, "%s: no memory for %zu of them", table->what,
				dump->count + 1);

	ret = tsp_members_read(item, table->members, table->n_members, attributes, &number);
	if (!ret && table == &listener_table) {
		number = TSPOOL_LISTENER_A_FEED;
		ret = read_feeds((struct tspool_listener_info *)item, reply);
	}
	if (ret)
		return tsp_fail(session, ret, "%s: attribute %u of the module's answer: %s",
				table->what, number, strerror(-ret));
	return 0;
}

static void reset(struct dump *dump)
{
	free_items(dump->table, dump->items, dump->count);
	dump->items = NULL;
	dump->count = 0;
	dump->room = 0;
}

static int dump_once(struct tspool_session *session, struct dump *dump)
{
	const struct table *table = dump->table;
	struct nl_msg *request;
	int ret;

	if (tspool_session_backend(session) != TSPOOL_BACKEND_TSPOOL)
		return tsp_fail(session, -EOPNOTSUPP,
				"%s: only the tspool module tells, not the kernel's taskstats",
				table->what);
	request = tsp_request(session, table->command, table->flags);
	if (!request)
		return tsp_fail(session, -ENOMEM, "%s: no memory for the request", table->what);

	ret = tsp_exchange(session, request, table->what, on_item, dump);
	nlmsg_free(request);
	if (ret)
		reset(dump);
	return ret;
}

/* A table that changes while it is read may come with items twice or missing: then again. */
static int dump_all(struct tspool_session *session, struct dump *dump)
{
	int attempts, ret;

	for (attempts = 0; attempts < DUMP_ATTEMPTS; attempts++) {
		ret = dump_once(session, dump);
		if (ret != -EINTR)
			return ret;
	}
	return tsp_fail(session, -EINTR, "%s: changed each time while being read, %d times over",
			dump->table->what, DUMP_ATTEMPTS);
}

int tspool_get_cpts(struct tspool_session *session, struct tspool_cpt_info **cpts, size_t *count)
{
	struct dump dump = { .table = &cpt_table };
	int ret = dump_all(session, &dump);

	*cpts = dump.items;
	*count = dump.count;
	return ret;
}

void tspool_free_cpts(struct tspool_cpt_info *cpts, size_t count)
{
	free_items(&cpt_table, cpts, count);
}

int tspool_get_scheds(struct tspool_session *session, struct tspool_sched_info **scheds,
		      size_t *count)
{
	struct dump dump = { .table = &sched_table };
	int ret = dump_all(session, &dump);

	*scheds = dump.items;
	*count = dump.count;
	return ret;
}

void tspool_free_scheds(struct tspool_sched_info *scheds, size_t count)
{
	free_items(&sched_table, scheds, count);
}

int tspool_get_listeners(struct tspool_session *session, struct tspool_listener_info **listeners,
			 size_t *count)
{
	struct dump dump = { .table = &listener_table };
	int ret = dump_all(session, &dump);

	*listeners = dump.items;
	*count = dump.count;
	return ret;
}

void tspool_free_listeners(struct tspool_listener_info *listeners, size_t count)
{
	free_items(&listener_table, listeners, count);
}

int tspool_get_relays(struct tspool_session *session, struct tspool_relay_info **relays,
		      size_t *count)
{
	struct dump dump = { .table = &relay_table };
	int ret = dump_all(session, &dump);

	*relays = dump.items;
	*count = dump.count;
	return ret;
}

void tspool_free_relays(struct tspool_relay_info *relays, size_t count)
{
	free_items(&relay_table, relays, count);
}

int tspool_get_stats(struct tspool_session *session, struct tspool_stats **stats)
{
	struct dump dump = { .table = &stats_table };
	int ret = dump_all(session, &dump);

	if (!ret && dump.count != 1) {
		ret = tsp_fail(session, -EBADMSG, "%s: %zu answers from the module instead of one",
			       stats_table.what, dump.count);
		reset(&dump);
	}
	*stats = dump.items;
	return ret;
}

void tspool_free_stats(struct tspool_stats *stats)
{
	if (stats)
		free_items(&stats_table, stats, 1);
}
