// SPDX-License-Identifier: GPL-2.0-only
#include "no_kernel.h"

#include <errno.h>
#include <sys/socket.h>

FAKE ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
	(void)fd;
	(void)bytes;
	(void)flags;
	return (ssize_t)size;
}

FAKE ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
	(void)fd;
	(void)bytes;
	(void)size;
	(void)flags;
	errno = EAGAIN;
	return -1;
}
