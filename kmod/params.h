/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_PARAMS_H
#define TSP_PARAMS_H

/* What the administrator chose at load; checked once by tsp_params_check(), constant afterwards. */
struct tsp_params {
	int	npartitions;		/* 0: as the pattern says */
	char	*cpu_pattern;
	int	nscheds;		/* threads a CPT; 0: by its weight */
	int	queue_depth;		/* exits of one CPU that may wait at once */
	int	coalesce_usecs;		/* how long a woken thread lets records gather */
	int	nomem_retry_ms;		/* pause before a delivery without memory is tried again */
	int	lost_retry_ms;		/* pause before an idle CPT tries again to report a loss */
};

extern struct tsp_params tsp_params;

int tsp_params_check(void);

#endif /* TSP_PARAMS_H */
