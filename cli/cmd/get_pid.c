// SPDX-License-Identifier: GPL-2.0-only
/* tsctl get-pid: what a live thread has used so far. */
#include "get.h"

enum tsp_exit tsctl_get_pid(struct tsctl *tsctl)
{
	struct tsctl_get get = tsctl_parse_get(tsctl, "PID");
	struct tspool_record record;
	int err;

	err = tsctl_open(tsctl);
	if (!err)
		err = tspool_get_task(tsctl->session, get.id, &record);
	if (err)
		return tsp_report(tsctl->session, err);
	return tsctl_print_get(&get, &record);
}
