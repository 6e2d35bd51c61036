/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_FLOW_H
#define TSP_CLI_FLOW_H

#include <jansson.h>
#include <tspool/dump.h>

#include "table.h"

/* All that the module counts, looked at once. */
struct tsp_look {
	struct tspool_stats *stats;
	struct tspool_sched_info *scheds;
	size_t n_scheds;
	struct tspool_listener_info *listeners;
	size_t n_listeners;
};

/* Returns 0 or a negative errno. A look is released in any case, which leaves an empty one. */
int tsp_look(struct tspool_session *session, struct tsp_look *look);
void tsp_look_release(struct tsp_look *look);

/* The way of one CPT's records: through its scheduler block, then to its listeners together. */
struct tsp_flow {
	struct tspool_sched_info sched;
	struct tspool_feed_info feeds;
};

/*
 * The flow of each CPT, look->n_scheds of them: of all time, or what has been counted since an
 * earlier look; what is as it is now (queued, in flight, backlog, at most) stays so. A listener
 * that has come since is counted from its beginning, one that has gone is not. Of a scheduler block
 * that was not there before it is all. To be released with free(); NULL without memory.
 */
struct tsp_flow *tsp_flows(const struct tsp_look *look, const struct tsp_look *before);

/* What the flows are shown by: an object each. NULL without memory. */
json_t *tsp_flows_json(const struct tsp_flow *flows, size_t count);

/* The two tables that show them as text: rows and columns. */
json_t *tsp_flow_sched_rows(const struct tsp_flow *flows, size_t count);
json_t *tsp_flow_feed_rows(const struct tsp_flow *flows, size_t count);
extern const struct tsp_column tsp_flow_sched_columns[];
extern const struct tsp_column tsp_flow_feed_columns[];

/* One listener's part, as an object. NULL without memory. */
json_t *tsp_feed_json(const struct tspool_feed_info *feed);

#endif
