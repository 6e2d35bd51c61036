/* SPDX-License-Identifier: GPL-2.0-only */
/* Relay's callback at the start of a sub-buffer lost its last argument in 6.17. */
#ifndef TSP_COMPAT_RELAY_H
#define TSP_COMPAT_RELAY_H

#include <linux/relay.h>
#include <linux/version.h>

/* Its parameters: a struct rchan_buf and where the new sub-buffer starts; the rest is not used. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
#define TSP_SUBBUF_START_ARGS(buf, subbuf) struct rchan_buf *buf, void *subbuf, void *prev_subbuf
#else
#define TSP_SUBBUF_START_ARGS(buf, subbuf) \
	struct rchan_buf *buf, void *subbuf, void *prev_subbuf, size_t prev_padding
#endif

#endif /* TSP_COMPAT_RELAY_H */
