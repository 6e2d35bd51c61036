/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSPOOL_FUZZ_FILTER_H
#define TSPOOL_FUZZ_FILTER_H

#include "fuzz-message.h"

/* What is inside TSPOOL_A_FILTER. */
struct fuzz_filter {
	unsigned char bytes[4096];
	size_t length;
};

/* Makes up to four attributes of a filter, each most likely of the right length. */
void fuzz_make_filter(struct fuzz_filter *filter, struct dice *dice);

#endif /* TSPOOL_FUZZ_FILTER_H */
