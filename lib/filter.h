/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TSP_FILTER_H
#define TSP_FILTER_H

#include <netlink/msg.h>
#include <stdbool.h>
#include <stddef.h>
#include <tspool/filter.h>

/* Puts it into a request; false if it does not fit. */
bool tsp_filter_put(struct nl_msg *request, const struct tspool_filter *filter);

/* Adds to a sentence of this size what the kernel may find at fault. */
void tsp_filter_describe(char *what, size_t size, const struct tspool_filter *filter);

#endif /* TSP_FILTER_H */
