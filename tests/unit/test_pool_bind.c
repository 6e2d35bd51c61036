// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the threads of a pool run on this machine, and its memory: also in a cpuset, and when CPUs
 * come and go. What needs root says so where there is none.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "pool_machine.h"
#include "pool_warnings.h"
#include "run_suite.h"

static void load_this_machine(void)
{
	ck_assert_int_eq(tspool_topology_load(&topology, NULL), 0);
}

/* What the kernel says of the thread that handles an item. */
struct place {
	char name[20];
	char cpus[200];
	atomic_bool known;
};

static int note_place(void *context, const struct tspool_batch *batch)
{
	struct place *place = context;
	char line[300];
	FILE *status;
	int known = 0;

	(void)batch;
	status = fopen("/proc/thread-self/status", "r");
	while (fgets(line, sizeof(line), status)) {
		if (sscanf(line, "Name: %19s", place->name) == 1 ||
		    sscanf(line, "Cpus_allowed_list: %199s", place->cpus) == 1)
			known++;
	}
	fclose(status);
	place->known = known == 2;
	return 0;
}

static void put_and_await(struct tspool_pool *pool, unsigned int cpt, struct place *place)
{
	void *item = place;

	place->known = false;
	ck_assert_int_eq(tspool_pool_put(pool, cpt, &item, 1), 1);
	await(place->known);
}

/* As many CPTs as CPUs, so that each thread has one. */
static void make_cpt_of_each_cpu(void)
{
	int count = hwloc_bitmap_weight(hwloc_topology_get_topology_cpuset(topology));

	ck_assert_int_eq(tspool_cpt_map_from_hwloc(topology, count, "", &map, NULL), 0);
}

START_TEST(on_the_cpus_of_the_cpt)
{
	struct place place;
	const struct tspool_pool_handler handler = { .work = note_place, .context = &place };
	struct tspool_pool *pool;
	unsigned int cpt;
	char name[32];

	load_this_machine();
	make_cpt_of_each_cpu();
	pool = start_pool((struct tspool_pool_options){ 0 });
	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	for (cpt = 0; cpt < tspool_cpt_map_count(map); cpt++) {
		put_and_await(pool, cpt, &place);
		ck_assert_str_eq(place.cpus, tspool_cpt_map_cpus_list(map, cpt));
		snprintf(name, sizeof(name), "tspool_%02u_00", cpt);
		ck_assert_str_eq(place.name, name);
	}
	tspool_pool_free(pool);
	free_machine();
}

/* As the kernel does when the last CPU of a thread's goes, it lets the thread run anywhere. */
static int run_anywhere(void *context, const struct tspool_batch *batch)
{
	cpu_set_t all;

	(void)context;
	(void)batch;
	memset(&all, 0xff, sizeof(all));
	return sched_setaffinity(0, sizeof(all), &all) ? -errno : 0;
}

START_TEST(bound_again)
{
	struct place place;
	const struct tspool_pool_handler anywhere = { .work = run_anywhere };
	const struct tspool_pool_handler handler = { .work = note_place, .context = &place };
	struct tspool_pool *pool;
	char all[200];

	load_this_machine();
	make_cpt_of_each_cpu();
	hwloc_bitmap_list_snprintf(all, sizeof(all), hwloc_topology_get_allowed_cpuset(topology));
	pool = start_pool((struct tspool_pool_options){ 0 });
	ck_assert_int_eq(tspool_pool_register(pool, &anywhere), 0);
	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	put_and_await(pool, 0, &place);
	ck_assert_str_eq(place.cpus, all);
	ck_assert_uint_eq(stats_of(pool, 0).failed, 0);
	ck_assert_int_eq(tspool_pool_unregister(pool, &anywhere), 0);
	ck_assert_int_eq(tspool_pool_bind_again(pool), 0);
	put_and_await(pool, 0, &place);
	ck_assert_str_eq(place.cpus, tspool_cpt_map_cpus_list(map, 0));
	tspool_pool_free(pool);
	free_machine();
}

START_TEST(one_thread_bound_again)
{
	hwloc_cpuset_t cpus = hwloc_bitmap_alloc();
	struct tspool_cpt_error error;
	cpu_set_t before, after;

	ck_assert_int_eq(sched_getaffinity(0, sizeof(before), &before), 0);
	/* one that is there, and one that is not */
	hwloc_bitmap_only(cpus, (unsigned int)sched_getcpu());
	hwloc_bitmap_set(cpus, 9999);
	ck_assert_int_eq(tspool_bind_thread_again(pthread_self(), cpus, &error), 0);
	ck_assert_int_eq(sched_getaffinity(0, sizeof(after), &after), 0);
	ck_assert_int_eq(CPU_COUNT(&after), 1);
	ck_assert(CPU_ISSET(hwloc_bitmap_first(cpus), &after));
	hwloc_bitmap_only(cpus, 9999);
	ck_assert_int_eq(tspool_bind_thread_again(pthread_self(), cpus, &error), -EINVAL);
	ck_assert_str_eq(error.text,
			 "a thread can't be bound to CPUs 9999: none is online and allowed");
	hwloc_bitmap_free(cpus);
}

static void write_to(const char *directory, const char *file, const char *text)
{
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, file);
	fd = open(path, O_WRONLY);
	ck_assert_msg(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text),
		      "can't write '%s' to %s: %s", text, path, strerror(errno));
	close(fd);
}

/* A cpuset with the last CPU only, of cgroup v2 or v1; false: it can't be made. */
static bool make_cpuset(char *directory, size_t size, const char *cpu)
{
	snprintf(directory, size, "/sys/fs/cgroup/tspool-test-%d", getpid());
	if (!access("/sys/fs/cgroup/cgroup.subtree_control", W_OK))
		write_to("/sys/fs/cgroup", "cgroup.subtree_control", "+cpuset");
	else
		snprintf(directory, size, "/sys/fs/cgroup/cpuset/tspool-test-%d", getpid());
	if (mkdir(directory, 0700))
		return false;
	write_to(directory, "cpuset.cpus", cpu);
	write_to(directory, "cpuset.mems", "0");
	return true;
}

static char *text_of_table(void)
{
	size_t size;
	char *text;
	FILE *stream = open_memstream(&text, &size);

	ck_assert_int_eq(tspool_cpt_map_print_table(map, stream), 0);
	fclose(stream);
	return text;
}

/* All of this runs in the cpuset, and whoever called for it is not. */
static void check_in_cpuset(const char *directory, const char *table, const char *cpu)
{
	struct place place;
	const struct tspool_pool_handler handler = { .work = note_place, .context = &place };
	struct tspool_pool *pool;
	char *text;

	write_to(directory, "cgroup.procs", "0");
	free_machine();
	load_this_machine();
	make_cpt_of_each_cpu();
	text = text_of_table();
	ck_assert_str_eq(text, table);
	free(text);
	pool = start_pool((struct tspool_pool_options){ .warn = take_warning });
	ck_assert_int_eq(tspool_pool_register(pool, &handler), 0);
	for (unsigned int cpt = 0; cpt < tspool_cpt_map_count(map); cpt++) {
		put_and_await(pool, cpt, &place);
		ck_assert_str_eq(place.cpus, cpu);
	}
	tspool_pool_free(pool);
	ck_assert_ptr_nonnull(strstr(warnings, "CPT 0: a thread can't be bound to CPUs 0: "
					       "none is online and allowed\n"));
	ck_assert_ptr_null(strstr(warnings, cpu));
}

START_TEST(in_a_cpuset)
{
	char directory[100], cpu[20];
	char *table;
	int status;
	pid_t pid;

	load_this_machine();
	make_cpt_of_each_cpu();
	table = text_of_table();
	snprintf(cpu, sizeof(cpu), "%d",
		 hwloc_bitmap_last(hwloc_topology_get_topology_cpuset(topology)));
	if (geteuid() || !strcmp(cpu, "0") || !make_cpuset(directory, sizeof(directory), cpu)) {
		printf("not tried: a cpuset, which needs root and two CPUs\n");
		goto free_table;
	}
	pid = fork();
	if (!pid) {
		check_in_cpuset(directory, table, cpu);
		free(table);
		free_machine();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	ck_assert_int_eq(rmdir(directory), 0);
	ck_assert_int_eq(status, 0);
free_table:
	free(table);
	free_machine();
}

START_TEST(hotplug_of_others)
{
	static const char cpu[] = "offline@/devices/system/cpu/cpu1\0ACTION=offline";
	static const char memory[] = "online@/devices/system/memory/memory1\0ACTION=online";
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fds), 0);
	ck_assert_int_eq(tspool_hotplug_read(fds[0]), 0);
	ck_assert_int_gt(send(fds[1], memory, sizeof(memory), 0), 0);
	ck_assert_int_eq(tspool_hotplug_read(fds[0]), 0);
	ck_assert_int_gt(send(fds[1], memory, sizeof(memory), 0), 0);
	ck_assert_int_gt(send(fds[1], cpu, sizeof(cpu), 0), 0);
	ck_assert_int_gt(send(fds[1], "", 0, 0), -1);
	ck_assert_int_gt(send(fds[1], memory, sizeof(memory), 0), 0);
	ck_assert_int_eq(tspool_hotplug_read(fds[0]), 1);
	ck_assert_int_eq(tspool_hotplug_read(fds[0]), 0);
	close(fds[0]);
	close(fds[1]);
	ck_assert_int_eq(tspool_hotplug_read(fds[0]), -EBADF);
}

/* The kernel sends such a message also when it is asked to by a write to this file. */
START_TEST(hotplug_of_the_kernel)
{
	static const char directory[] = "/sys/devices/system/cpu/cpu0";
	int fd = tspool_hotplug_open();

	ck_assert_int_ge(fd, 0);
	if (access("/sys/devices/system/cpu/cpu0/uevent", W_OK)) {
		printf("not tried: a uevent, which needs root\n");
	} else {
		write_to(directory, "uevent", "online");
		await(tspool_hotplug_read(fd) == 1);
	}
	close(fd);
}

START_TEST(memory_of_nodes)
{
	unsigned char *memory;
	size_t i, wrong = 0;

	load_this_machine();
	memory = tspool_alloc_on_nodes(topology, hwloc_topology_get_topology_nodeset(topology),
				       1000000);
	ck_assert_ptr_nonnull(memory);
	for (i = 0; i < 1000000; i++)
		wrong += memory[i] != 0;
	ck_assert_uint_eq(wrong, 0);
	memset(memory, 1, 1000000);
	tspool_free_on_nodes(memory, 1000000);
	tspool_free_on_nodes(NULL, 1);
	ck_assert_ptr_null(tspool_alloc_on_nodes(topology,
						 hwloc_topology_get_topology_nodeset(topology),
						 SIZE_MAX / 2));
	hwloc_topology_destroy(topology);
}

int main(void)
{
	Suite *suite = suite_create("pool_bind");
	TCase *cases = tcase_create("pool_bind");

	tcase_add_test(cases, on_the_cpus_of_the_cpt);
	tcase_add_test(cases, bound_again);
	tcase_add_test(cases, one_thread_bound_again);
	tcase_add_test(cases, in_a_cpuset);
	tcase_add_test(cases, hotplug_of_others);
	tcase_add_test(cases, hotplug_of_the_kernel);
	tcase_add_test(cases, memory_of_nodes);
	suite_add_tcase(suite, cases);
	return run_suite(suite);
}
