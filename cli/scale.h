/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_SCALE_H
#define TSP_CLI_SCALE_H

#include <stdint.h>

#define TSP_SCALED_SIZE	32

#define TSP_NS_PER_US	UINT64_C(1000)
#define TSP_NS_PER_MS	UINT64_C(1000000)
#define TSP_NS_PER_S	UINT64_C(1000000000)

/*
 * Numbers for people, written to scaled, which takes TSP_SCALED_SIZE bytes. They return scaled.
 * A length of time is given in ns, us, ms or s, from a minute on as [D d ]H:MM:SS; a size in B,
 * KiB, MiB, ...; both with three digits or more. A size over time (MB_US) is in MiB us, MiB ms or
 * MiB s. A point in time is local, to the microsecond.
 */
char *tsp_scale_ns(uint64_t ns, char *scaled);
char *tsp_scale_bytes(uint64_t bytes, char *scaled);
char *tsp_scale_mb_us(uint64_t mb_us, char *scaled);
char *tsp_time_of_day(uint64_t ns_since_epoch, char *scaled);
char *tsp_date(uint64_t ns_since_epoch, char *scaled);

#endif
