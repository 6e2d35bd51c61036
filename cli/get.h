/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_GET_H
#define TSP_CLI_GET_H

#include "command.h"

/* What "tsctl get-pid" and "tsctl get-tgid" have in common: arguments and output. */
struct tsctl_get {
	uint32_t id;
	enum tsp_format format;
	bool raw;
};

/* what: "PID" or "TGID". Bad arguments end the program. */
struct tsctl_get tsctl_parse_get(struct tsctl *tsctl, const char *what);

enum tsp_exit tsctl_print_get(const struct tsctl_get *get, const struct tspool_record *record);

#endif
