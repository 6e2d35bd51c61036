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

void genl_send(int fd, uint16_t family, uint8_t command, uint16_t flags)
{
	struct genl_request request = {
		.netlink.nlmsg_len = sizeof(request),
		.netlink.nlmsg_type = family,
		.netlink.nlmsg_flags = NLM_F_REQUEST | flags,
		.genl.cmd = command,
		.genl.version = TSPOOL_GENL_VERSION,
	};

	if (send(fd, &request, sizeof(request), 0) != sizeof(request))
		storm_die("send", errno);
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

int genl_ask(int fd, uint16_t family, uint8_t command)
{
	union genl_answer answer;
	ssize_t length;

	genl_send(fd, family, command, NLM_F_ACK);
	do {
		length = genl_receive(fd, &answer, ANSWER_MILLISECONDS);
		if (!length)
			storm_die("no answer", ETIMEDOUT);
	} while (length < 0 || answer.header.nlmsg_type != NLMSG_ERROR);
	return -((struct nlmsgerr *)NLMSG_DATA(&answer.header))->error;
}

static const struct nlattr *next_attribute(const struct nlattr *attribute)
{
	return (const void *)((const char *)attribute + NLA_ALIGN(attribute->nla_len));
}

uint16_t genl_tspool_family(void)
{
	struct {
		struct genl_request head;
		struct nlattr attribute;
		char name[NLA_ALIGN(sizeof(TSPOOL_GENL_NAME))];
	} request = {
		.head.netlink.nlmsg_len = sizeof(request),
		.head.netlink.nlmsg_type = GENL_ID_CTRL,
		.head.netlink.nlmsg_flags = NLM_F_REQUEST,
		.head.genl.cmd = CTRL_CMD_GETFAMILY,
		.attribute.nla_type = CTRL_ATTR_FAMILY_NAME,
		.attribute.nla_len = NLA_HDRLEN + sizeof(TSPOOL_GENL_NAME),
		.name = TSPOOL_GENL_NAME,
	};
	const struct nlattr *attribute;
	union genl_answer answer;
	int fd = genl_socket();
	ssize_t length;
	uint16_t family;

	if (send(fd, &request, sizeof(request), 0) != sizeof(request))
		storm_die("send", errno);
	length = genl_receive(fd, &answer, ANSWER_MILLISECONDS);
	if (length <= 0 || answer.header.nlmsg_type != GENL_ID_CTRL)
		storm_die("no generic netlink family " TSPOOL_GENL_NAME, ENOENT);
	close(fd);
	attribute = (const void *)(answer.bytes + sizeof(request.head));
	while (attribute->nla_type != CTRL_ATTR_FAMILY_ID)
		attribute = next_attribute(attribute);
	memcpy(&family, attribute + 1, sizeof(family));
	return family;
}
