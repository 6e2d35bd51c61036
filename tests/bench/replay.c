// SPDX-License-Identifier: GPL-2.0-only
#include "replay.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#include "no_kernel.h"
#include "session.h"

#define FAMILY		37
#define BATCH		32 /* the module's */
#define HEAD_BYTES	(NLMSG_HDRLEN + GENL_HDRLEN + NLA_HDRLEN)

static struct tspool_session session = { .family = FAMILY };
static const unsigned char *script;
static size_t script_frame_bytes, script_count, replayed;
static const void *written_to;

enum tspool_delayacct replay_delays;

FAKE enum tspool_delayacct tspool_delay_accounting(void)
{
	return replay_delays;
}

static void write_message(unsigned char *to, size_t frames_bytes)
{
	struct nlmsghdr header = { .nlmsg_len = HEAD_BYTES + frames_bytes, .nlmsg_type = FAMILY };
	struct genlmsghdr genl = { .cmd = TSPOOL_CMD_EVENT, .version = TSPOOL_GENL_VERSION };
	struct nlattr attribute = { .nla_len = NLA_HDRLEN + frames_bytes,
				    .nla_type = TSPOOL_A_FRAMES };

	memcpy(to, &header, sizeof(header));
	memcpy(to + NLMSG_HDRLEN, &genl, sizeof(genl));
	memcpy(to + NLMSG_HDRLEN + GENL_HDRLEN, &attribute, sizeof(attribute));
	memcpy(to + HEAD_BYTES, script + replayed * script_frame_bytes, frames_bytes);
}

static void fill(struct mmsghdr *slot, bool written)
{
	size_t left = script_count - replayed;
	size_t frames = left < BATCH ? left : BATCH;

	if (!written)
		write_message(slot->msg_hdr.msg_iov->iov_base, frames * script_frame_bytes);
	memset(slot->msg_hdr.msg_name, 0, sizeof(struct sockaddr_nl));
	slot->msg_hdr.msg_namelen = sizeof(struct sockaddr_nl);
	slot->msg_hdr.msg_flags = 0;
	slot->msg_len = (unsigned int)(HEAD_BYTES + frames * script_frame_bytes);
	replayed += frames;
}

FAKE int recvmmsg(int fd, struct mmsghdr *slots, unsigned int count, int flags,
		  struct timespec *timeout)
{
	bool written = written_to == slots[0].msg_hdr.msg_iov->iov_base;
	unsigned int filled = 0;

	(void)fd;
	(void)flags;
	(void)timeout;
	while (filled < count && replayed < script_count)
		fill(&slots[filled++], written);
	written_to = slots[0].msg_hdr.msg_iov->iov_base;
	replayed = 0;
	return (int)filled;
}

struct tspool_listener *replay_open(const void *frames, size_t frame_bytes, size_t count)
{
	struct tspool_listener *listener;

	script = frames;
	script_frame_bytes = frame_bytes;
	script_count = count;
	return tspool_listen(&session, NULL, &listener) ? NULL : listener;
}
