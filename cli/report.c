// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <tspool/delayacct.h>
#include <unistd.h>

/* The first one that stdout had; 0: none. Stdio itself does not remember which it was. */
static int output_error;

static bool lacks_module(const struct tspool_session *session, int err)
{
	return err == -ENOENT && tspool_session_backend(session) == TSPOOL_BACKEND_TSPOOL &&
	       access("/sys/module/tspool", F_OK);
}

enum tsp_exit tsp_report(const struct tspool_session *session, int err)
{
	const char *hint = "";

	if (lacks_module(session, err))
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

static void keep_first(int err)
{
	if (!output_error)
		output_error = err;
}

bool tsp_flush_output(void)
{
	if (!fflush(stdout))
		return true;
	keep_first(errno);
	return false;
}

bool tsp_is_output_error(int err)
{
	if (!ferror(stdout))
		return false;
	keep_first(-err);
	return true;
}

enum tsp_exit tsp_close_output(enum tsp_exit status)
{
	if (ferror(stdout))
		keep_first(EIO);
	if (fclose(stdout))
		keep_first(errno);
	if (output_error && tsp_report_output(output_error) != TSP_EXIT_OK)
		return TSP_EXIT_FAILURE;
	return status;
}
