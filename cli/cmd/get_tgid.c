// SPDX-License-Identifier: GPL-2.0-only
/* tsctl get-tgid: what a live process has used so far, all its threads together. */
#include "get.h"

enum tsp_exit tsctl_get_tgid(struct tsctl *tsctl)
{
	struct tsctl_get get = tsctl_parse_get(tsctl, "TGID");
	struct tspool_record record;
	int err;

	err = tsctl_open(tsctl);
	if (!err)
		err = tspool_get_process(tsctl->session, get.id, &record);
	if (err)
		return tsp_report(tsctl->session, err);
	return tsctl_print_get(&get, &record);
}
