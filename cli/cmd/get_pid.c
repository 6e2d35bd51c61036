// SPDX-License-Identifier: GPL-2.0-only
/* tsctl get-pid: what a live thread has used so far. */
#include "get.h"

enum tsp_exit tsctl_get_pid(struct tsctl *tsctl)
{
	static const struct tsctl_get_kind kind = {
		.id_name = "PID",
		.task_name = "thread",
		.threads = true,
		.get = tspool_get_task,
	};

	return tsctl_get(tsctl, &kind);
}
