/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TSP_LISTENER_H
#define TSP_LISTENER_H

#include <linux/netlink.h>
#include <sys/socket.h>
#include <tspool/decode.h>
#include <tspool/listen.h>

#define TSP_MESSAGES		16		/* taken by one system call */
#define TSP_MESSAGE_BYTES	((size_t)64 << 10)	/* no message of the module is longer */

struct tspool_listener {
	struct tspool_session *session;
	int fd;
	uint32_t portid;
	unsigned int buffer_bytes;	/* of the socket, as granted */
	unsigned char *buffers;		/* TSP_MESSAGES of TSP_MESSAGE_BYTES */
	struct mmsghdr datagrams[TSP_MESSAGES];
	struct iovec parts[TSP_MESSAGES];
	struct sockaddr_nl senders[TSP_MESSAGES];

	/* Where the reception stands: datagram, message in it, attribute in that, frame in that. */
	unsigned int taken;
	unsigned int next;
	struct nlmsghdr *message;
	int message_left;
	struct nlattr *attribute;
	int attributes_left;
	struct tspool_decoder decoder;

	bool shut_down;			/* by the module's unloading */
	bool overrun;			/* still to be handed over */
	struct tspool_lost lost;	/* in this form */
};

#endif /* TSP_LISTENER_H */
