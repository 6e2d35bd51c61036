/* SPDX-License-Identifier: GPL-2.0-only */
/* Netlink messages as the kernel would build them, put together by hand. */
#ifndef TSP_NETLINK_MESSAGE_H
#define TSP_NETLINK_MESSAGE_H

#include <check.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#define FAMILY	37	/* the number that the family got, say */

/* A function of the test that takes the place of one in a library. */
#define FAKE	__attribute__((visibility("default")))

/* A socket on which the kernel would explain its refusals. */
static inline void expect_sentences(int fd)
{
	socklen_t length = sizeof(int);
	int on = 0;

	ck_assert_int_eq(getsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, &length), 0);
	ck_assert_int_eq(on, 1);
}

struct message {
	union {
		struct nlmsghdr header;
		unsigned char bytes[8192];
	};
	size_t length;
};

static inline void message_put(struct message *message, const void *bytes, size_t size)
{
	size_t padding = NLMSG_ALIGN(size) - size;

	ck_assert_uint_le(message->length + size + padding, sizeof(message->bytes));
	memcpy(message->bytes + message->length, bytes, size);
	memset(message->bytes + message->length + size, 0, padding);
	message->length += size + padding;
	message->header.nlmsg_len = message->length;
}

static inline void message_start(struct message *message, int type, int flags)
{
	struct nlmsghdr header = { .nlmsg_type = type, .nlmsg_flags = flags };

	message->length = 0;
	message_put(message, &header, sizeof(header));
}

static inline void message_start_genl(struct message *message, int command, int flags)
{
	struct genlmsghdr header = { .cmd = command, .version = 1 };

	message_start(message, FAMILY, flags);
	message_put(message, &header, sizeof(header));
}

/* All but the header's flags, number and port id, which are the sender's. */
static inline void message_expect(const struct message *sent, const struct message *expected)
{
	struct nlmsghdr header;

	memcpy(&header, expected->bytes, sizeof(header));
	ck_assert_uint_eq(sent->header.nlmsg_type, header.nlmsg_type);
	ck_assert_uint_eq(sent->length, expected->length);
	ck_assert_mem_eq(sent->bytes + NLMSG_HDRLEN, expected->bytes + NLMSG_HDRLEN,
			 sent->length - NLMSG_HDRLEN);
}

static inline void message_put_attribute(struct message *message, int type, const void *bytes,
					 size_t size)
{
	struct nlattr attribute = { .nla_type = type, .nla_len = NLA_HDRLEN + size };

	message_put(message, &attribute, sizeof(attribute));
	message_put(message, bytes, size);
}

static inline void message_put_u32(struct message *message, int type, uint32_t number)
{
	message_put_attribute(message, type, &number, sizeof(number));
}

static inline void message_put_u64(struct message *message, int type, uint64_t number)
{
	message_put_attribute(message, type, &number, sizeof(number));
}

static inline void message_put_string(struct message *message, int type, const char *string)
{
	message_put_attribute(message, type, string, strlen(string) + 1);
}

/* The start of a nest, for message_end_nest(). */
static inline size_t message_start_nest(struct message *message, int type)
{
	size_t start = message->length;

	message_put_attribute(message, type | NLA_F_NESTED, "", 0);
	return start;
}

static inline void message_end_nest(struct message *message, size_t start)
{
	struct nlattr *nest = (struct nlattr *)(message->bytes + start);

	nest->nla_len = message->length - start;
}

/* A refusal with the kernel's sentence, if any; echo is the request it answers, NULL: capped. */
static inline void message_refusal(struct message *message, int error, const char *text,
				   const struct message *echo)
{
	int flags = (text ? NLM_F_ACK_TLVS : 0) | (echo ? 0 : NLM_F_CAPPED);
	struct nlmsghdr header = { .nlmsg_len = NLMSG_HDRLEN };

	message_start(message, NLMSG_ERROR, flags);
	message_put(message, &error, sizeof(error));
	if (echo)
		message_put(message, echo->bytes, echo->length);
	else
		message_put(message, &header, sizeof(header));
	if (text) {
		message_put_u32(message, NLMSGERR_ATTR_OFFS, 20);
		message_put_string(message, NLMSGERR_ATTR_MSG, text);
	}
}

/* The number of our family, as the kernel's controller tells it. */
static inline void message_family(struct message *message)
{
	struct genlmsghdr header = { .cmd = CTRL_CMD_NEWFAMILY, .version = 2 };
	uint16_t number = FAMILY;

	message_start(message, GENL_ID_CTRL, 0);
	message_put(message, &header, sizeof(header));
	message_put_string(message, CTRL_ATTR_FAMILY_NAME, "TSPOOL");
	message_put_attribute(message, CTRL_ATTR_FAMILY_ID, &number, sizeof(number));
}

/* What recvmsg(2) does with a message of the kernel that answers a request. */
static inline ssize_t message_receive(struct message *message, const struct nlmsghdr *request,
				      struct msghdr *header)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	size_t size = header->msg_iov->iov_len;

	message->header.nlmsg_seq = request->nlmsg_seq;
	message->header.nlmsg_pid = request->nlmsg_pid;
	memcpy(header->msg_name, &kernel, sizeof(kernel));
	header->msg_namelen = sizeof(kernel);
	header->msg_controllen = 0;
	header->msg_flags = size < message->length ? MSG_TRUNC : 0;
	memcpy(header->msg_iov->iov_base, message->bytes,
	       size < message->length ? size : message->length);
	return message->length;
}

#endif /* TSP_NETLINK_MESSAGE_H */
