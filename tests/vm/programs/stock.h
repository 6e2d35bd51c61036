/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's own records of exits: a listener of generic netlink's family TASKSTATS. The
 * functions end the program where a call fails, or a record was lost.
 */
#ifndef TSPOOL_STOCK_H
#define TSPOOL_STOCK_H

#include <linux/taskstats.h>
#include <stddef.h>
#include <stdint.h>

/* The longest struct taskstats there is, that of version 17. */
#define STOCK_BYTES	688

/* Of a single task. Beyond the length that came, the bytes are zero. */
struct stock_record {
	size_t arrival;		/* its number */
	uint32_t pid;
	uint16_t version;
	_Alignas(8) unsigned char stats[STOCK_BYTES];	/* struct taskstats of that version */
};

/* Where a member stands, in bytes. */
struct stock_member {
	const char *name;
	uint16_t offset;
	uint16_t bytes;
};

struct stock_listener {
	struct nl_sock *socket;
	int family;
	struct stock_record *records;	/* as they came */
	size_t count;
	size_t room;
};

/* Its members that are there since version 13 or before. */
static inline const struct taskstats *stock_stats(const struct stock_record *record)
{
	return (const struct taskstats *)record->stats;
}

/* NULL: no member of that name, or of a version that the program does not know. */
const struct stock_member *stock_member_named(const char *name);

/* The number in a member of at most 8 bytes, and the text in a longer one. */
uint64_t stock_number(const struct stock_record *record, const struct stock_member *member);
const char *stock_text(const struct stock_record *record, const struct stock_member *member);

/* Listens to the CPUs of a list from its return on. */
void stock_begin(struct stock_listener *listener, const char *cpus);

int stock_fd(const struct stock_listener *listener);

/* Keeps what is there, without waiting. */
void stock_ready(struct stock_listener *listener);

/* Keeps what is there, and listens no more. The records stay. */
void stock_end(struct stock_listener *listener);

void stock_free(struct stock_listener *listener);

#endif /* TSPOOL_STOCK_H */
