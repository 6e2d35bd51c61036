// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <tspool/sched.h>
#include <unistd.h>

/* The kernel's own messages; of udev there is another group. */
#define KERNEL_GROUP	1

/* Those of the kernel are smaller. */
#define UEVENT_BYTES	4096

int tspool_hotplug_open(void)
{
	const struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = KERNEL_GROUP };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_KOBJECT_UEVENT);
	int err;

	if (fd < 0)
		return -errno;
	if (!bind(fd, (const struct sockaddr *)&address, sizeof(address)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* "online@/devices/system/cpu/cpu3": that of memory or of a device has another path. */
static bool is_of_cpu(const char *uevent)
{
	const char *path = strchr(uevent, '@');

	return path &&
	       !strncmp(path + 1, "/devices/system/cpu/cpu", strlen("/devices/system/cpu/cpu"));
}

int tspool_hotplug_read(int fd)
{
	char uevent[UEVENT_BYTES];
	int changed = 0;

	for (;;) {
		ssize_t bytes = recv(fd, uevent, sizeof(uevent) - 1, MSG_DONTWAIT);

		if (bytes >= 0) {
			uevent[bytes] = 0;
			changed |= is_of_cpu(uevent);
		} else if (errno == EAGAIN) {
			return changed;
		} else if (errno == ENOBUFS) {
			/* Some were lost, and one of a CPU may be among them. */
			changed = 1;
		} else if (errno != EINTR) {
			return -errno;
		}
	}
}
