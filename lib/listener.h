/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TSP_LISTENER_H
#define TSP_LISTENER_H

#include <linux/netlink.h>
#include <netlink/msg.h>
#include <sys/socket.h>
#include <tspool/decode.h>
#include <tspool/listen.h>

#include "delays.h"
#include "filter_copy.h"

#define TSP_MESSAGES_MAX	64	/* taken by one system call */

/* What only a listener to the kernel's taskstats has. */
struct tsp_taskstats_listener {
	char *cpus;			/* registered; NULL: none */
	uint64_t seq;			/* of the next record */
	uint32_t drops;			/* of the socket, as far as they were told */
	bool counts_drops;		/* the kernel does */
	struct tsp_filter_copy filter;	/* matched here */
	struct tspool_record frames[2];	/* of the message that came last: TASK, PROCESS */
};

struct tspool_listener {
	struct tspool_session *session;
	int fd;
	uint32_t portid;
	uint32_t cpt;			/* of the records, where the kernel does not tell */
	unsigned int buffer_bytes;	/* of the socket, as granted */
	unsigned char *buffers;		/* a part of them for each message */
	size_t buffers_bytes;
	bool populated;			/* they have memory */
	unsigned int messages;		/* that one system call may take */
	struct mmsghdr datagrams[TSP_MESSAGES_MAX];
	struct iovec parts[TSP_MESSAGES_MAX];
	struct sockaddr_nl senders[TSP_MESSAGES_MAX];

	/* Where the reception stands: datagram, message in it, attribute in that, frame in that. */
	unsigned int taken;
	bool took_all;			/* at the last call there was less than it may take */
	unsigned int next;
	struct nlmsghdr *message;
	int message_left;
	struct nlattr *attribute;
	int attributes_left;
	struct tspool_decoder decoder;

	struct tsp_delays delays;
	bool shut_down;			/* by the module's unloading */
	bool overrun;			/* still to be handed over */
	struct tspool_lost lost;	/* in this form */
	struct tsp_taskstats_listener taskstats;
};

/* Sends a request on the listener's socket. What was asked for stands in front of a failure. */
int tsp_listener_send(struct tspool_listener *listener, struct nl_msg *request, const char *what);

/* The same, and the kernel's refusal is the result. For what comes before any record does. */
int tsp_listener_ask(struct tspool_listener *listener, struct nl_msg *request, const char *what);

#endif /* TSP_LISTENER_H */
