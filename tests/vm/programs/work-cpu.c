// SPDX-License-Identifier: GPL-2.0-only
#include "work-cpu.h"
#include "storm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PAGE_BYTES	4096

static unsigned long cpu_milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000UL + now.tv_nsec / 1000000;
}

void work_burn(unsigned int milliseconds)
{
	unsigned long end = cpu_milliseconds() + milliseconds;

	do {
		/* Not to be optimized away. */
		for (unsigned int i = 0; i < 10000; i++)
			__asm__ volatile("" : : "r"(i));
	} while (cpu_milliseconds() < end);
}

void work_burn_in_kernel(unsigned int milliseconds)
{
	unsigned long end = cpu_milliseconds() + milliseconds;

	do {
		for (unsigned int i = 0; i < 100; i++)
			syscall(SYS_getppid);
	} while (cpu_milliseconds() < end);
}

static int open_device(const char *name, int flags)
{
	int fd = open(name, flags | O_CLOEXEC);

	if (fd < 0)
		storm_die(name, errno);
	return fd;
}

void work_call(unsigned int calls)
{
	int zero = open_device("/dev/zero", O_RDONLY);
	int null = open_device("/dev/null", O_WRONLY);
	char byte;

	while (calls--)
		if (read(zero, &byte, 1) != 1 || write(null, &byte, 1) != 1)
			storm_die("a byte", errno);
	close(null);
	close(zero);
}

char *work_memory(size_t bytes)
{
	char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			    0);

	if (memory == MAP_FAILED)
		storm_die("mmap", errno);
	return memory;
}

void work_dirty(char *memory, size_t bytes)
{
	for (size_t at = 0; at < bytes; at += PAGE_BYTES)
		memory[at]++;
}

void work_touch(size_t bytes)
{
	char *memory = work_memory(bytes);

	work_dirty(memory, bytes);
	munmap(memory, bytes);
}
