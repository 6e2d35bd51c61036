// SPDX-License-Identifier: GPL-2.0-only
/*
 * stuck-groups DEVICE COUNT
 *
 * COUNT processes of two threads. The first one to end has its list of robust futexes in a page of
 * DEVICE that nobody has read yet: at its end the kernel looks there, and it waits for as long as
 * the device takes. Meanwhile the other one ends as well. Prints the pid of each process when it
 * does, and ends when all are gone.
 */
#include "storm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct group {
	struct robust_list_head *list;
	pid_t first;	/* the thread that gets stuck */
	int started[2];	/* a pipe */
};

static void *get_stuck(void *arg)
{
	struct group *group = arg;
	pid_t tid = gettid();

	if (syscall(SYS_set_robust_list, group->list, sizeof(*group->list)))
		storm_die("set_robust_list", errno);
	if (write(group->started[1], &tid, sizeof(tid)) != sizeof(tid))
		storm_die("write", errno);
	syscall(SYS_exit, 0);
	return arg;
}

/* The letter after the name, which is in parentheses. */
static char state_of(pid_t tid)
{
	char path[64], stat[256] = "";
	const char *end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)tid);
	file = fopen(path, "re");
	if (!file)
		storm_die(path, errno);
	if (!fgets(stat, sizeof(stat), file))
		storm_die(path, EIO);
	fclose(file);
	end = strrchr(stat, ')');
	return end ? end[2] : 0;
}

static noreturn void run_group(const char *device, unsigned long number)
{
	long page = sysconf(_SC_PAGESIZE);
	struct group group;
	pthread_t thread;
	void *memory;
	int fd, error;

	fd = open(device, O_RDONLY | O_CLOEXEC);
	memory = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, (off_t)number * page);
	if (fd < 0 || memory == MAP_FAILED || madvise(memory, page, MADV_RANDOM))
		storm_die(device, errno);
	group.list = memory;
	if (pipe(group.started))
		storm_die("pipe", errno);
	error = pthread_create(&thread, NULL, get_stuck, &group);
	if (error)
		storm_die("pthread_create", error);
	if (read(group.started[0], &group.first, sizeof(group.first)) != sizeof(group.first))
		storm_die("read", errno);
	while (state_of(group.first) != 'D')
		usleep(1000);
	printf("%d\n", (int)getpid());
	fflush(stdout);
	syscall(SYS_exit, 0);
	__builtin_unreachable();
}

int main(int argc, char **argv)
{
	unsigned long count = argc == 3 ? storm_number("COUNT", argv[2], 1000) : 0;

	if (!count) {
		fputs("usage: stuck-groups DEVICE COUNT\n", stderr);
		return 2;
	}
	for (unsigned long i = 0; i < count; i++)
		if (!storm_fork())
			run_group(argv[1], i);
	while (count--)
		storm_await_child(-1);
	return 0;
}
