// SPDX-License-Identifier: GPL-2.0-only
#include "genl.h"
#include "storm.h"

#include <errno.h>
#include <linux/tspool.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MILLISECONDS	60000

int genl_socket(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (fd < 0)
		storm_die("netlink socket", errno);
	return fd;
}

bool genl_bind(int fd, uint32_t portid)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_pid = portid };

	if (!bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return true;
	if (errno != EADDRINUSE)
		storm_die("bind", errno);
	return false;
}

void genl_begin(union genl_message *message, uint16_t family, uint8_t command, uint16_t flags)
{
	message->head = (struct genl_request){
		.netlink.nlmsg_len = sizeof(message->head),
		.netlink.nlmsg_type = family,
		.netlink.nlmsg_flags = NLM_F_REQUEST | flags,
		.genl.cmd = command,
		.genl.version = TSPOOL_GENL_VERSION,
	};
}

void genl_put(union genl_message *message, uint16_t type, const void *bytes, size_t size)
{
	struct nlattr attribute = { .nla_type = type, .nla_len = (uint16_t)(NLA_HDRLEN + size) };
	size_t start = message->head.netlink.nlmsg_len;
	size_t end = start + NLA_ALIGN(NLA_HDRLEN + size);

	if (end > sizeof(message->bytes) || NLA_HDRLEN + size > UINT16_MAX)
		storm_die("netlink attribute", EMSGSIZE);
	memset(message->bytes + start, 0, end - start);
	memcpy(message->bytes + start, &attribute, sizeof(attribute));
	if (size)
		memcpy(message->bytes + start + NLA_HDRLEN, bytes, size);
	message->head.netlink.nlmsg_len = (uint32_t)end;
}

void genl_send_message(int fd, const union genl_message *message)
{
	size_t length = message->head.netlink.nlmsg_len;

	if (send(fd, message, length, 0) != (ssize_t)length)
		storm_die("send", errno);
}

void genl_send(int fd, uint16_t family, uint8_t command, uint16_t flags)
{
	union genl_message message;

	genl_begin(&message, family, command, flags);
	genl_send_message(fd, &message);
}

ssize_t genl_receive(int fd, union genl_answer *answer, int milliseconds)
{
	struct pollfd input = { .fd = fd, .events = POLLIN };
	ssize_t length;

	if (poll(&input, 1, milliseconds) < 1)
		return 0;
	length = recv(fd, answer, sizeof(*answer), MSG_DONTWAIT);
	if (length < 0 && errno == EAGAIN)
		return 0;
	if (length < 0 && errno != ENOBUFS)
		storm_die("recv", errno);
	return length;
}

int genl_ask_message(int fd, const union genl_message *message)
{
	union genl_answer answer;
	ssize_t length;

	genl_send_message(fd, message);
	do {
		length = genl_receive(fd, &answer, ANSWER_MILLISECONDS);
		if (!length)
			storm_die("no answer", ETIMEDOUT);
	} while (length < 0 || answer.header.nlmsg_type != NLMSG_ERROR);
	return -((struct nlmsgerr *)NLMSG_DATA(&answer.header))->error;
}

int genl_ask(int fd, uint16_t family, uint8_t command)
{
	union genl_message message;

	genl_begin(&message, family, command, NLM_F_ACK);
	return genl_ask_message(fd, &message);
}

const struct nlattr *genl_find(const void *attributes, size_t length, uint16_t type)
{
	const struct nlattr *attribute = attributes;
	size_t bytes;

	while (length >= sizeof(*attribute) && attribute->nla_len >= sizeof(*attribute) &&
	       attribute->nla_len <= length) {
		if (attribute->nla_type == type)
			return attribute;
		bytes = NLA_ALIGN(attribute->nla_len);
		length -= bytes < length ? bytes : length;
		attribute = (const void *)((const char *)attribute + bytes);
	}
	return NULL;
}

size_t genl_size(const struct nlattr *attribute)
{
	return attribute->nla_len - NLA_HDRLEN;
}

static uint16_t told_number(const union genl_answer *answer, size_t length)
{
	const size_t head = sizeof(struct genl_request);
	const struct nlattr *number;
	uint16_t family;

	number = genl_find(answer->bytes + head, length - head, CTRL_ATTR_FAMILY_ID);
	if (!number || genl_size(number) != sizeof(family))
		storm_die("a generic netlink family without a number", EBADMSG);
	memcpy(&family, number + 1, sizeof(family));
	return family;
}

uint16_t genl_family(const char *name)
{
	union genl_message request;
	union genl_answer answer;
	int fd = genl_socket();
	ssize_t length;

	genl_begin(&request, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	genl_put(&request, CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
	genl_send_message(fd, &request);
	length = genl_receive(fd, &answer, ANSWER_MILLISECONDS);
	if (length <= 0 || answer.header.nlmsg_type != GENL_ID_CTRL)
		storm_die(name, ENOENT);
	close(fd);
	return told_number(&answer, (size_t)length);
}

uint16_t genl_tspool_family(void)
{
	return genl_family(TSPOOL_GENL_NAME);
}
