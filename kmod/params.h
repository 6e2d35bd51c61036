/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_PARAMS_H
#define TSP_PARAMS_H

#include "relay_setup.h"

/* What the administrator chose at load; checked once by tsp_params_check(), constant afterwards. */
struct tsp_params {
	int	npartitions;		/* 0: as the pattern says */
	char	*cpu_pattern;
	char	*family;		/* name of the generic netlink family */
	int	nscheds;		/* threads a CPT; 0: by its weight */
	int	queue_depth;		/* exits of one CPU that may wait at once */
	int	coalesce_usecs;		/* how long a woken thread lets records gather */
	int	nomem_retry_ms;		/* pause before a delivery without memory is tried again */
	int	retry_ms;		/* until an idle CPT looks for room in sockets again */
	int	backlog_kbytes;		/* of a listener that does not say */
	int	backlog_limit_kbytes;	/* of all listeners together */
	int	namespace_listeners;	/* how many there may be in pid namespaces */
	char	*relay;			/* name of the mode of relay */
	struct tsp_relay_setup relay_setup;
};

extern struct tsp_params tsp_params;

int tsp_params_check(void);

#endif /* TSP_PARAMS_H */
