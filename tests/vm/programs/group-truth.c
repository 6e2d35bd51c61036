// SPDX-License-Identifier: GPL-2.0-only
#include "group-truth.h"
#include "storm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

static const char *const io_names[GROUP_IO_LINES] = {
	"rchar", "wchar", "syscr", "syscw", "read_bytes", "write_bytes", "cancelled_write_bytes",
};

const char *group_io_name(unsigned int line)
{
	return io_names[line];
}

static void read_io(struct group_truth *truth)
{
	char path[32], text[64];
	const char *number;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/io", (int)truth->pid);
	file = fopen(path, "re");
	if (!file)
		storm_die(path, errno);
	for (unsigned int line = 0; line < GROUP_IO_LINES; line++) {
		if (!fgets(text, sizeof(text), file) ||
		    strncmp(text, io_names[line], strlen(io_names[line])))
			storm_die(path, EBADMSG);
		number = text + strlen(io_names[line]) + strlen(": ");
		truth->io[line] = strtoull(number, NULL, 10);
	}
	fclose(file);
}

static uint64_t boot_clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void group_truth_await(struct group_truth *truth)
{
	siginfo_t info;

	/* It ends, and stays as it is. */
	if (waitid(P_PID, truth->pid, &info, WEXITED | WNOWAIT))
		storm_die("waitid", errno);
	read_io(truth);
	if (wait4(truth->pid, &truth->status, 0, &truth->usage) != truth->pid)
		storm_die("wait4", errno);
	truth->reaped_ns = boot_clock_ns();
}
