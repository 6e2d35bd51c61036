/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TSP_HANDLER_H
#define TSP_HANDLER_H

#include <tspool/decode.h>
#include <tspool/listen.h>

#include "delays.h"

/*
 * Hands over a frame that the decoder gave, or another one; a record without its delays while they
 * are not accounted.
 */
static inline bool tsp_hand_over(const struct tspool_frame *frame, struct tspool_decoder *decoder,
				 struct tsp_delays *delays, const struct tspool_handler *handler,
				 void *arg)
{
	const struct tspool_record *record = tspool_frame_record(frame);

	if (!record)
		return handler->lost(tspool_frame_lost(frame), arg);
	if (handler->head)
		return handler->head(frame, arg);
	return handler->record(tsp_delays_filter(delays, record, &decoder->copy.record), arg);
}

#endif /* TSP_HANDLER_H */
