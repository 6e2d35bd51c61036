/* SPDX-License-Identifier: GPL-2.0-only */
/* A listener to the module, on a socket that follows a script, for one file of a test program. */
#ifndef TSP_MODULE_LISTENER_H
#define TSP_MODULE_LISTENER_H

#include "kept_events.h"
#include "scripted_socket.h"

/* A batch of records with sequence numbers from first on. */
static inline struct datagram *add_batch(uint64_t first, unsigned int count)
{
	struct datagram *datagram = add_datagram();
	struct tspool_record batch[16] = { 0 };
	unsigned int i;

	for (i = 0; i < count; i++) {
		batch[i].frame.size = sizeof(batch[i]);
		batch[i].frame.type = TSPOOL_FRAME_TASK;
		batch[i].seq = first + i;
	}
	message_start_genl(&datagram->message, TSPOOL_CMD_EVENT, 0);
	message_put_attribute(&datagram->message, TSPOOL_A_FRAMES, batch, count * sizeof(batch[0]));
	return datagram;
}

static inline void expect_records(uint64_t first, unsigned int count)
{
	unsigned int i;

	ck_assert_uint_eq(n_records, count);
	for (i = 0; i < count; i++)
		ck_assert_uint_eq(records[i].seq, first + i);
}

static inline void open_session(void)
{
	forget_script();
	forget_events();
	listener = NULL;
	ck_assert_int_eq(tspool_open(&session), 0);
}

#endif /* TSP_MODULE_LISTENER_H */
