// SPDX-License-Identifier: GPL-2.0-only
/*
 * A listener's reception, on a socket whose datagrams are the input: each is a byte of flags, two
 * bytes of length, and so many bytes. Flags: 1 from another process, 2 cut off, 4 an overrun in its
 * place, 8 the module's unloading in its place.
 *
 * Whatever comes, the reception ends, takes every datagram before it says that nothing is there,
 * hands over a known frame each time that it counts one, reports each overrun and each message cut
 * off, and, once told, the unloading. What other processes send makes no difference, nor does it
 * whether only heads are wanted.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <tspool/tspool.h>

#include "fuzz.h"
#include "no_kernel.h"
#include "session.h"

#define FAMILY	37

enum { FOREIGN = 1, CUT_OFF = 2, OVERRUN = 4, UNLOADED = 8 };

static const uint8_t *script;
static size_t script_left;
static unsigned int overruns_told, overruns_seen, handed_over;
static bool unloaded, exhausted;
static bool foreign_ones_empty, heads_only;

static bool fill(struct mmsghdr *slot)
{
	struct sockaddr_nl *sender = slot->msg_hdr.msg_name;
	const struct iovec *part = slot->msg_hdr.msg_iov;
	uint8_t flags = script[0];
	size_t length = script[1] | (size_t)script[2] << 8;

	if (flags & (OVERRUN | UNLOADED))
		return false;
	script += 3;
	script_left -= 3;
	if (length > script_left)
		length = script_left;
	MUST(part->iov_len >= length);
	memcpy(part->iov_base, script, length);
	script += length;
	script_left -= length;
	if (flags & FOREIGN && foreign_ones_empty)
		length = 0;

	MUST(slot->msg_hdr.msg_namelen >= sizeof(*sender));
	*sender = (struct sockaddr_nl){ .nl_family = AF_NETLINK, .nl_pid = flags & FOREIGN };
	slot->msg_hdr.msg_namelen = sizeof(*sender);
	slot->msg_hdr.msg_flags = flags & CUT_OFF ? MSG_TRUNC : 0;
	slot->msg_len = (unsigned int)length;
	overruns_told += (flags & (CUT_OFF | FOREIGN)) == CUT_OFF;
	return true;
}

static void take_error(void)
{
	bool overrun;

	if (script_left < 3) {
		script_left = 0;
		exhausted = true;
		errno = EAGAIN;
		return;
	}
	overrun = *script & OVERRUN;
	overruns_told += overrun;
	unloaded |= !overrun;
	errno = overrun ? ENOBUFS : ESHUTDOWN;
	script++;
	script_left--;
}

/* As the kernel does it, an error ends the call, or fails it where nothing came before. */
FAKE int recvmmsg(int fd, struct mmsghdr *slots, unsigned int count, int flags,
		  struct timespec *timeout)
{
	unsigned int filled = 0;

	(void)fd;
	(void)flags;
	(void)timeout;
	while (filled < count && script_left >= 3 && fill(&slots[filled]))
		filled++;
	if (filled)
		return (int)filled;
	take_error();
	return -1;
}

static bool on_record(const struct tspool_record *record, void *arg)
{
	unsigned int *turns = arg;

	MUST(tspool_frame_record(&record->frame) == record);
	handed_over++;
	return ++*turns % 3;
}

static bool on_head(const struct tspool_frame *head, void *arg)
{
	unsigned int *turns = arg;

	MUST(tspool_frame_record(head));
	handed_over++;
	return ++*turns % 3;
}

static bool on_lost(const struct tspool_lost *lost, void *arg)
{
	MUST(tspool_frame_lost(&lost->frame) == lost);
	if (lost->frame.cpt == TSPOOL_CPT_ANY && lost->cause == TSPOOL_CAUSE_RECEIVE_OVERRUN &&
	    lost->count == TSPOOL_COUNT_UNKNOWN)
		overruns_seen++;
	(void)arg;
	handed_over++;
	return true;
}

static void receive_all(struct tspool_listener *listener)
{
	const struct tspool_handler handler = {
		.record = on_record,
		.lost = on_lost,
		.head = heads_only ? on_head : NULL,
	};
	unsigned int turns = 0, handled = 0;
	int ret;

	do {
		ret = tspool_receive(listener, &handler, &turns);
		if (ret > 0)
			handled += (unsigned int)ret;
		/* It is for when nothing is there, and for no refusal. */
		MUST(ret != -EAGAIN || exhausted);
	} while (!exhausted);
	MUST(ret == (unloaded ? -ESHUTDOWN : -EAGAIN));
	/* What came in a call that then failed is not in what that call returned. */
	MUST(handled <= handed_over);
	/* A frame may look like one of those. */
	MUST(overruns_seen >= overruns_told);
}

/* Returns how many frames were handed over. */
static unsigned int run_script(const uint8_t *bytes, size_t size)
{
	struct tspool_session session = { .family = FAMILY };
	struct tspool_listener *listener;

	script = bytes;
	script_left = size;
	overruns_told = 0;
	overruns_seen = 0;
	handed_over = 0;
	unloaded = false;
	exhausted = false;
	MUST(!tspool_listen(&session, NULL, &listener));
	receive_all(listener);
	tspool_listener_close(listener);
	return handed_over;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	unsigned int frames;

	foreign_ones_empty = false;
	frames = run_script(bytes, size);
	foreign_ones_empty = true;
	MUST(run_script(bytes, size) == frames);
	heads_only = true;
	MUST(run_script(bytes, size) == frames);
	heads_only = false;
	return 0;
}
