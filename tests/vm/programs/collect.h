/* SPDX-License-Identifier: GPL-2.0-only */
/* All records of a while, kept. The functions end the program where a call fails. */
#ifndef TSPOOL_COLLECT_H
#define TSPOOL_COLLECT_H

#include <tspool/tspool.h>

struct collection {
	struct tspool_session *session;
	struct tspool_listener *listener;
	struct tspool_record *records;	/* as they came */
	size_t count;
	size_t room;
};

/* Listens to all CPUs from its return on. */
void collect_begin(struct collection *collection);

int collect_fd(const struct collection *collection);

/* Keeps what is there, without waiting. A loss ends the program. */
void collect_ready(struct collection *collection);

/* Ends the subscription, and keeps all that exited before. The records stay. */
void collect_end(struct collection *collection);

void collect_free(struct collection *collection);

#endif /* TSPOOL_COLLECT_H */
