/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A listener without a kernel: what it receives are frames, in messages as the module makes them.
 * They are written to its buffers once, and then lie there again each time that it receives, until
 * another one does.
 */
#ifndef TSP_BENCH_REPLAY_H
#define TSP_BENCH_REPLAY_H

#include <tspool/delayacct.h>
#include <tspool/listen.h>

/* So many frames of one size; they stay the caller's. Returns NULL without memory. */
struct tspool_listener *replay_open(const void *frames, size_t frame_bytes, size_t count);

/* Whether the kernel accounts delays: listeners ask at their first record. */
extern enum tspool_delayacct replay_delays;

#endif /* TSP_BENCH_REPLAY_H */
