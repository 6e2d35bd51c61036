/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A listener: the records of exits, as they happen.
 *
 *	tspool_listen()			subscribe
 *	poll() on tspool_listener_fd(), then tspool_receive(), again and again
 *	tspool_unsubscribe()		to end: nothing new from here on
 *	tspool_drain()			what was under way
 *	tspool_listener_close()
 *
 * A listener has a socket of its own, so that its session stays free for requests. It belongs to
 * the thread of its session, and its failures are told by tspool_error() of that session. Its
 * buffers come to lie on the memory node of the CPU on which it first receives. Delays are absent
 * in its records while the kernel does not account them (delayacct.h), which is looked at once a
 * second.
 */
#ifndef TSPOOL_LISTEN_H
#define TSPOOL_LISTEN_H

#include <tspool/filter.h>
#include <tspool/record.h>
#include <tspool/session.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TSPOOL_RECEIVE_BUFFER_BYTES	(8U << 20)
#define TSPOOL_NO_BACKLOG		UINT64_MAX

struct tspool_listener;

/*
 * What to listen to. All zero: all exits on all CPUs, with the default receive buffer. It is read
 * during the call only. The taskstats backend knows cpus, receive_buffer_bytes and cpt only.
 */
struct tspool_listen_options {
	const char *cpts;		/* list of CPTs ("0,2-3"); or */
	const char *cpus;		/* list of CPUs ("1-3,5") */
	/* The CPT of these CPUs, which the kernel's taskstats do not tell. NULL: nobody knows. */
	const uint32_t *cpt;
	const struct tspool_filter *filter; /* which of the records there; NULL: all */
	unsigned int receive_buffer_bytes; /* 0: TSPOOL_RECEIVE_BUFFER_BYTES */
	/* What may wait in the module while the buffer is full. 0: as its backlog_kbytes says. */
	uint64_t backlog_bytes;
	enum tspool_drop drop;		/* what is lost when that is full, too */
};

/*
 * Gets what was received, frame by frame, in the order of the kernel. Record and lost are valid
 * only during the call. Returning false ends the reception after this frame; what was already
 * taken from the socket is kept for the next call.
 */
struct tspool_handler {
	bool (*record)(const struct tspool_record *record, void *arg);
	bool (*lost)(const struct tspool_lost *lost, void *arg);
	/* NULL, or instead of record, for who counts: cheaper, as nothing else is looked at. */
	bool (*head)(const struct tspool_frame *record_head, void *arg);
};

/*
 * Subscribes; from now on the kernel queues records on the listener's socket. NULL options are all
 * zero ones. *listener is NULL on failure.
 *
 * -EINVAL: both lists given, bad syntax in one, or a value of the filter that makes no sense.
 * -ERANGE: no such CPT or CPU, no such drop, too long a pattern of names, or a backlog larger than
 * the module's backlog_limit_kbytes. -ENOSPC: that leaves less for another backlog. -ESRCH: no such
 * cgroup. -EOPNOTSUPP: the kernel has none. -EPERM: no CAP_NET_ADMIN. -E2BIG: a list longer than a
 * memory page. -ENOENT: the module is gone. -ENOMEM. -EOPNOTSUPP: what only the module has, with
 * the taskstats backend, or with that outside the initial network namespace. It refuses by -EINVAL
 * and -ERANGE CPUs that there are not.
 */
int tspool_listen(struct tspool_session *session, const struct tspool_listen_options *options,
		  struct tspool_listener **listener);

/* To poll for input. It is non-blocking and stays the listener's. */
int tspool_listener_fd(const struct tspool_listener *listener);

/* The netlink port id, by which tspool_get_listeners() knows this listener. */
uint32_t tspool_listener_portid(const struct tspool_listener *listener);

/*
 * The receive buffer that the kernel granted, in bytes as it counts them: twice what was asked for,
 * to cover its own overhead. It is less where net.core.rmem_max forbids that much and CAP_NET_ADMIN
 * is missing.
 */
unsigned int tspool_listener_buffer_bytes(const struct tspool_listener *listener);

/*
 * Takes what is there, in one system call and without waiting, and hands it to the handler.
 * Returns how many records and losses were handled, or -EAGAIN when nothing was there.
 *
 * An overrun of the socket is handled as a LOST record of cause TSPOOL_CAUSE_RECEIVE_OVERRUN with
 * TSPOOL_COUNT_UNKNOWN and TSPOOL_CPT_ANY, and so is a message that did not fit. What the module
 * knows to have dropped it tells on its own, by exact LOST records: they may tell of the same
 * records. -EBADMSG: a message that makes no sense; what came before it was handled, and the next
 * call goes on after it. Messages that do not come from the kernel are passed over. -ESHUTDOWN: the
 * module was unloaded, and all it had queued before was handled.
 *
 * With the taskstats backend records have a TASK frame for each exit, and a PROCESS frame after
 * that of the last thread of a process that ever had others. They are numbered (seq) by the
 * listener in the order in which they come. An overrun has the exact count of exits that the socket
 * lost; they take numbers as well, when the listener comes to know of them. A PROCESS frame that
 * would have come with one of them is not in that count.
 */
int tspool_receive(struct tspool_listener *listener, const struct tspool_handler *handler,
		   void *arg);

/*
 * Whether the last reception took and handled all that was there: to receive again at once would
 * bring nothing but news, or an error.
 */
bool tspool_listener_took_all(const struct tspool_listener *listener);

/*
 * Receives until nothing is left or the handler ends it. Returns how many records and losses were
 * handled, or a negative errno other than -EAGAIN. While subscribed and under load it may not end.
 */
int tspool_drain(struct tspool_listener *listener, const struct tspool_handler *handler, void *arg);

/*
 * Ends the subscription. Waits until all that exited before the call is queued, the backlog
 * included, beyond the receive buffer's size; then the kernel queues nothing more. What is queued
 * can still be received, and last the losses for which there was no room: who drains the listener
 * now knows of every record. A refusal (-ENOENT: the module is gone) stands behind it, and is
 * returned by tspool_receive(). The taskstats backend need not wait: exits are queued as they
 * happen.
 */
int tspool_unsubscribe(struct tspool_listener *listener);

/* Closes the socket, which ends the subscription as well. NULL is allowed. */
void tspool_listener_close(struct tspool_listener *listener);

#ifdef __cplusplus
}
#endif

#endif /* TSPOOL_LISTEN_H */
