/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_SUBSCRIBE_H
#define TSP_CLI_SUBSCRIBE_H

#include <tspool/tspool.h>

#include "choice.h"

/* One for all with the module; with the kernel's taskstats, one for each CPT of the choice. */
struct tsp_listeners {
	struct tspool_listener **list;
	size_t count;
};

/*
 * Subscribes to what was chosen, with the options but for their lists and their CPT, which are set
 * here. A failure is said on stderr. In any case, *listeners is ended with tsp_listeners_close().
 */
enum tsp_exit tsp_subscribe(struct tspool_session *session, const struct tsp_choice *choice,
			    const struct tspool_listen_options *options,
			    struct tsp_listeners *listeners);
void tsp_listeners_close(struct tsp_listeners *listeners);

/* Says on stderr that the receive buffers are smaller than asked for, if they are. */
void tsp_tell_of_buffer(const struct tsp_listeners *listeners,
			const struct tspool_listen_options *options);

#endif
