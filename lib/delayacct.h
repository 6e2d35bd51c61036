/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TSP_DELAYACCT_H
#define TSP_DELAYACCT_H

#include <tspool/delayacct.h>

/* The setting, by a file as the kernel's sysctls are. */
enum tspool_delayacct tsp_delayacct_read(const char *path);

#endif /* TSP_DELAYACCT_H */
