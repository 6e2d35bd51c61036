// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum tsp_exit tsp_report(const struct tspool_session *session, int err)
{
	const char *hint = "";

	if (err == -ENOENT)
		hint = "; 'modprobe tspool' or 'insmod tspool.ko' loads it";

	fprintf(stderr, "%s: %s%s\n", program_invocation_short_name, tspool_error(session), hint);
	return TSP_EXIT_FAILURE;
}

enum tsp_exit tsp_close_output(enum tsp_exit status)
{
	/* What could not be written before stays in the buffer and is tried again here. */
	if (!fclose(stdout) || errno == EPIPE)
		return status;
	fprintf(stderr, "%s: output can't be written: %s\n", program_invocation_short_name,
		strerror(errno));
	return TSP_EXIT_FAILURE;
}
