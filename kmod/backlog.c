// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "backlog.h"
#include "listener.h"
#include "params.h"

/*
 * What listeners may fill. It is set aside when they subscribe, so that no listener's backlog ever
 * depends on how slow another one is.
 */
static atomic64_t reserved;

/* The part of it that is for listeners in pid namespaces. */
static atomic64_t reserved_scoped;

/*
 * Of all listeners together; of those in pid namespaces a quarter, since anybody may make himself
 * one: what is left to the others does not depend on them.
 */
u64 tsp_backlog_limit(bool scoped)
{
	u64 limit = (u64)tsp_params.backlog_limit_kbytes * SZ_1K;

	return scoped ? limit / 4 : limit;
}

/* Of a listener that does not say. */
u64 tsp_backlog_default(bool scoped)
{
	return min((u64)tsp_params.backlog_kbytes * SZ_1K, tsp_backlog_limit(scoped));
}

static bool reserve(atomic64_t *sum, u64 bytes, u64 limit)
{
	/* So that the sum can't overflow. */
	if (bytes > limit)
		return false;
	if ((u64)atomic64_add_return(bytes, sum) <= limit)
		return true;
	atomic64_sub(bytes, sum);
	return false;
}

/* Return: false if the backlogs of all listeners together would be larger than allowed. */
bool tsp_backlog_reserve(u64 bytes, bool scoped)
{
	if (scoped && !reserve(&reserved_scoped, bytes, tsp_backlog_limit(true)))
		return false;
	if (reserve(&reserved, bytes, tsp_backlog_limit(false)))
		return true;
	if (scoped)
		atomic64_sub(bytes, &reserved_scoped);
	return false;
}

void tsp_backlog_release(u64 bytes, bool scoped)
{
	atomic64_sub(bytes, &reserved);
	if (scoped)
		atomic64_sub(bytes, &reserved_scoped);
}

u64 tsp_backlog_reserved(void)
{
	return atomic64_read(&reserved);
}

/* As the kernel counts it against a socket, whose share of a message it was to be. */
static size_t bytes_of(const struct sk_buff *skb)
{
	return sizeof(struct tsp_backlog_entry) + skb->truesize;
}

static void account(struct tsp_feed *feed, const struct tsp_backlog_entry *entry, int sign)
{
	u64 bytes = feed->backlog_bytes + sign * (s64)entry->bytes;

	WRITE_ONCE(feed->backlog_bytes, bytes);
	WRITE_ONCE(feed->backlog_bytes_max, max(feed->backlog_bytes_max, bytes));
	WRITE_ONCE(feed->backlog_records,
		   feed->backlog_records + sign * (s64)entry->contents.records.count);
}

/* The earliest message, or NULL. */
struct tsp_backlog_entry *tsp_backlog_first(struct tsp_feed *feed)
{
	return list_first_entry_or_null(&feed->backlog, struct tsp_backlog_entry, node);
}

/* Behind what was dropped since the last one. The feed owns the entry and its message now. */
void tsp_backlog_append(struct tsp_feed *feed, struct tsp_backlog_entry *entry, struct sk_buff *skb,
			const struct tsp_contents *contents)
{
	entry->skb = skb;
	entry->bytes = bytes_of(skb);
	entry->contents = *contents;
	entry->before = feed->pending;
	memset(&feed->pending, 0, sizeof(feed->pending));
	list_add_tail(&entry->node, &feed->backlog);
	account(feed, entry, 1);
}

/* The caller owns the entry again, and its message if it has not been sent. */
void tsp_backlog_take_off(struct tsp_feed *feed, struct tsp_backlog_entry *entry)
{
	list_del(&entry->node);
	account(feed, entry, -1);
}

/* What it told of is to be told of before the next one. */
static void drop_first(struct tsp_feed *feed)
{
	struct tsp_backlog_entry *entry = tsp_backlog_first(feed);
	struct tsp_losses losses = entry->before;
	struct tsp_backlog_entry *next;

	tsp_backlog_take_off(feed, entry);
	tsp_feed_drop(feed, &losses, TSPOOL_CAUSE_BACKLOG_FULL, &entry->contents);
	kfree_skb(entry->skb);
	kfree(entry);

	next = tsp_backlog_first(feed);
	if (next) {
		tsp_losses_add(&losses, &next->before);
		next->before = losses;
	} else {
		tsp_losses_add(&losses, &feed->pending);
		feed->pending = losses;
	}
}

/**
 * tsp_backlog_make_room() - see whether a message may wait
 * @listener: that has no room for it now
 * @feed: its feed that the message is for
 * @skb: the message
 *
 * Earlier messages are dropped for it where the listener wants that.
 *
 * Return: false if it may not.
 */
bool tsp_backlog_make_room(struct tsp_listener *listener, struct tsp_feed *feed,
			   const struct sk_buff *skb)
{
	u64 limit = READ_ONCE(listener->backlog_share);
	size_t bytes = bytes_of(skb);

	if (bytes > limit)
		return false;
	while (feed->backlog_bytes + bytes > limit) {
		if (listener->policy == TSPOOL_DROP_NEWEST)
			return false;
		drop_first(feed);
	}
	return true;
}

/* Nobody gets them any more. */
void tsp_backlog_free(struct tsp_feed *feed)
{
	struct tsp_backlog_entry *entry;

	while ((entry = tsp_backlog_first(feed))) {
		tsp_backlog_take_off(feed, entry);
		kfree_skb(entry->skb);
		kfree(entry);
	}
}
