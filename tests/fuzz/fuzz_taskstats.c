// SPDX-License-Identifier: GPL-2.0-only
/*
 * A listener to the kernel's taskstats, on a socket whose datagrams are the input: each is a byte,
 * how many the socket dropped before it, two bytes of length, and so many bytes.
 *
 * Whatever comes, the reception ends, each message brings one TASK record and at most one PROCESS
 * record after it or is an error, fields that are absent hold zero, records and losses are numbered
 * from 0 on without a gap, and the losses are those that the socket counted.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <tspool/tspool.h>
#include <unistd.h>

#include "fuzz.h"
#include "no_kernel.h"
#include "session.h"

#define FAMILY		37
#define HEAD_BYTES	3

static const uint8_t *script;
static size_t script_left;
static uint32_t dropped;
static uint64_t next_seq, lost;
static bool after_task;

FAKE int getsockopt(int fd, int level, int name, void *value, socklen_t *length)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };

	if (level != SOL_SOCKET || name != SO_MEMINFO)
		return (int)syscall(SYS_getsockopt, fd, level, name, value, length);
	info[SK_MEMINFO_DROPS] = dropped;
	MUST(*length >= sizeof(info));
	memcpy(value, info, sizeof(info));
	*length = sizeof(info);
	return 0;
}

/* One at a time, so that it is known what each brings. */
FAKE int recvmmsg(int fd, struct mmsghdr *slots, unsigned int count, int flags,
		  struct timespec *timeout)
{
	struct sockaddr_nl *sender = slots->msg_hdr.msg_name;
	size_t length;

	(void)fd;
	(void)count;
	(void)flags;
	(void)timeout;
	if (script_left < HEAD_BYTES) {
		script_left = 0;
		errno = EAGAIN;
		return -1;
	}
	dropped += script[0];
	length = (script[1] | (size_t)script[2] << 8) % 4096;
	script += HEAD_BYTES;
	script_left -= HEAD_BYTES;
	if (length > script_left)
		length = script_left;
	MUST(slots->msg_hdr.msg_iov->iov_len >= length);
	memcpy(slots->msg_hdr.msg_iov->iov_base, script, length);
	script += length;
	script_left -= length;

	*sender = (struct sockaddr_nl){ .nl_family = AF_NETLINK };
	slots->msg_hdr.msg_namelen = sizeof(*sender);
	slots->msg_hdr.msg_flags = 0;
	slots->msg_len = (unsigned int)length;
	after_task = false;
	return 1;
}

static void check_absent(const struct tspool_record *record)
{
	const struct tspool_field_info *fields;
	size_t count, length;

	fields = tspool_record_fields(&count);
	for (size_t i = 0; i < count; i++) {
		if (tspool_record_has(record, (unsigned int)i))
			continue;
		MUST(!tspool_field_number(record, &fields[i]));
		tspool_field_text(record, &fields[i], &length);
		MUST(!length);
	}
}

static bool on_record(const struct tspool_record *record, void *arg)
{
	bool is_task = record->frame.type == TSPOOL_FRAME_TASK;

	(void)arg;
	MUST(is_task || (record->frame.type == TSPOOL_FRAME_PROCESS && after_task));
	MUST(record->frame.size == sizeof(*record));
	MUST(tspool_record_has(record, TSPOOL_FIELD_seq) && record->seq == next_seq);
	check_absent(record);
	after_task = is_task;
	next_seq++;
	return true;
}

static bool on_lost(const struct tspool_lost *loss, void *arg)
{
	(void)arg;
	MUST(loss->cause == TSPOOL_CAUSE_RECEIVE_OVERRUN);
	MUST(loss->count && loss->first_seq == next_seq);
	MUST(loss->last_seq == next_seq + loss->count - 1);
	next_seq += loss->count;
	lost += loss->count;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const struct tspool_handler handler = { .record = on_record, .lost = on_lost };
	struct tspool_session session = {
		.backend = TSPOOL_BACKEND_TASKSTATS,
		.family = FAMILY,
	};
	struct tspool_listener *listener;
	int ret;

	script = bytes;
	script_left = size;
	dropped = 0;
	next_seq = 0;
	lost = 0;
	MUST(!tspool_listen(&session, NULL, &listener));
	do {
		ret = tspool_receive(listener, &handler, NULL);
	} while (ret != -EAGAIN || script_left);
	MUST(lost == dropped);
	tspool_listener_close(listener);
	return 0;
}
