// SPDX-License-Identifier: GPL-2.0-only
/*
 * halting-work THREADS DEVICE MIB
 *
 * A process with THREADS threads more that computes a little, touches some memory, and stops
 * itself, so that all that can be told of it stands still. Told to go on, it writes MIB to DEVICE,
 * past all caches, and stops again; and then it ends.
 */
#include "storm.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MEBIBYTE	((size_t)1 << 20)
#define MAX_THREADS	1000
#define MAX_MIB		1024
#define ROUNDS		5000000UL

static atomic_ulong ready;

static void compute(unsigned long rounds)
{
	static atomic_ulong sum;

	while (rounds--)
		sum++;
}

static unsigned char *map(size_t bytes)
{
	unsigned char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		storm_die("mmap", errno);
	return memory;
}

static void *work_and_wait(void *arg)
{
	(void)arg;
	compute(ROUNDS / 10);
	ready++;
	for (;;)
		pause();
	return NULL;
}

static void make_threads(unsigned long count)
{
	pthread_t thread;

	for (unsigned long i = 0; i < count; i++)
		if (pthread_create(&thread, NULL, work_and_wait, NULL))
			storm_die("pthread_create", EAGAIN);
	while (ready < count)
		sched_yield();
}

static void write_device(const char *device, unsigned long mib)
{
	unsigned char *memory = map(MEBIBYTE);
	int fd = open(device, O_WRONLY | O_DIRECT | O_CLOEXEC);

	if (fd < 0)
		storm_die(device, errno);
	while (mib--)
		if (write(fd, memory, MEBIBYTE) != (ssize_t)MEBIBYTE)
			storm_die(device, EIO);
	close(fd);
}

int main(int argc, char **argv)
{
	unsigned long mib;

	if (argc != 4) {
		fputs("usage: halting-work THREADS DEVICE MIB\n", stderr);
		return 2;
	}
	mib = storm_number("MIB", argv[3], MAX_MIB);
	make_threads(storm_number("THREADS", argv[1], MAX_THREADS));
	compute(ROUNDS);
	memset(map(4 * MEBIBYTE), 1, 4 * MEBIBYTE);
	raise(SIGSTOP);
	write_device(argv[2], mib);
	raise(SIGSTOP);
	return 0;
}
