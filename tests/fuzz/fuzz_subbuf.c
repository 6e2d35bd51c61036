// SPDX-License-Identifier: GPL-2.0-only
/*
 * Relay's sub-buffers, on any bytes. A sub-buffer that is good from its head to its end tells of
 * each of the numbers that its head names once; and what comes before a damage is in order.
 */
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "subbuf.h"

/* The head that the bytes have, or one of zeros. */
static struct tspool_subbuf head_of(const uint8_t *bytes, size_t size)
{
	struct tspool_subbuf head = { 0 };

	if (size >= sizeof(head))
		memcpy(&head, bytes, sizeof(head));
	return head;
}

static uint64_t numbers_in(const struct tspool_frame *frame)
{
	const struct tspool_lost *lost = tspool_frame_lost(frame);

	return lost ? lost->count : 1;
}

static void read_subbuf(struct tsp_subbufs *subbufs, const struct tspool_subbuf *head, bool heads)
{
	const struct tspool_frame *frame;
	uint64_t next = head->first_seq;
	bool is_empty = true;
	int ret;

	while ((ret = tsp_subbufs_next(subbufs, heads, &frame)) > 0) {
		const struct tspool_record *record = tspool_frame_record(frame);

		MUST(frame->cpt == head->cpt);
		MUST(!record || record->seq == next);
		next += numbers_in(frame);
		is_empty = false;
	}
	MUST(!ret || ret == -EBADMSG);
	MUST(ret || is_empty || next == head->next_seq);
	MUST(tsp_subbufs_at_end(subbufs));
}

static void open_and_read(const uint8_t *bytes, size_t size, bool heads)
{
	struct tspool_subbuf head = head_of(bytes, size);
	struct tsp_subbufs subbufs = { .cpt = head.cpt };
	int ret = tsp_subbufs_open(&subbufs, bytes, size, head.number);

	MUST(!ret || ret == -EBADMSG);
	if (!ret)
		read_subbuf(&subbufs, &head, heads);
	else
		MUST(tsp_subbufs_at_end(&subbufs));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	MUST(copy);
	memcpy(copy, bytes, size);
	open_and_read(copy, size, false);
	open_and_read(copy, size, true);
	free(copy);
	return 0;
}
