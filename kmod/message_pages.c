// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/mm.h>

#include "listener.h"
#include "message_pages.h"

static atomic64_t kept_bytes; /* of all threads */

/* The first of them that no message has, so that few are in use, and those in a cache. */
static struct page *find_unused(const struct tsp_message_pages *pages)
{
	unsigned int i;

	for (i = 0; i < pages->count; i++) {
		if (page_ref_count(pages->kept[i]) != 1)
			continue;
		/* Who had it has read it: pairs with the barrier of its put_page(). */
		smp_acquire__after_ctrl_dep();
		return pages->kept[i];
	}
	return NULL;
}

/* Where all are in use the oldest is left to those who have it. */
static void keep(struct tsp_message_pages *pages, struct page *page)
{
	if (pages->count < TSP_MESSAGE_PAGES) {
		pages->kept[pages->count++] = page;
		atomic64_add(page_size(page), &kept_bytes);
		return;
	}
	put_page(pages->kept[pages->oldest]);
	pages->kept[pages->oldest] = page;
	pages->oldest = (pages->oldest + 1) % TSP_MESSAGE_PAGES;
}

/**
 * tsp_message_alloc() - make an empty message of TSP_MESSAGE_SIZE
 * @pages: the calling thread's own
 *
 * What its memory holds is what the last message left there. May sleep.
 *
 * Return: the message, or NULL without memory.
 */
struct sk_buff *tsp_message_alloc(struct tsp_message_pages *pages)
{
	struct page *page = find_unused(pages);
	struct sk_buff *skb;

	if (!page) {
		page = alloc_pages(TSP_GFP_DELIVERY | __GFP_COMP, get_order(TSP_MESSAGE_SIZE));
		if (!page)
			return NULL;
		keep(pages, page);
	}
	skb = build_skb(page_address(page), TSP_MESSAGE_SIZE);
	/* Put by the last socket that has it, whenever that is. */
	if (skb)
		get_page(page);
	return skb;
}

static void leave(struct tsp_message_pages *pages, unsigned int count)
{
	while (pages->count > count) {
		struct page *page = pages->kept[--pages->count];

		atomic64_sub(page_size(page), &kept_bytes);
		put_page(page);
	}
}

/* A storm is over: what it took is not kept for the next one, but for the first of its messages. */
void tsp_message_pages_trim(struct tsp_message_pages *pages)
{
	leave(pages, TSP_MESSAGE_PAGES_IDLE);
}

/* The last of its messages may still be in sockets. */
void tsp_message_pages_free(struct tsp_message_pages *pages)
{
	leave(pages, 0);
}

/* What all threads keep. */
u64 tsp_message_bytes(void)
{
	return atomic64_read(&kept_bytes);
}
