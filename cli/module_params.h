/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_MODULE_PARAMS_H
#define TSP_CLI_MODULE_PARAMS_H

#include <stdint.h>

/* The longest pattern, its newline and NUL. */
#define TSP_PATTERN_SIZE	(1024 + 2)

/* The parameters by which the module builds its CPT table. */
struct tsp_module_params {
	int npartitions;
	char pattern[TSP_PATTERN_SIZE];
};

/*
 * Fills *params with those of the loaded module, or with the defaults and returns -ENOENT if it is
 * not loaded. -EBADMSG: npartitions is no number. Other errors are those of reading the files
 * under /sys/module/tspool/parameters.
 */
int tsp_module_params_read(struct tsp_module_params *params);

/* What may wait for a listener that does not say how much, in bytes. Returns 0 or as above. */
int tsp_module_backlog_read(uint64_t *bytes);

#endif
