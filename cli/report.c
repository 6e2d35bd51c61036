// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <tspool/delayacct.h>

enum tsp_exit tsp_report(const struct tspool_session *session, int err)
{
	const char *hint = "";

	if (err == -ENOENT)
		hint = "; 'modprobe tspool' or 'insmod tspool.ko' loads it";

	fprintf(stderr, "%s: %s%s\n", program_invocation_short_name, tspool_error(session), hint);
	return TSP_EXIT_FAILURE;
}

bool tsp_report_delayacct(void)
{
	if (tspool_delay_accounting() != TSPOOL_DELAYACCT_OFF)
		return false;
	fprintf(stderr, "%s: no delays but run_delay: their accounting is off; %s\n",
		program_invocation_short_name,
		"'sysctl kernel.task_delayacct=1' turns it on for tasks that start later");
	return true;
}

enum tsp_exit tsp_report_output(int err)
{
	if (err == EPIPE)
		return TSP_EXIT_OK;
	fprintf(stderr, "%s: output can't be written: %s\n", program_invocation_short_name,
		strerror(err));
	return TSP_EXIT_FAILURE;
}

enum tsp_exit tsp_close_output(enum tsp_exit status)
{
	/* Which error it was that came before, stdio does not remember. */
	int err = ferror(stdout) ? EIO : 0;

	if (fclose(stdout))
		err = errno;
	return err ? tsp_report_output(err) : status;
}
