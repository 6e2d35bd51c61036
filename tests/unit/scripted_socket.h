/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A listener's socket that follows a script, for one source file of a test program. The functions
 * here that are named like those of libnl and libc take their place: the library's sends are kept,
 * and what it receives stands in the script.
 */
#ifndef TSP_SCRIPTED_SOCKET_H
#define TSP_SCRIPTED_SOCKET_H

#include <errno.h>

#include "netlink_message.h"

#define MAX_DATAGRAMS	40

/* What a message may need, of the module or what else the source file says. */
#ifndef SCRIPTED_PART_BYTES
#define SCRIPTED_PART_BYTES	65536
#endif

/* One message for the listener, or an error in its place. */
struct datagram {
	struct message message;
	uint32_t sender;
	int flags;
	int error;
};

static struct datagram script[MAX_DATAGRAMS];
static unsigned int scripted, received;
static struct message sent;
static unsigned int n_sent;

/* The session's only request is for the number of the family: its answer, and the ack. */
static struct nlmsghdr session_request;
static unsigned int session_answers;

FAKE ssize_t sendmsg(int fd, const struct msghdr *header, int flags)
{
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(flags, 0);
	memcpy(&session_request, header->msg_iov->iov_base, sizeof(session_request));
	session_answers = 0;
	return header->msg_iov->iov_len;
}

/* libnl looks at a message's length first, then takes it. */
FAKE ssize_t recvmsg(int fd, struct msghdr *header, int flags)
{
	struct message answer;

	ck_assert_int_ge(fd, 0);
	if (session_answers)
		message_refusal(&answer, 0, NULL, NULL);
	else
		message_family(&answer);
	if (!(flags & MSG_PEEK))
		session_answers++;
	return message_receive(&answer, &session_request, header);
}

FAKE ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
	expect_sentences(fd);
	ck_assert_int_eq(flags, 0);
	ck_assert_uint_le(size, sizeof(sent.bytes));
	memcpy(sent.bytes, bytes, size);
	sent.length = size;
	n_sent++;
	return size;
}

/* The library only looks, to see whether its request was refused. */
FAKE ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
	const struct datagram *datagram = &script[received];

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(flags, MSG_PEEK);
	if (received == scripted || datagram->error) {
		errno = received == scripted ? EAGAIN : datagram->error;
		return -1;
	}
	if (size > datagram->message.length)
		size = datagram->message.length;
	memcpy(bytes, datagram->message.bytes, size);
	return size;
}

static void fill(struct mmsghdr *slot, const struct datagram *datagram)
{
	struct sockaddr_nl sender = { .nl_family = AF_NETLINK, .nl_pid = datagram->sender };

	ck_assert_uint_ge(slot->msg_hdr.msg_namelen, sizeof(sender));
	ck_assert_uint_ge(slot->msg_hdr.msg_iov->iov_len, SCRIPTED_PART_BYTES);
	memcpy(slot->msg_hdr.msg_name, &sender, sizeof(sender));
	memcpy(slot->msg_hdr.msg_iov->iov_base, datagram->message.bytes, datagram->message.length);
	slot->msg_hdr.msg_namelen = sizeof(sender);
	slot->msg_hdr.msg_flags = datagram->flags;
	slot->msg_len = datagram->message.length;
}

/* As the kernel does it, an error ends the call, or fails it where nothing came before. */
FAKE int recvmmsg(int fd, struct mmsghdr *slots, unsigned int n_slots, int flags,
		  struct timespec *timeout)
{
	unsigned int filled = 0;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(flags, MSG_DONTWAIT);
	ck_assert_ptr_null(timeout);
	while (filled < n_slots && received < scripted && !script[received].error)
		fill(&slots[filled++], &script[received++]);
	if (filled)
		return filled;
	errno = received < scripted ? script[received++].error : EAGAIN;
	return -1;
}

static struct datagram *add_datagram(void)
{
	struct datagram *datagram = &script[scripted++];

	ck_assert_uint_le(scripted, MAX_DATAGRAMS);
	memset(datagram, 0, sizeof(*datagram));
	return datagram;
}

static void forget_script(void)
{
	scripted = 0;
	received = 0;
	n_sent = 0;
}

#endif /* TSP_SCRIPTED_SOCKET_H */
