// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <stdlib.h>
#include <string.h>
#include <tspool/dump.h>

#include "array.h"
#include "request.h"

#define DUMP_ATTEMPTS	8
#define MAX_ATTRIBUTE	31

enum member_kind {
	MEMBER_U32,
	MEMBER_U64,
	MEMBER_STRING,		/* char *, allocated */
	MEMBER_DISTANCES,	/* of struct tspool_cpt_info, allocated */
	MEMBER_DROPPED,		/* uint64_t [TSPOOL_CAUSES] */
};

/* Which attribute goes where in a struct of the public header. */
struct member {
	uint8_t attribute;
	uint8_t kind;
	uint16_t offset;
};

struct table {
	const char *what;
	uint8_t command;
	int flags;		/* of the request */
	size_t item_bytes;
	const struct member *members;
	size_t n_members;
};

/* The array that grows message by message. */
struct dump {
	const struct table *table;
	void *items;
	size_t count;
	size_t room;
};

#define MEMBER(type, attr, member_kind, name) \
	{ \
		.attribute = (attr), .kind = (member_kind), .offset = offsetof(struct type, name), \
	}

static const struct member cpt_members[] = {
	MEMBER(tspool_cpt_info, TSPOOL_CPT_A_ID, MEMBER_U32, id),
	MEMBER(tspool_cpt_info, TSPOOL_CPT_A_CPUS, MEMBER_STRING, cpus),
	MEMBER(tspool_cpt_info, TSPOOL_CPT_A_NODES, MEMBER_STRING, nodes),
	MEMBER(tspool_cpt_info, TSPOOL_CPT_A_WEIGHT, MEMBER_U32, weight),
	MEMBER(tspool_cpt_info, TSPOOL_CPT_A_DISTANCES, MEMBER_DISTANCES, distances),
};

static const struct member sched_members[] = {
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
};

static const struct member listener_members[] = {
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_PORTID, MEMBER_U32, portid),
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_NETNS, MEMBER_U32, netns),
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_PID, MEMBER_U32, pid),
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_COMM, MEMBER_STRING, comm),
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_CPUS, MEMBER_STRING, cpus),
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_DELIVERED, MEMBER_U64, delivered),
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_MESSAGES, MEMBER_U64, messages),
	MEMBER(tspool_listener_info, TSPOOL_LISTENER_A_DROPPED, MEMBER_DROPPED, dropped),
};

static const struct member stats_members[] = {
	MEMBER(tspool_stats, TSPOOL_STATS_A_VERSION, MEMBER_STRING, version),
	MEMBER(tspool_stats, TSPOOL_STATS_A_HOOK, MEMBER_STRING, hook),
	MEMBER(tspool_stats, TSPOOL_STATS_A_HOOK_ARMED, MEMBER_U32, hook_armed),
	MEMBER(tspool_stats, TSPOOL_STATS_A_CPTS, MEMBER_U32, cpts),
	MEMBER(tspool_stats, TSPOOL_STATS_A_LISTENERS, MEMBER_U32, listeners),
	MEMBER(tspool_stats, TSPOOL_STATS_A_SLOTS, MEMBER_U64, slots),
	MEMBER(tspool_stats, TSPOOL_STATS_A_SLOT_BYTES, MEMBER_U64, slot_bytes),
	MEMBER(tspool_stats, TSPOOL_STATS_A_CAPTURED, MEMBER_U64, captured),
	MEMBER(tspool_stats, TSPOOL_STATS_A_QUEUED, MEMBER_U64, queued),
	MEMBER(tspool_stats, TSPOOL_STATS_A_DRAINED, MEMBER_U64, drained),
	MEMBER(tspool_stats, TSPOOL_STATS_A_WAKEUPS, MEMBER_U64, wakeups),
	MEMBER(tspool_stats, TSPOOL_STATS_A_NOMEM_RETRIES, MEMBER_U64, nomem_retries),
	MEMBER(tspool_stats, TSPOOL_STATS_A_DROPPED, MEMBER_DROPPED, dropped),
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

static const struct table stats_table = {
	.what = "totals",
	.command = TSPOOL_CMD_STATS_GET,
	.item_bytes = sizeof(struct tspool_stats),
	.members = stats_members,
	.n_members = ARRAY_SIZE(stats_members),
};

static int read_string(char **string, const struct nlattr *attribute)
{
	*string = strndup(nla_data(attribute), nla_len(attribute));
	return *string ? 0 : -ENOMEM;
}

static int read_distances(struct tspool_cpt_info *cpt, const struct nlattr *attribute)
{
	size_t bytes = nla_len(attribute);

	if (bytes % sizeof(*cpt->distances))
		return -EBADMSG;
	cpt->distances = malloc(bytes ? bytes : 1);
	if (!cpt->distances)
		return -ENOMEM;
	memcpy(cpt->distances, nla_data(attribute), bytes);
	cpt->n_distances = bytes / sizeof(*cpt->distances);
	return 0;
}

static int read_number(void *number, size_t size, const struct nlattr *attribute)
{
	if ((size_t)nla_len(attribute) != size)
		return -EBADMSG;
	memcpy(number, nla_data(attribute), size);
	return 0;
}

static int read_dropped(uint64_t dropped[TSPOOL_CAUSES], const struct nlattr *attribute)
{
	struct nlattr *cause;
	uint64_t number;
	int left;

	nla_for_each_nested(cause, (struct nlattr *)attribute, left) {
		unsigned int type = nla_type(cause);

		/* What a kernel on some machines puts in between, to align the numbers. */
		if (!nla_len(cause))
			continue;
		if (read_number(&number, sizeof(number), cause))
			return -EBADMSG;
		dropped[type < TSPOOL_CAUSES ? type : TSPOOL_CAUSE_UNSPEC] += number;
	}
	return 0;
}

static int read_member(char *item, const struct member *member, const struct nlattr *attribute)
{
	void *place = item + member->offset;

	/* A nest without causes is left out. */
	if (!attribute)
		return member->kind == MEMBER_DROPPED ? 0 : -EBADMSG;

	switch (member->kind) {
	case MEMBER_U32:
		return read_number(place, sizeof(uint32_t), attribute);
	case MEMBER_U64:
		return read_number(place, sizeof(uint64_t), attribute);
	case MEMBER_STRING:
		return read_string(place, attribute);
	case MEMBER_DISTANCES:
		return read_distances((struct tspool_cpt_info *)item, attribute);
	default:
		return read_dropped(place, attribute);
	}
}

static void free_item(const struct table *table, const char *item)
{
	void *allocated;
	size_t i;

	for (i = 0; i < table->n_members; i++) {
		const struct member *member = &table->members[i];

		if (member->kind != MEMBER_STRING && member->kind != MEMBER_DISTANCES)
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
	char *item;
	size_t i;
	int ret;

	ret = genlmsg_parse((struct nlmsghdr *)reply, 0, attributes, MAX_ATTRIBUTE, NULL);
	if (ret < 0)
		return tsp_fail(session, -EBADMSG, "%s: the module's answer makes no sense",
				table->what);
	item = add_item(dump);
	if (!item)
		return tsp_fail(session, -ENOMEM, "%s: no memory for %zu of them", table->what,
				dump->count + 1);

	for (i = 0; i < table->n_members; i++) {
		const struct member *member = &table->members[i];

		ret = read_member(item, member, attributes[member->attribute]);
		if (ret)
			return tsp_fail(session, ret, "%s: attribute %u of the module's answer: %s",
					table->what, member->attribute, strerror(-ret));
	}
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

int tspool_get_stats(struct tspool_session *session, struct tspool_stats **stats)
{
	struct dump dump = { .table = &stats_table };
	int ret = dump_all(session, &dump);

	*stats = dump.items;
	if (!ret && !dump.count)
		return tsp_fail(session, -EBADMSG, "%s: no answer from the module",
				stats_table.what);
	return ret;
}

void tspool_free_stats(struct tspool_stats *stats)
{
	if (stats)
		free_items(&stats_table, stats, 1);
}
