// SPDX-License-Identifier: GPL-2.0-only
#include "collect.h"
#include "storm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* More than a scenario makes. */
#define BUFFER_BYTES	(128U << 20)

static noreturn void fail(const struct collection *collection)
{
	fprintf(stderr, "%s: %s\n", program_invocation_short_name,
		tspool_error(collection->session));
	exit(1);
}

void collect_begin(struct collection *collection)
{
	struct tspool_listen_options options = { .receive_buffer_bytes = BUFFER_BYTES };

	*collection = (struct collection){ .count = 0 };
	if (tspool_open_backend(&collection->session, TSPOOL_BACKEND_TSPOOL))
		fail(collection);
	if (tspool_listen(collection->session, &options, &collection->listener))
		fail(collection);
}

int collect_fd(const struct collection *collection)
{
	return tspool_listener_fd(collection->listener);
}

static void make_room(struct collection *collection)
{
	struct tspool_record *records;
	size_t room = collection->room ? 2 * collection->room : 1024;

	records = reallocarray(collection->records, room, sizeof(*records));
	if (!records)
		storm_die("records", ENOMEM);
	collection->records = records;
	collection->room = room;
}

static bool keep_record(const struct tspool_record *record, void *arg)
{
	struct collection *collection = arg;

	if (collection->count == collection->room)
		make_room(collection);
	collection->records[collection->count++] = *record;
	return true;
}

static bool die_of_loss(const struct tspool_lost *lost, void *arg)
{
	(void)arg;
	fprintf(stderr, "%s: %llu records lost: %s\n", program_invocation_short_name,
		(unsigned long long)lost->count, tspool_cause_name(lost->cause));
	exit(1);
}

static const struct tspool_handler handler = { .record = keep_record, .lost = die_of_loss };

void collect_ready(struct collection *collection)
{
	if (tspool_drain(collection->listener, &handler, collection) < 0)
		fail(collection);
}

void collect_end(struct collection *collection)
{
	if (tspool_unsubscribe(collection->listener))
		fail(collection);
	collect_ready(collection);
	tspool_listener_close(collection->listener);
	tspool_close(collection->session);
}

void collect_free(struct collection *collection)
{
	free(collection->records);
}
