// SPDX-License-Identifier: LGPL-2.1-or-later
#include "subbuf.h"

#include <errno.h>
#include <string.h>

static int fail(struct tsp_subbufs *subbufs, const char *fault)
{
	subbufs->fault = fault;
	subbufs->sequence = (struct tsp_sequence){ 0 };
	return -EBADMSG;
}

static const char *head_fault(const struct tsp_subbufs *subbufs, const struct tspool_subbuf *head,
			      size_t length, uint64_t number)
{
	if (head->magic != TSPOOL_SUBBUF_MAGIC)
		return "it has not the head of a sub-buffer";
	if (head->head_bytes < sizeof(*head) || head->head_bytes % 8 || head->head_bytes > length)
		return "its head has an impossible length";
	if (head->bytes > length - head->head_bytes)
		return "its frames are longer than itself";
	if (head->cpt != subbufs->cpt)
		return "it is of another CPT";
	if (head->number != number)
		return "it is another one by its number";
	if (!head->bytes && head->first_seq != head->next_seq)
		return "it has none of the records that its head names";
	return NULL;
}

int tsp_subbufs_open(struct tsp_subbufs *subbufs, const void *bytes, size_t length, uint64_t number)
{
	struct tspool_subbuf head;
	const char *fault;

	tspool_decoder_continue(&subbufs->decoder, NULL, 0);
	if (length < sizeof(head))
		return fail(subbufs, "it is shorter than its head");
	memcpy(&head, bytes, sizeof(head));
	fault = head_fault(subbufs, &head, length, number);
	if (fault)
		return fail(subbufs, fault);
	if (subbufs->sequence.begun && head.first_seq != tsp_sequence_next(&subbufs->sequence))
		return fail(subbufs, "its first record is not the one that comes next");

	if (!subbufs->sequence.begun && head.bytes)
		tsp_sequence_begin(&subbufs->sequence, head.first_seq);
	subbufs->next_seq = head.next_seq;
	tspool_decoder_continue(&subbufs->decoder, (const char *)bytes + head.head_bytes,
				head.bytes);
	return 0;
}

/* The rest is out of reach. */
static int fail_inside(struct tsp_subbufs *subbufs, const char *fault)
{
	subbufs->decoder.length = subbufs->decoder.offset;
	return fail(subbufs, fault);
}

static bool follows(struct tsp_subbufs *subbufs, const struct tspool_frame *frame)
{
	return frame->cpt == subbufs->cpt && tsp_sequence_take(&subbufs->sequence, frame);
}

int tsp_subbufs_look(struct tsp_subbufs *subbufs, bool heads, const struct tspool_frame **frame)
{
	struct tspool_decoder *decoder = &subbufs->decoder;
	bool was_at_end = tsp_subbufs_at_end(subbufs);
	int ret = heads ? tspool_decode_head(decoder, frame) : tspool_decode(decoder, frame);

	if (ret < 0)
		return fail_inside(subbufs, ret == -ENODATA ? "truncated frame" : "corrupt frame");
	if (ret && !follows(subbufs, *frame))
		return fail_inside(subbufs, "a record that is not the one that comes next");
	if (!was_at_end && tsp_subbufs_at_end(subbufs) && subbufs->sequence.begun &&
	    tsp_sequence_next(&subbufs->sequence) != subbufs->next_seq)
		return fail_inside(subbufs, "its last record is not the one that its head names");
	return ret;
}
