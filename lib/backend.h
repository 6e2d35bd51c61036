/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is done in its own way with the tspool module and with the kernel's taskstats. */
#ifndef TSP_BACKEND_H
#define TSP_BACKEND_H

#include <netlink/netlink.h>
#include <stdbool.h>
#include <tspool/get.h>
#include <tspool/listen.h>
#include <tspool/session.h>

/* Each returns 0 or a negative errno, with the session's sentence set. */
struct tsp_backend {
	/* Sets the number of its family. -ENOENT: it is not there. */
	int (*find)(struct tspool_session *session);

	/* A live task's record (TASK), or its whole group's (PROCESS). */
	int (*get)(struct tspool_session *session, unsigned int type, uint32_t id,
		   struct tspool_record *record);

	/* On the listener's socket, which is open. */
	int (*subscribe)(struct tspool_listener *listener,
			 const struct tspool_listen_options *options);
	int (*unsubscribe)(struct tspool_listener *listener);

	/* Has the listener look through a message of the family that came. */
	int (*open_message)(struct tspool_listener *listener, struct nlmsghdr *message);

	/* Whether the listener has to tell of a loss before it takes more. NULL: never. */
	bool (*look_for_losses)(struct tspool_listener *listener);

	/* Before the listener's socket is closed. NULL: nothing to do. */
	void (*close)(struct tspool_listener *listener);

	/* What one system call may take. */
	unsigned int messages;
	size_t message_bytes;
};

extern const struct tsp_backend tsp_backend_tspool;
extern const struct tsp_backend tsp_backend_taskstats;

const struct tsp_backend *tsp_backend_of(const struct tspool_session *session);

#endif /* TSP_BACKEND_H */
