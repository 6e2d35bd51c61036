// SPDX-License-Identifier: LGPL-2.1-or-later
#include "delayacct.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SETTING	"/proc/sys/kernel/task_delayacct"

enum tspool_delayacct tsp_delayacct_read(const char *path)
{
	char digit = '\0';
	ssize_t length;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return TSPOOL_DELAYACCT_UNKNOWN;
	length = read(fd, &digit, sizeof(digit));
	close(fd);
	if (length != sizeof(digit))
		return TSPOOL_DELAYACCT_UNKNOWN;

	switch (digit) {
	case '0':
		return TSPOOL_DELAYACCT_OFF;
	case '1':
		return TSPOOL_DELAYACCT_ON;
	default:
		return TSPOOL_DELAYACCT_UNKNOWN;
	}
}

enum tspool_delayacct tspool_delay_accounting(void)
{
	return tsp_delayacct_read(SETTING);
}

bool tspool_needs_delay_accounting(const struct tspool_field_info *field)
{
	static const char kept_in[] = "delays->";

	return field->source && !strncmp(field->source, kept_in, strlen(kept_in));
}
