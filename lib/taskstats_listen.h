/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A listener to the kernel's taskstats. The kernel numbers no record and tells of no CPU: the
 * listener numbers what it gets, and what it is told to have lost, in the order in which it comes
 * to know of it.
 *
 * Losses are counted by the socket, one for each message that found no room, and that is one for
 * each exit. Where the kernel tells that count, the socket asks for no error: after an error the
 * kernel queues nothing until the socket is empty.
 */
#ifndef TSP_TASKSTATS_LISTEN_H
#define TSP_TASKSTATS_LISTEN_H

#include "listener.h"

/* See struct tsp_backend. */
int tsp_taskstats_subscribe(struct tspool_listener *listener,
			    const struct tspool_listen_options *options);
int tsp_taskstats_unsubscribe(struct tspool_listener *listener);
int tsp_taskstats_open_message(struct tspool_listener *listener, struct nlmsghdr *message);
bool tsp_taskstats_look_for_losses(struct tspool_listener *listener);
void tsp_taskstats_close(struct tspool_listener *listener);

#endif /* TSP_TASKSTATS_LISTEN_H */
