// SPDX-License-Identifier: GPL-2.0-only
/* tsctl get-tgid: what a live process has used so far, all its threads together. */
#include "get.h"

enum tsp_exit tsctl_get_tgid(struct tsctl *tsctl)
{
	static const struct tsctl_get_kind kind = {
		.id_name = "TGID",
		.task_name = "process",
		.get = tspool_get_process,
	};

	return tsctl_get(tsctl, &kind);
}
