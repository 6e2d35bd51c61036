/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A session whose module follows a script, for one source file of a test program. The functions
 * here that are named like those of libnl and libc take their place: the library's sends are kept,
 * and the answers to it stand in the script.
 */
#ifndef TSP_SCRIPTED_SESSION_H
#define TSP_SCRIPTED_SESSION_H

#include <tspool/session.h>

#include "netlink_message.h"

#define MAX_ANSWERS	24

static struct message answers[MAX_ANSWERS];
static unsigned int n_answers, n_read;
static struct message sent;
static unsigned int n_sent;
static int family;

static struct tspool_session *session;

FAKE int genl_ctrl_resolve(struct nl_sock *sock, const char *name)
{
	ck_assert_ptr_nonnull(sock);
	ck_assert_str_eq(name, "TSPOOL");
	return family;
}

FAKE ssize_t sendmsg(int fd, const struct msghdr *header, int flags)
{
	const struct iovec *part = header->msg_iov;

	expect_sentences(fd);
	ck_assert_int_eq(flags, 0);
	ck_assert_uint_eq(header->msg_iovlen, 1);
	ck_assert_uint_le(part->iov_len, sizeof(sent.bytes));
	memcpy(sent.bytes, part->iov_base, part->iov_len);
	sent.length = part->iov_len;
	n_sent++;
	return sent.length;
}

/* libnl looks at a message's length first, then takes it. */
FAKE ssize_t recvmsg(int fd, struct msghdr *header, int flags)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct message *answer = &answers[n_read];
	size_t size = header->msg_iov->iov_len;

	ck_assert_int_ge(fd, 0);
	ck_assert_uint_lt(n_read, n_answers);
	answer->header.nlmsg_seq = sent.header.nlmsg_seq;
	answer->header.nlmsg_pid = sent.header.nlmsg_pid;
	memcpy(header->msg_name, &kernel, sizeof(kernel));
	header->msg_namelen = sizeof(kernel);
	header->msg_controllen = 0;
	header->msg_flags = size < answer->length ? MSG_TRUNC : 0;
	memcpy(header->msg_iov->iov_base, answer->bytes,
	       size < answer->length ? size : answer->length);
	if (!(flags & MSG_PEEK))
		n_read++;
	return answer->length;
}

static struct message *add_answer(void)
{
	ck_assert_uint_lt(n_answers, MAX_ANSWERS);
	return &answers[n_answers++];
}

static void add_ack(void)
{
	message_refusal(add_answer(), 0, NULL, NULL);
}

static void forget_answers(void)
{
	/* All were read: none is left to meet the next request. */
	ck_assert_uint_eq(n_read, n_answers);
	n_answers = 0;
	n_read = 0;
	n_sent = 0;
}

static void open_session(void)
{
	family = FAMILY;
	ck_assert_int_eq(tspool_open(&session), 0);
	ck_assert_str_eq(tspool_error(session), "");
}

static void close_session(void)
{
	forget_answers();
	tspool_close(session);
}

#endif /* TSP_SCRIPTED_SESSION_H */
