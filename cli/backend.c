// SPDX-License-Identifier: GPL-2.0-only
#include "backend.h"

#include <errno.h>
#include <stdio.h>

const char *const tsp_backend_names[] = {
	[TSP_BACKEND_TSPOOL] = "tspool",
	[TSP_BACKEND_TASKSTATS] = "taskstats",
	NULL,
};

int tsp_open(struct tspool_session **session, enum tsp_backend_choice backend)
{
	int err;

	if (backend != TSP_BACKEND_ANY)
		return tspool_open_backend(session, (enum tspool_backend)backend);

	err = tspool_open(session);
	if (!err && tspool_session_backend(*session) == TSPOOL_BACKEND_TASKSTATS)
		fprintf(stderr, "%s: the tspool module is not loaded; %s\n",
			program_invocation_short_name,
			"records come from the kernel's taskstats, with what that can tell");
	return err;
}
