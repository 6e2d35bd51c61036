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

static struct tspool_session *session;

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
	struct message *answer = &answers[n_read];

	ck_assert_int_ge(fd, 0);
	ck_assert_uint_lt(n_read, n_answers);
	if (!(flags & MSG_PEEK))
		n_read++;
	return message_receive(answer, &sent.header, header);
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

static inline void open_session(void)
{
	message_family(add_answer());
	add_ack();
	ck_assert_int_eq(tspool_open(&session), 0);
	ck_assert_str_eq(tspool_error(session), "");
	forget_answers();
}

static void close_session(void)
{
	forget_answers();
	tspool_close(session);
}

#endif /* TSP_SCRIPTED_SESSION_H */
