// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's tables and totals: a byte that says which of them is asked for, then the answers,
 * each two bytes of length and so many bytes of attributes.
 *
 * Whatever comes, there is one item for each answer, whole to its end, or a refusal and nothing.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <netlink/socket.h>
#include <string.h>
#include <sys/socket.h>
#include <tspool/tspool.h>

#include "fuzz.h"
#include "session.h"

#define FAMILY		37
#define MESSAGE_BYTES	8192
/* A function that takes the place of one in a library. */
#define FAKE		__attribute__((visibility("default")))

static const uint8_t *script;
static size_t script_left;
static unsigned int answered;
static struct nlmsghdr request;
static union {
	struct nlmsghdr header;
	unsigned char bytes[MESSAGE_BYTES];
} answer;

static uint64_t looked_at;	/* so that no look is left out */

static void start_answer(uint16_t type, const void *payload, size_t size)
{
	answer.header = (struct nlmsghdr){
		.nlmsg_len = (uint32_t)(NLMSG_HDRLEN + size),
		.nlmsg_type = type,
		.nlmsg_flags = NLM_F_MULTI,
		.nlmsg_seq = request.nlmsg_seq,
		.nlmsg_pid = request.nlmsg_pid,
	};
	memcpy(answer.bytes + NLMSG_HDRLEN, payload, size);
}

static void answer_with_attributes(void)
{
	struct genlmsghdr genl = { .version = 1 };
	size_t length = script[0] | (size_t)script[1] << 8;
	size_t begin = NLMSG_HDRLEN + GENL_HDRLEN;

	script += 2;
	script_left -= 2;
	if (length > script_left)
		length = script_left;
	if (length > MESSAGE_BYTES - begin)
		length = MESSAGE_BYTES - begin;
	start_answer(FAMILY, &genl, sizeof(genl));
	memcpy(answer.bytes + begin, script, length);
	answer.header.nlmsg_len += (uint32_t)length;
	script += length;
	script_left -= length;
	answered++;
}

/* The end of a dump, and of all that is no dump. */
static void answer_with_end(void)
{
	struct nlmsgerr end = { .msg = request };

	if (request.nlmsg_flags & NLM_F_DUMP)
		start_answer(NLMSG_DONE, &end.error, sizeof(end.error));
	else
		start_answer(NLMSG_ERROR, &end, sizeof(end));
}

static void next_answer(void)
{
	memset(&answer, 0, sizeof(answer));
	if (script_left < 2)
		answer_with_end();
	else
		answer_with_attributes();
}

FAKE ssize_t sendmsg(int fd, const struct msghdr *header, int flags)
{
	(void)fd;
	(void)flags;
	memcpy(&request, header->msg_iov->iov_base, sizeof(request));
	next_answer();
	return (ssize_t)header->msg_iov->iov_len;
}

/* libnl looks at a message's length first, then takes it. */
FAKE ssize_t recvmsg(int fd, struct msghdr *header, int flags)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	size_t size = header->msg_iov->iov_len;
	size_t length = answer.header.nlmsg_len;

	(void)fd;
	memcpy(header->msg_name, &kernel, sizeof(kernel));
	header->msg_namelen = sizeof(kernel);
	header->msg_controllen = 0;
	header->msg_flags = size < length ? MSG_TRUNC : 0;
	memcpy(header->msg_iov->iov_base, answer.bytes, size < length ? size : length);
	if (!(flags & MSG_PEEK))
		next_answer();
	return (ssize_t)length;
}

static void look_at(const void *bytes, size_t size)
{
	const unsigned char *byte = bytes;

	while (size--)
		looked_at += *byte++;
}

static void look_at_text(const char *text)
{
	look_at(text, strlen(text));
}

static int get_cpts(struct tspool_session *session, size_t *count)
{
	struct tspool_cpt_info *cpts;
	int ret = tspool_get_cpts(session, &cpts, count);

	for (size_t i = 0; i < *count; i++) {
		look_at_text(cpts[i].cpus);
		look_at_text(cpts[i].nodes);
		look_at(cpts[i].distances, cpts[i].n_distances * sizeof(*cpts[i].distances));
	}
	tspool_free_cpts(cpts, *count);
	return ret;
}

static int get_scheds(struct tspool_session *session, size_t *count)
{
	struct tspool_sched_info *scheds;
	int ret = tspool_get_scheds(session, &scheds, count);

	look_at(scheds, *count * sizeof(*scheds));
	tspool_free_scheds(scheds, *count);
	return ret;
}

static int get_listeners(struct tspool_session *session, size_t *count)
{
	struct tspool_listener_info *listeners;
	int ret = tspool_get_listeners(session, &listeners, count);

	for (size_t i = 0; i < *count; i++) {
		look_at_text(listeners[i].comm);
		look_at_text(listeners[i].cpus);
		look_at(listeners[i].feeds, listeners[i].n_feeds * sizeof(*listeners[i].feeds));
	}
	tspool_free_listeners(listeners, *count);
	return ret;
}

static int get_stats(struct tspool_session *session, size_t *count)
{
	struct tspool_stats *stats;
	int ret = tspool_get_stats(session, &stats);

	*count = stats ? answered : 0;
	if (stats)
		look_at_text(stats->version);
	tspool_free_stats(stats);
	return ret;
}

typedef int (*get_function)(struct tspool_session *session, size_t *count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const get_function get[] = { get_cpts, get_scheds, get_listeners, get_stats };
	struct tspool_session session = { .family = FAMILY };
	size_t count = 0;
	int ret;

	if (!size)
		return 0;
	script = bytes + 1;
	script_left = size - 1;
	answered = 0;
	ret = get[bytes[0] % 4](&session, &count);
	MUST(!ret || ret == -EBADMSG);
	MUST(count == (ret ? 0 : answered));
	MUST(!ret == !*tspool_error(&session));
	nl_socket_free(session.sock);
	return 0;
}
