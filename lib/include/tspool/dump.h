/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The module's tables and totals, as they are now. Each tspool_get_*() makes an array that is
 * the caller's, released by the tspool_free_*() of its name. A failure leaves NULL and 0.
 *
 * -EPERM: no CAP_NET_ADMIN. -ENOENT: the module is gone. -ENOMEM. -EBADMSG: an answer without a
 * part that it must have. -EINTR: the table changed each time it was read, several times over.
 */
#ifndef TSPOOL_DUMP_H
#define TSPOOL_DUMP_H

#include <tspool/record.h>
#include <tspool/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Dropped records by enum tspool_cause. Those dropped for a cause that this library does not know
 * are added up in [TSPOOL_CAUSE_UNSPEC], so that the sum is always whole.
 */
#define TSPOOL_CAUSES	(TSPOOL_CAUSE_MAX + 1)

struct tspool_cpt_info {
	uint32_t id;
	uint32_t weight;	/* number of CPUs */
	char *cpus;		/* list of CPUs, online or not */
	char *nodes;		/* list of memory nodes */
	uint32_t *distances;	/* to each CPT, in the order of their numbers */
	size_t n_distances;
};

struct tspool_sched_info {
	uint32_t cpt;
	uint32_t served_by;	/* the CPT whose threads drain it */
	uint32_t threads;	/* running now */
	uint32_t threads_max;
	uint32_t listeners;	/* that want at least one CPU of it */
	uint64_t queued;	/* records waiting now */
	uint64_t captured;	/* records queued so far */
	uint64_t drained;	/* records taken off the queue so far */
	uint64_t wakeups;	/* of its threads */
	uint64_t nomem_retries;	/* deliveries put off for lack of memory */
	uint64_t dropped[TSPOOL_CAUSES];
	uint64_t delivered;	/* records whose delivery is over */
	uint64_t queued_max;	/* most records that waited at once */
	uint64_t in_flight;	/* records taken off the queue, whose delivery is not over */
	uint64_t in_flight_max;	/* most of them at once */
	/*
	 * The delivered ones by how long it took, see TSPOOL_LATENCY_BUCKETS. Those that took
	 * longer than this library has counts for are in the last one.
	 */
	uint64_t latency[TSPOOL_LATENCY_BUCKETS];
};

/* What became of a CPT's records on the way to one listener, since it listens. */
struct tspool_feed_info {
	uint32_t cpt;
	uint64_t captured;	/* records of the CPUs it wants, those that found no slot too */
	uint64_t delivered;
	uint64_t messages;	/* that brought them */
	uint64_t dropped[TSPOOL_CAUSES];
	uint64_t backlog_records; /* waiting now for room in its socket */
	uint64_t backlog_bytes;	/* of their messages, as the kernel counts them */
	uint64_t backlog_bytes_max; /* most of them at once */
	uint64_t filtered;	/* that its filter turned away */
};

struct tspool_listener_info {
	uint32_t portid;	/* of its socket, in its network namespace */
	uint32_t netns;		/* inode number of that namespace */
	uint32_t pid;		/* the process that subscribed */
	char *comm;		/* its name at that time */
	char *cpus;		/* list of the CPUs it wants */
	uint64_t delivered;	/* records */
	uint64_t messages;	/* that brought them */
	uint64_t dropped[TSPOOL_CAUSES];
	struct tspool_feed_info *feeds; /* of each CPT that it wants */
	size_t n_feeds;
	uint64_t backlog_limit;	/* bytes that may wait for it */
	uint64_t filtered;	/* records on its CPUs that its filter turned away */
};

struct tspool_stats {
	char *version;		/* of the module */
	char *hook;		/* where exits are caught */
	uint32_t hook_armed;	/* 1 while anybody listens or relay is on, else 0 */
	uint32_t cpts;
	uint32_t listeners;
	uint64_t slots;		/* preallocated, all CPUs together */
	uint64_t slot_bytes;	/* memory of all slots */
	uint64_t captured;	/* this and the rest: sums over all scheduler blocks */
	uint64_t queued;
	uint64_t drained;
	uint64_t wakeups;
	uint64_t nomem_retries;
	uint64_t dropped[TSPOOL_CAUSES]; /* before any listener was looked at */
	uint64_t delivered;
	uint64_t in_flight;
	uint64_t backlog_reserved; /* the sum of all listeners' limits, in bytes */
	uint64_t backlog_limit;	/* what that may be */
	uint64_t message_bytes;	/* memory kept for messages, with one in it or not */
};

/* The relay buffer of a CPT; there are none while relay is off. */
struct tspool_relay_info {
	uint32_t cpt;
	uint32_t mode;		/* enum tspool_relay_mode */
	uint32_t subbuf_size;	/* bytes */
	uint32_t n_subbufs;
	uint32_t reader;	/* the process that has it open; 0: none */
	uint64_t written;	/* records */
	uint64_t overwritten;	/* sequence numbers */
	uint64_t produced;	/* sub-buffers made ready */
	uint64_t consumed;	/* sub-buffers read */
	uint64_t dropped[TSPOOL_CAUSES];
};

int tspool_get_cpts(struct tspool_session *session, struct tspool_cpt_info **cpts, size_t *count);
void tspool_free_cpts(struct tspool_cpt_info *cpts, size_t count);

int tspool_get_scheds(struct tspool_session *session, struct tspool_sched_info **scheds,
		      size_t *count);
void tspool_free_scheds(struct tspool_sched_info *scheds, size_t count);

int tspool_get_listeners(struct tspool_session *session, struct tspool_listener_info **listeners,
			 size_t *count);
void tspool_free_listeners(struct tspool_listener_info *listeners, size_t count);

int tspool_get_relays(struct tspool_session *session, struct tspool_relay_info **relays,
		      size_t *count);
void tspool_free_relays(struct tspool_relay_info *relays, size_t count);

int tspool_get_stats(struct tspool_session *session, struct tspool_stats **stats);
void tspool_free_stats(struct tspool_stats *stats);

#ifdef __cplusplus
}
#endif

#endif /* TSPOOL_DUMP_H */
