// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <fcntl.h>
#include <netlink/attr.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <tspool/dump.h>
#include <tspool/relay.h>
#include <unistd.h>

#include "delays.h"
#include "handler.h"
#include "request.h"
#include "subbuf.h"

#define DIRECTORY	"/sys/kernel/debug/tspool"

struct tspool_relay {
	struct tspool_session *session;
	int fd;
	bool mapped;
	unsigned char *buffer;	/* mapped: all sub-buffers; else room for one */
	size_t bytes;		/* of that */
	uint32_t subbuf_size;
	uint32_t n_subbufs;
	uint64_t number;	/* of the sub-buffer that is open, or was last */
	bool is_open;
	bool is_read;		/* mapped: the one before, but it was not given back */
	struct tsp_subbufs subbufs;
	struct tsp_delays delays;
};

const char *tspool_relay_mode_name(unsigned int mode)
{
	switch (mode) {
	case TSPOOL_RELAY_OFF:
		return "off";
	case TSPOOL_RELAY_LOSSLESS:
		return "lossless";
	case TSPOOL_RELAY_OVERWRITE:
		return "overwrite";
	default:
		return "unknown";
	}
}

static int on_no_reply(struct tspool_session *session, const struct nlmsghdr *reply, void *arg)
{
	(void)session;
	(void)reply;
	(void)arg;
	return 0;
}

static int put_setup(struct nl_msg *request, const struct tspool_relay_setup *setup)
{
	int ret = nla_put_u32(request, TSPOOL_RELAY_A_MODE, setup->mode);

	if (!ret && setup->subbuf_size)
		ret = nla_put_u32(request, TSPOOL_RELAY_A_SUBBUF_SIZE, setup->subbuf_size);
	if (!ret && setup->n_subbufs)
		ret = nla_put_u32(request, TSPOOL_RELAY_A_N_SUBBUFS, setup->n_subbufs);
	return ret;
}

int tspool_relay_set(struct tspool_session *session, const struct tspool_relay_setup *setup)
{
	const char *what = setup->mode == TSPOOL_RELAY_OFF ? "stop relay" : "start relay";
	struct nl_msg *request;
	int ret;

	request = tsp_request(session, TSPOOL_CMD_RELAY_SET, NLM_F_ACK);
	if (!request)
		return tsp_fail(session, -ENOMEM, "%s: no memory for the request", what);
	if (put_setup(request, setup))
		ret = tsp_fail(session, -ENOMEM, "%s: no memory for the request", what);
	else
		ret = tsp_exchange(session, request, what, on_no_reply, NULL);
	nlmsg_free(request);
	return ret;
}

static int learn_sizes(struct tspool_relay *relay)
{
	struct tspool_session *session = relay->session;
	uint32_t cpt = relay->subbufs.cpt;
	struct tspool_relay_info *infos;
	size_t count, i;
	int ret;

	ret = tspool_get_relays(session, &infos, &count);
	if (ret)
		return ret;
	if (!count)
		return tsp_fail(session, -ENXIO, "relay is off");
	ret = tsp_fail(session, -ERANGE, "there is no relay buffer of CPT %u, of %zu", cpt, count);
	for (i = 0; i < count; i++) {
		if (infos[i].cpt != cpt)
			continue;
		relay->subbuf_size = infos[i].subbuf_size;
		relay->n_subbufs = infos[i].n_subbufs;
		ret = 0;
	}
	tspool_free_relays(infos, count);
	return ret;
}

static int open_file(struct tspool_relay *relay, const char *suffix)
{
	char path[sizeof(DIRECTORY) + 32];

	snprintf(path, sizeof(path), DIRECTORY "/cpt%u%s", relay->subbufs.cpt, suffix);
	relay->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (relay->fd >= 0)
		return 0;
	switch (errno) {
	case EBUSY:
		return tsp_fail(relay->session, -EBUSY, "%s has a reader", path);
	case ENXIO:
		return tsp_fail(relay->session, -ENXIO, "relay is off");
	case ENOENT:
		return tsp_fail(relay->session, -ENOENT, "%s: %s; is debugfs mounted there?", path,
				strerror(ENOENT));
	default:
		return tsp_fail(relay->session, -errno, "%s: %s", path, strerror(errno));
	}
}

static int map_buffer(struct tspool_relay *relay)
{
	size_t bytes = (size_t)relay->subbuf_size * relay->n_subbufs;
	/* All pages now: a fault for each would cost more than its records. */
	void *buffer = mmap(NULL, bytes, PROT_READ, MAP_SHARED | MAP_POPULATE, relay->fd, 0);

	if (buffer == MAP_FAILED)
		return tsp_fail(relay->session, -errno, "relay buffer of CPT %u: %s",
				relay->subbufs.cpt, strerror(errno));
	relay->mapped = true;
	relay->buffer = buffer;
	relay->bytes = bytes;
	return 0;
}

static int make_buffer(struct tspool_relay *relay)
{
	void *buffer = mmap(NULL, relay->subbuf_size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (buffer == MAP_FAILED)
		return tsp_fail(relay->session, -ENOMEM, "no memory for a sub-buffer of %u bytes",
				relay->subbuf_size);
	relay->buffer = buffer;
	relay->bytes = relay->subbuf_size;
	return 0;
}

/* Where nothing in debugfs may be mapped, as under lockdown, it is read. */
static int open_relay(struct tspool_relay *relay)
{
	int ret = learn_sizes(relay);

	if (ret)
		return ret;
	ret = open_file(relay, "");
	if (!ret)
		return map_buffer(relay);
	if (ret != -EPERM)
		return ret;
	ret = open_file(relay, ".read");
	return ret ? ret : make_buffer(relay);
}

int tspool_relay_open(struct tspool_session *session, uint32_t cpt, struct tspool_relay **relay)
{
	struct tspool_relay *new_relay;
	int ret;

	*relay = NULL;
	new_relay = calloc(1, sizeof(*new_relay));
	if (!new_relay)
		return tsp_fail(session, -ENOMEM, "no memory for a reader of relay");

	new_relay->session = session;
	new_relay->fd = -1;
	new_relay->subbufs.cpt = cpt;
	tsp_delays_init(&new_relay->delays);
	ret = open_relay(new_relay);
	if (ret) {
		tspool_relay_close(new_relay);
		return ret;
	}
	*relay = new_relay;
	return 0;
}

int tspool_relay_fd(const struct tspool_relay *relay)
{
	return relay->fd;
}

/* Gives back the sub-buffer that was read, and asks for what is ready. */
static int exchange(struct tspool_relay *relay, bool flush, struct tspool_relay_ready *ready)
{
	*ready = (struct tspool_relay_ready){
		.first = relay->is_read ? relay->number + 1 : 0,
		.flush = flush,
	};
	relay->is_read = false;
	return ioctl(relay->fd, TSPOOL_RELAY_IOC_READY, ready);
}

void tspool_relay_close(struct tspool_relay *relay)
{
	struct tspool_relay_ready ready;

	if (!relay)
		return;
	if (relay->is_read)
		exchange(relay, false, &ready);
	if (relay->buffer)
		munmap(relay->buffer, relay->bytes);
	if (relay->fd >= 0)
		close(relay->fd);
	free(relay);
}

static int fail_system(struct tspool_relay *relay)
{
	return tsp_fail(relay->session, -errno, "relay buffer of CPT %u: %s", relay->subbufs.cpt,
			strerror(errno));
}

static int ended(struct tspool_relay *relay)
{
	return tsp_fail(relay->session, -ESHUTDOWN, "relay buffer of CPT %u: it is at its end",
			relay->subbufs.cpt);
}

/* Finds the next sub-buffer that is ready. */
static int find_mapped(struct tspool_relay *relay, bool flush, const void **bytes, size_t *length)
{
	struct tspool_relay_ready ready;

	if (exchange(relay, flush, &ready))
		return fail_system(relay);
	if (ready.first == ready.next)
		return ready.ended ? ended(relay) : -EAGAIN;
	relay->number = ready.first;
	*bytes = relay->buffer + ready.first % relay->n_subbufs * relay->subbuf_size;
	*length = relay->subbuf_size;
	return 0;
}

/* A read flushes; it is only done where there is something, or that is asked for. */
static int find_read(struct tspool_relay *relay, bool flush, const void **bytes, size_t *length)
{
	struct pollfd poll_fd = { .fd = relay->fd, .events = POLLIN };
	struct tspool_subbuf head;
	ssize_t ret;

	if (!flush && poll(&poll_fd, 1, 0) == 0)
		return -EAGAIN;
	ret = read(relay->fd, relay->buffer, relay->bytes);
	if (ret < 0 && errno == EAGAIN)
		return -EAGAIN;
	if (ret < 0)
		return fail_system(relay);
	if (!ret)
		return ended(relay);
	/* Which one it is, nobody else tells. */
	if ((size_t)ret >= sizeof(head)) {
		memcpy(&head, relay->buffer, sizeof(head));
		relay->number = head.number;
	}
	*bytes = relay->buffer;
	*length = (size_t)ret;
	return 0;
}

static void finish(struct tspool_relay *relay)
{
	relay->is_open = false;
	/* One that was read by read(2) was given back by that. */
	relay->is_read = relay->mapped;
}

/* A bad one is passed over. */
static int fail_subbuf(struct tspool_relay *relay)
{
	finish(relay);
	return tsp_fail(relay->session, -EBADMSG,
			"relay buffer of CPT %u: sub-buffer %llu: %s, at byte %zu of its frames",
			relay->subbufs.cpt, (unsigned long long)relay->number, relay->subbufs.fault,
			relay->subbufs.decoder.offset);
}

static int open_next(struct tspool_relay *relay, bool flush)
{
	const void *bytes = NULL;
	size_t length = 0;
	int ret;

	if (relay->mapped)
		ret = find_mapped(relay, flush, &bytes, &length);
	else
		ret = find_read(relay, flush, &bytes, &length);
	if (ret)
		return ret;
	relay->is_open = true;
	if (tsp_subbufs_open(&relay->subbufs, bytes, length, relay->number))
		return fail_subbuf(relay);
	return 0;
}

/* The heads that lie there one behind the other. Returns how many. */
static int pass_heads(struct tsp_subbufs *subbufs, const struct tspool_handler *handler, void *arg,
		      bool *stopped)
{
	const struct tspool_frame *head;
	int handled = 0;

	while (!*stopped && (head = tsp_subbufs_usual_head(subbufs))) {
		handled++;
		*stopped = !handler->head(head, arg);
	}
	return handled;
}

int tspool_relay_receive(struct tspool_relay *relay, bool flush,
			 const struct tspool_handler *handler, void *arg)
{
	const struct tspool_frame *frame;
	bool stopped = false;
	int handled = 0;
	int ret = 0;

	if (!relay->is_open)
		ret = open_next(relay, flush);
	if (ret)
		return ret;
	while (!stopped) {
		if (handler->head)
			handled += pass_heads(&relay->subbufs, handler, arg, &stopped);
		if (stopped)
			break;
		ret = tsp_subbufs_next(&relay->subbufs, handler->head, &frame);
		if (ret < 0)
			return fail_subbuf(relay);
		if (!ret)
			break;
		handled++;
		stopped = !tsp_hand_over(frame, &relay->subbufs.decoder, &relay->delays, handler,
					 arg);
	}
	if (tsp_subbufs_at_end(&relay->subbufs))
		finish(relay);
	return handled;
}
