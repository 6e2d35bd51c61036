/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For a listener without a kernel: what it sends is taken, and nothing says that it was refused.
 * What it receives is its user's, who puts a recvmmsg() in the place of the C library's.
 */
#ifndef TSP_NO_KERNEL_H
#define TSP_NO_KERNEL_H

/* A function that takes the place of one in a library. */
#define FAKE	__attribute__((visibility("default")))

#endif /* TSP_NO_KERNEL_H */
