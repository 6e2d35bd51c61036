// SPDX-License-Identifier: GPL-2.0-only
#include "flow.h"

#include <stdlib.h>

#include "json.h"
#include "latency.h"

const struct tsp_column tsp_flow_sched_columns[] = {
	{ .heading = "CPT", .key = "cpt", .right = true },
	{ .heading = "CAPTURED", .key = "captured", .right = true },
	{ .heading = "QUEUED/MOST", .key = "queued", .limit_key = "queued_max", .right = true },
	{ .heading = "DRAINED", .key = "drained", .right = true },
	{ .heading = "IN-FLIGHT/MOST",
	  .key = "in_flight",
	  .limit_key = "in_flight_max",
	  .right = true },
	{ .heading = "DELIVERED", .key = "delivered", .right = true },
	{ .heading = "DROPPED", .key = "dropped" },
	{ 0 }
};

const struct tsp_column tsp_flow_feed_columns[] = {
	{ .heading = "CPT", .key = "cpt", .right = true },
	{ .heading = "LISTENERS", .key = "listeners", .right = true },
	{ .heading = "CAPTURED", .key = "captured", .right = true },
	{ .heading = "DELIVERED", .key = "delivered", .right = true },
	{ .heading = "MESSAGES", .key = "messages", .right = true },
	{ .heading = "FILTERED", .key = "filtered", .right = true },
	{ .heading = "BACKLOG", .key = "backlog_records", .right = true },
	{ .heading = "ITS-BYTES", .key = "backlog_bytes", .right = true },
	{ .heading = "DROPPED", .key = "dropped" },
	{ 0 }
};

int tsp_look(struct tspool_session *session, struct tsp_look *look)
{
	int err;

	*look = (struct tsp_look){ 0 };
	err = tspool_get_stats(session, &look->stats);
	if (!err)
		err = tspool_get_scheds(session, &look->scheds, &look->n_scheds);
	if (!err)
		err = tspool_get_listeners(session, &look->listeners, &look->n_listeners);
	return err;
}

void tsp_look_release(struct tsp_look *look)
{
	tspool_free_listeners(look->listeners, look->n_listeners);
	tspool_free_scheds(look->scheds, look->n_scheds);
	tspool_free_stats(look->stats);
	*look = (struct tsp_look){ 0 };
}

static void subtract(uint64_t *counts, const uint64_t *before, size_t n)
{
	for (size_t i = 0; i < n; i++)
		counts[i] -= before[i];
}

static void subtract_sched(struct tspool_sched_info *sched, const struct tspool_sched_info *before)
{
	sched->captured -= before->captured;
	sched->drained -= before->drained;
	sched->delivered -= before->delivered;
	sched->wakeups -= before->wakeups;
	sched->nomem_retries -= before->nomem_retries;
	subtract(sched->dropped, before->dropped, TSPOOL_CAUSES);
	subtract(sched->latency, before->latency, TSPOOL_LATENCY_BUCKETS);
}

static void add_feed(struct tspool_feed_info *sum, const struct tspool_feed_info *feed)
{
	sum->captured += feed->captured;
	sum->delivered += feed->delivered;
	sum->messages += feed->messages;
	sum->filtered += feed->filtered;
	sum->backlog_records += feed->backlog_records;
	sum->backlog_bytes += feed->backlog_bytes;
	for (unsigned int i = 0; i < TSPOOL_CAUSES; i++)
		sum->dropped[i] += feed->dropped[i];
}

static void subtract_feed(struct tspool_feed_info *feed, const struct tspool_feed_info *before)
{
	feed->captured -= before->captured;
	feed->delivered -= before->delivered;
	feed->messages -= before->messages;
	feed->filtered -= before->filtered;
	subtract(feed->dropped, before->dropped, TSPOOL_CAUSES);
}

static const struct tspool_feed_info *feed_of(const struct tspool_listener_info *listener,
					      uint32_t cpt)
{
	for (size_t i = 0; i < listener->n_feeds; i++)
		if (listener->feeds[i].cpt == cpt)
			return &listener->feeds[i];
	return NULL;
}

/* A port id may be another listener's by now: one that has got less than the one before. */
static bool is_same(const struct tspool_listener_info *listener,
		    const struct tspool_listener_info *before)
{
	return listener->portid == before->portid && listener->netns == before->netns &&
	       listener->pid == before->pid && listener->delivered >= before->delivered;
}

static const struct tspool_feed_info *feed_before(const struct tsp_look *before,
						  const struct tspool_listener_info *listener,
						  uint32_t cpt)
{
	for (size_t i = 0; before && i < before->n_listeners; i++)
		if (is_same(listener, &before->listeners[i]))
			return feed_of(&before->listeners[i], cpt);
	return NULL;
}

static void add_listener(struct tspool_feed_info *sum, const struct tspool_listener_info *listener,
			 const struct tsp_look *before)
{
	const struct tspool_feed_info *feed = feed_of(listener, sum->cpt);
	const struct tspool_feed_info *earlier = feed_before(before, listener, sum->cpt);

	if (!feed)
		return;
	add_feed(sum, feed);
	if (earlier)
		subtract_feed(sum, earlier);
}

struct tsp_flow *tsp_flows(const struct tsp_look *look, const struct tsp_look *before)
{
	struct tsp_flow *flows = calloc(look->n_scheds + 1, sizeof(*flows));

	for (size_t i = 0; flows && i < look->n_scheds; i++) {
		struct tsp_flow *flow = &flows[i];

		flow->sched = look->scheds[i];
		flow->feeds.cpt = flow->sched.cpt;
		if (before && i < before->n_scheds)
			subtract_sched(&flow->sched, &before->scheds[i]);
		for (size_t j = 0; j < look->n_listeners; j++)
			add_listener(&flow->feeds, &look->listeners[j], before);
	}
	return flows;
}

static json_t *sched_json(const struct tsp_flow *flow)
{
	const struct tspool_sched_info *sched = &flow->sched;
	json_t *row = json_object();
	int err = 0;

	err |= tsp_json_add_number(row, "cpt", sched->cpt);
	err |= tsp_json_add_number(row, "captured", sched->captured);
	err |= tsp_json_add_number(row, "queued", sched->queued);
	err |= tsp_json_add_number(row, "queued_max", sched->queued_max);
	err |= tsp_json_add_number(row, "drained", sched->drained);
	err |= tsp_json_add_number(row, "in_flight", sched->in_flight);
	err |= tsp_json_add_number(row, "in_flight_max", sched->in_flight_max);
	err |= tsp_json_add_number(row, "delivered", sched->delivered);
	err |= tsp_json_add_dropped(row, sched->dropped);
	return tsp_json_checked(row, err);
}

/* What is true of one listener and of several together. */
static json_t *feed_json(const struct tspool_feed_info *feed)
{
	json_t *row = json_object();
	int err = 0;

	err |= tsp_json_add_number(row, "cpt", feed->cpt);
	err |= tsp_json_add_number(row, "captured", feed->captured);
	err |= tsp_json_add_number(row, "delivered", feed->delivered);
	err |= tsp_json_add_number(row, "messages", feed->messages);
	err |= tsp_json_add_number(row, "filtered", feed->filtered);
	err |= tsp_json_add_number(row, "backlog_records", feed->backlog_records);
	err |= tsp_json_add_number(row, "backlog_bytes", feed->backlog_bytes);
	err |= tsp_json_add_dropped(row, feed->dropped);
	return tsp_json_checked(row, err);
}

json_t *tsp_feed_json(const struct tspool_feed_info *feed)
{
	json_t *row = feed_json(feed);
	int err = tsp_json_add_number(row, "backlog_bytes_max", feed->backlog_bytes_max);

	return tsp_json_checked(row, err);
}

/* What the listeners of a CPT have got, together. */
static json_t *feeds_json(const struct tsp_flow *flow)
{
	json_t *row = feed_json(&flow->feeds);
	int err = tsp_json_add_number(row, "listeners", flow->sched.listeners);

	return tsp_json_checked(row, err);
}

static json_t *flow_json(const struct tsp_flow *flow)
{
	json_t *row = sched_json(flow);
	int err = 0;

	err |= json_object_set_new(row, "to_listeners", feeds_json(flow));
	err |= json_object_set_new(row, "latency", tsp_latency_json(flow->sched.latency));
	return tsp_json_checked(row, err);
}

static json_t *each_as_json(const struct tsp_flow *flows, size_t count,
			    json_t *(*as_json)(const struct tsp_flow *flow))
{
	json_t *rows = json_array();
	int err = 0;

	for (size_t i = 0; i < count; i++)
		err |= json_array_append_new(rows, as_json(&flows[i]));
	return tsp_json_checked(rows, err);
}

json_t *tsp_flows_json(const struct tsp_flow *flows, size_t count)
{
	return each_as_json(flows, count, flow_json);
}

json_t *tsp_flow_sched_rows(const struct tsp_flow *flows, size_t count)
{
	return each_as_json(flows, count, sched_json);
}

json_t *tsp_flow_feed_rows(const struct tsp_flow *flows, size_t count)
{
	return each_as_json(flows, count, feeds_json);
}
