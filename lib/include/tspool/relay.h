/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Relay buffers: the records of all exits, in bulk, by memory that the reader shares with the
 * module. There is one buffer a CPT, and it has one reader at a time.
 *
 *	tspool_relay_set()		starts and stops it
 *	tspool_get_relays()		how the buffers stand (dump.h)
 *	tspool_relay_open()		become the reader of one
 *	poll() on tspool_relay_fd(), then tspool_relay_receive(), again and again
 *	tspool_relay_close()
 *
 * In lossless mode a reader takes records out of the buffer while the module puts them in; one that
 * comes later goes on where the last one stopped. In overwrite mode the buffer holds the latest
 * records: while it is open nothing is written to it, and when it is closed it starts anew.
 *
 * A reader belongs to the thread of its session, which tells its failures. While it is open, the
 * module can't be unloaded.
 */
#ifndef TSPOOL_RELAY_H
#define TSPOOL_RELAY_H

#include <tspool/listen.h>
#include <tspool/session.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tspool_relay;

struct tspool_relay_setup {
	enum tspool_relay_mode mode;
	uint32_t subbuf_size;	/* bytes; 0: as the module's parameter says */
	uint32_t n_subbufs;	/* 0: as the module's parameter says */
};

/*
 * Has the module write all exits to relay buffers from now on, or, with TSPOOL_RELAY_OFF, no more:
 * then everything that exited before the call is in the buffers, and they go when their readers do.
 *
 * -EBUSY: relay is on already. -EALREADY: it is off already. -ERANGE: a size that can't be.
 * -ENOMEM. -EPERM: no CAP_NET_ADMIN. -EOPNOTSUPP, -ENODEV: a kernel without relay or debugfs.
 */
int tspool_relay_set(struct tspool_session *session, const struct tspool_relay_setup *setup);

/* "off", "lossless", "overwrite"; "unknown" for any other value. */
const char *tspool_relay_mode_name(unsigned int mode);

/*
 * Opens the buffer of a CPT. *relay is NULL on failure.
 *
 * -ENXIO: relay is off. -ERANGE: no such CPT. -EBUSY: it has a reader. -ENOENT: debugfs is not
 * mounted at /sys/kernel/debug. -EACCES, -EPERM: only root may. -ENOMEM.
 */
int tspool_relay_open(struct tspool_session *session, uint32_t cpt, struct tspool_relay **relay);

/* To poll for input, which is there when a sub-buffer is full. It stays the reader's. */
int tspool_relay_fd(const struct tspool_relay *relay);

/*
 * Takes what is ready, without waiting, and hands it to the handler, as tspool_receive() does. With
 * flush, also what is in a sub-buffer that is not full yet: to be asked for after some time of
 * silence, since it wastes the room that is left there.
 *
 * A sub-buffer is given back to the module by the next call, or by tspool_relay_close(): who keeps
 * safe what was handled before that loses nothing when it is killed, but may get some of it twice.
 * (Where the buffer can't be mapped, it is given back at once.)
 *
 * Returns how many records and losses were handled, or -EAGAIN when nothing was there, or
 * -ESHUTDOWN when nothing is there and nothing will come: relay is off, or its mode is overwrite.
 * -EBADMSG: a sub-buffer that makes no sense, or does not go on where the one before it ended; what
 * came before it was handled, and the next call goes on after it.
 */
int tspool_relay_receive(struct tspool_relay *relay, bool flush,
			 const struct tspool_handler *handler, void *arg);

/* Lets the next reader come. What was not handled is there for it. NULL is allowed. */
void tspool_relay_close(struct tspool_relay *relay);

#ifdef __cplusplus
}
#endif

#endif /* TSPOOL_RELAY_H */
