// SPDX-License-Identifier: GPL-2.0-only
#include <linux/build_bug.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "encode.h"
#include "relay_setup.h"

#define SUBBUF_SIZE_MAX	(16U << 20)
#define N_SUBBUFS_MIN	2
#define N_SUBBUFS_MAX	4096
#define BUFFER_MAX	(1024U << 20)

/* The smallest sub-buffer takes any frame, and all LOST frames that may be due at once. */
static_assert(sizeof(struct tspool_subbuf) % 8 == 0);
static_assert(sizeof(struct tspool_subbuf) + TSP_RECORD_BYTES <= PAGE_SIZE);
static_assert(sizeof(struct tspool_subbuf) + TSPOOL_CAUSE_MAX * sizeof(struct tspool_lost) <=
	      PAGE_SIZE);

static const char *const mode_names[] = {
	[TSPOOL_RELAY_OFF] = "off",
	[TSPOOL_RELAY_LOSSLESS] = "lossless",
	[TSPOOL_RELAY_OVERWRITE] = "overwrite",
};

/* The mode (enum tspool_relay_mode) by its name, or -EINVAL. */
int tsp_relay_mode_of(const char *name)
{
	return match_string(mode_names, ARRAY_SIZE(mode_names), name);
}

/* What is wrong with the sizes, as the end of a sentence; NULL: nothing. */
const char *tsp_relay_setup_fault(const struct tsp_relay_setup *setup)
{
	if (setup->subbuf_size < PAGE_SIZE || setup->subbuf_size > SUBBUF_SIZE_MAX)
		return "subbuf_size is out of range: a memory page to 16777216 bytes";
	if (setup->subbuf_size % PAGE_SIZE)
		return "subbuf_size is not a multiple of the memory page's size";
	if (setup->n_subbufs < N_SUBBUFS_MIN || setup->n_subbufs > N_SUBBUFS_MAX)
		return "n_subbufs is out of range: 2 to 4096";
	if (tsp_relay_setup_bytes(setup) > BUFFER_MAX)
		return "subbuf_size times n_subbufs is more than 1073741824 bytes";
	return NULL;
}
