// SPDX-License-Identifier: GPL-2.0-only
/* The hwloc mirror on made-up machines, and what it prints, reads and binds. */
#include <check.h>
#include <errno.h>
#include <hwloc.h>
#include <hwloc/distances.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <tspool/sched.h>
#include <unistd.h>

#define COUNT(array)	((int)(sizeof(array) / sizeof(*(array))))

#define T4	"numa:4 core:4 pu:1"
#define S16	"numa:1 core:8 pu:2(indexes=0,8,1,9,2,10,3,11,4,12,5,13,6,14,7,15)"

static hwloc_topology_t load(const char *synthetic)
{
	hwloc_topology_t topology;

	ck_assert_int_eq(hwloc_topology_init(&topology), 0);
	ck_assert_int_eq(hwloc_topology_set_synthetic(topology, synthetic), 0);
	ck_assert_int_eq(hwloc_topology_load(topology), 0);
	return topology;
}

static int map_of(const char *synthetic, int npartitions, const char *pattern,
		  struct tspool_cpt_map **map, struct tspool_cpt_error *error)
{
	hwloc_topology_t topology = load(synthetic);
	int err = tspool_cpt_map_from_hwloc(topology, npartitions, pattern, map, error);

	hwloc_topology_destroy(topology);
	return err;
}

/* What one of the printing functions prints, to be freed. */
static char *printed(int (*print)(const struct tspool_cpt_map *map, FILE *stream),
		     const struct tspool_cpt_map *map)
{
	size_t size;
	char *text;
	FILE *stream = open_memstream(&text, &size);

	ck_assert_int_eq(print(map, stream), 0);
	fclose(stream);
	return text;
}

static void want_text(char *text, const char *want)
{
	ck_assert_str_eq(text, want);
	free(text);
}

struct table {
	const char *machine;
	int npartitions;
	const char *pattern;
	const char *text;
};

#define T4_NODES "0\t: 0 1 2 3\n1\t: 4 5 6 7\n2\t: 8 9 10 11\n3\t: 12 13 14 15\n"
#define T4_LAST_OF_NODES "0\t: 2 3\n1\t: 6 7\n2\t: 10 11\n3\t: 14 15\n"
#define T4_BUT_FIRST "0\t: 1 2 3\n1\t: 5 6 7\n2\t: 9 10 11\n3\t: 13 14 15\n"
#define S16_AUTO "0\t: 0 1 8 9\n1\t: 2 3 10 11\n2\t: 4 5 12 13\n3\t: 6 7 14 15\n"

static const struct table tables[] = {
	{ T4, 0, "N", T4_NODES },
	{ T4, 0, NULL, T4_NODES },
	{ T4, 0, "N ", T4_NODES },
	{ T4, 0, "n", T4_NODES },
	{ T4, 3, "N", "0\t: 0 1 2 3 4 5\n1\t: 6 7 8 9 10\n2\t: 11 12 13 14 15\n" },
	{ S16, 0, "N", S16_AUTO },
	{ S16, 0, "", S16_AUTO },
	{ T4, 0, "",
	  "0\t: 0 1\n1\t: 2 3\n2\t: 4 5\n3\t: 6 7\n"
	  "4\t: 8 9\n5\t: 10 11\n6\t: 12 13\n7\t: 14 15\n" },
	{ T4, 0, "N 0[0,1] 1[2-3]", "0\t: 0 1 2 3 4 5 6 7\n1\t: 8 9 10 11 12 13 14 15\n" },
	{ T4, 2, "N 0[0,1] 1[2-3]", "0\t: 0 1 2 3 4 5 6 7\n1\t: 8 9 10 11 12 13 14 15\n" },
	{ T4, 0, "0[0-3] 1[4-7]", "0\t: 0 1 2 3\n1\t: 4 5 6 7\n" },
	{ T4, 0, "0[0-3]1[4-7]", "0\t: 0 1 2 3\n1\t: 4 5 6 7\n" },
	{ T4, 0, "1[4-7] 0[0-3]", "0\t: 0 1 2 3\n1\t: 4 5 6 7\n" },
	{ T4, 0, "0[0-14/2] 1[1-15/2]", "0\t: 0 2 4 6 8 10 12 14\n1\t: 1 3 5 7 9 11 13 15\n" },
	{ T4, 0, "N C[0,1]", T4_LAST_OF_NODES },
	{ T4, 4, "C[0,1]", T4_LAST_OF_NODES },
	{ T4, 0, "N C[0,0]", T4_BUT_FIRST },
	{ T4, 0, "N C[0]", T4_BUT_FIRST },
	{ S16, 4, "C[0,1]", "0\t: 8 9\n1\t: 10 11\n2\t: 12 13\n3\t: 14 15\n" },
	{ T4, 0, "N X[0]", "0\t: 1 2 3\n1\t: 4 5 6 7\n2\t: 8 9 10 11\n3\t: 12 13 14 15\n" },
	/* cores before siblings of the same core, packages before cores */
	{ "numa:1 pack:2(indexes=0,1) core:2 pu:2(indexes=0,4,2,6,1,5,3,7)", 4, "",
	  "0\t: 0 4\n1\t: 2 6\n2\t: 1 5\n3\t: 3 7\n" },
	/* no Package and no Core object */
	{ "numa:1 pu:8", 0, "N", "0\t: 0 1\n1\t: 2 3\n2\t: 4 5\n3\t: 6 7\n" },
};

START_TEST(table_text)
{
	const struct table *want = &tables[_i];
	struct tspool_cpt_error error;
	struct tspool_cpt_map *map;

	ck_assert_int_eq(map_of(want->machine, want->npartitions, want->pattern, &map, &error), 0);
	want_text(printed(tspool_cpt_map_print_table, map), want->text);
	tspool_cpt_map_free(map);
}

struct refusal {
	const char *machine;
	int npartitions;
	const char *pattern;
	int err;
	int offset;
	const char *text;
};

static const struct refusal refusals[] = {
	{ T4, 17, "N", -EINVAL, -1, "npartitions=17, but 16 CPUs are online" },
	{ T4, -1, "N", -EINVAL, -1, "npartitions=-1, the least is 0" },
	{ T4, 0, "1[0-3] 2[4-7]", -ERANGE, 7, "no partition 2, the highest of 2 is 1" },
	{ T4, 0, "0[0-3] 0[4-7]", -EEXIST, 7, "partition 0 is there twice" },
	{ T4, 0, "0[0-3] 1[3-7]", -EEXIST, 9, "CPU 3 is in partition 0 already" },
	{ T4, 0, "0[1,1]", -EEXIST, 4, "CPU 1 is in partition 0 already" },
	{ T4, 0, "N 0[0] 1[0]", -EEXIST, 9, "node 0 is in partition 0 already" },
	{ T4, 0, "0[0-3/0]", -ERANGE, 6, "a stride of 0, the least is 1" },
	{ T4, 0, "0[3-0]", -ERANGE, 2, "range 3-0 runs backwards" },
	{ T4, 0, "0[14-16]", -ERANGE, 2, "no CPU 16, the highest is 15" },
	{ T4, 0, "N 0[4]", -ERANGE, 4, "no node 4, the highest is 3" },
	{ T4, 0, "0[]", -EINVAL, 2, "a number expected, not ']'" },
	{ T4, 0, "0[0-3] x", -EINVAL, 7, "a partition number expected, not 'x'" },
	{ T4, 0, "N X[0-3]", -ENODEV, 3, "partition 0 has no CPU" },
	{ T4, 0, "N X[16]", -ERANGE, 4, "no CPU 16, the highest is 15" },
	{ T4, 0, "N C[4]", -ERANGE, 4, "no rank 4, the highest is 3" },
};

START_TEST(refused)
{
	const struct refusal *want = &refusals[_i];
	struct tspool_cpt_error error;
	struct tspool_cpt_map *map;

	ck_assert_int_eq(map_of(want->machine, want->npartitions, want->pattern, &map, &error),
			 want->err);
	ck_assert_ptr_null(map);
	ck_assert_int_eq(error.offset, want->offset);
	ck_assert_str_eq(error.text, want->text);
	ck_assert_int_eq(map_of(want->machine, want->npartitions, want->pattern, &map, NULL),
			 want->err);
}

START_TEST(accessors)
{
	struct tspool_cpt_map *map;

	ck_assert_int_eq(map_of(T4, 0, "0[0-3,8] 1[4]", &map, NULL), 0);
	ck_assert_uint_eq(tspool_cpt_map_count(map), 2);
	ck_assert_str_eq(tspool_cpt_map_cpus_list(map, 0), "0-3,8");
	ck_assert_str_eq(tspool_cpt_map_served_list(map, 0), "0-3,6,8,10,12,14");
	ck_assert_str_eq(tspool_cpt_map_served_list(map, 1), "4-5,7,9,11,13,15");
	ck_assert_str_eq(tspool_cpt_map_nodes_list(map, 0), "0,2");
	ck_assert_str_eq(tspool_cpt_map_nodes_list(map, 1), "1");
	ck_assert_uint_eq(tspool_cpt_map_weight(map, 0), 5);
	ck_assert_uint_eq(tspool_cpt_map_weight(map, 1), 1);
	ck_assert_uint_eq(tspool_cpt_map_of_cpu(map, 8), 0);
	ck_assert_uint_eq(tspool_cpt_map_of_cpu(map, 15), 1);
	ck_assert_int_eq(hwloc_bitmap_weight(tspool_cpt_map_cpus(map, 0)), 5);
	ck_assert_int_eq(hwloc_bitmap_weight(tspool_cpt_map_served(map, 0)), 9);
	ck_assert_int_eq(hwloc_bitmap_weight(tspool_cpt_map_nodes(map, 0)), 2);
	ck_assert_ptr_null(tspool_cpt_map_warning(map));
	tspool_cpt_map_free(map);
	tspool_cpt_map_free(NULL);
}

START_TEST(warning)
{
	struct tspool_cpt_map *map;

	ck_assert_int_eq(map_of("numa:1 core:5 pu:1", 5, "", &map, NULL), 0);
	ck_assert_str_eq(tspool_cpt_map_warning(map),
			 "npartitions=5 is more than 4 times the 1 that suit this machine");
	tspool_cpt_map_free(map);
}

START_TEST(assumed_distances)
{
	struct tspool_cpt_map *map;

	ck_assert_int_eq(map_of("numa:2 core:2 pu:1", 0, "N", &map, NULL), 0);
	want_text(printed(tspool_cpt_map_print_distances, map), "0\t: 0:10 1:20\n1\t: 0:20 1:10\n");
	tspool_cpt_map_free(map);
}

/* Adds a NUMALatency matrix, nodes in hwloc's order. */
static void add_distances(hwloc_topology_t topology, const hwloc_uint64_t *values)
{
	unsigned long kind = HWLOC_DISTANCES_KIND_FROM_USER | HWLOC_DISTANCES_KIND_MEANS_LATENCY;
	hwloc_distances_add_handle_t handle;
	hwloc_obj_t nodes[3];
	hwloc_uint64_t copy[9];
	unsigned int i;

	for (i = 0; i < 3; i++)
		nodes[i] = hwloc_get_obj_by_type(topology, HWLOC_OBJ_NUMANODE, i);
	memcpy(copy, values, sizeof(copy));
	handle = hwloc_distances_add_create(topology, "NUMALatency", kind, 0);
	ck_assert_ptr_nonnull(handle);
	ck_assert_int_eq(hwloc_distances_add_values(topology, handle, 3, nodes, copy, 0), 0);
	ck_assert_int_eq(hwloc_distances_add_commit(topology, handle, 0), 0);
}

START_TEST(given_distances)
{
	/* the second object is node 5 and the third node 2 */
	static const hwloc_uint64_t values[9] = { 10, 21, 31, 22, 10, 41, 32, 42, 10 };
	hwloc_topology_t topology = load("numa:3(indexes=0,5,2) core:2 pu:1");
	struct tspool_cpt_map *map;

	add_distances(topology, values);
	ck_assert_int_eq(tspool_cpt_map_from_hwloc(topology, 0, "N", &map, NULL), 0);
	ck_assert_str_eq(tspool_cpt_map_cpus_list(map, 1), "4-5");
	want_text(printed(tspool_cpt_map_print_distances, map),
		  "0\t: 0:10 1:31 2:21\n1\t: 0:32 1:10 2:42\n2\t: 0:22 1:41 2:10\n");
	tspool_cpt_map_free(map);
	ck_assert_int_eq(tspool_cpt_map_from_hwloc(topology, 0, "N 0[0,5] 1[2]", &map, NULL), 0);
	want_text(printed(tspool_cpt_map_print_distances, map), "0\t: 0:22 1:41\n1\t: 0:42 1:10\n");
	tspool_cpt_map_free(map);
	hwloc_topology_destroy(topology);
}

/* Packages of nodes 1 and 3, and of 0 and 2: that of the lower number is the CPUs' own. */
START_TEST(two_nodes_beside_the_cpus)
{
	static const char machine[] = "pack:2 [numa] [numa(indexes=3,1,2,0)] core:2 pu:1";
	struct tspool_cpt_map *map;

	ck_assert_int_eq(map_of(machine, 0, "N", &map, NULL), 0);
	want_text(printed(tspool_cpt_map_print_table, map), "0\t: 2 3\n1\t: 0 1\n");
	ck_assert_str_eq(tspool_cpt_map_nodes_list(map, 0), "0");
	ck_assert_str_eq(tspool_cpt_map_nodes_list(map, 1), "1");
	tspool_cpt_map_free(map);
}

/* Packages of node 1 and of node 2, in a machine of node 0: the nearest is the CPUs' own. */
START_TEST(a_node_of_the_machine)
{
	static const char machine[] = "[numa] pack:2 [numa(indexes=1,2,0)] core:2 pu:1";
	struct tspool_cpt_map *map;

	ck_assert_int_eq(map_of(machine, 0, "N", &map, NULL), 0);
	want_text(printed(tspool_cpt_map_print_table, map), "0\t: 0 1\n1\t: 2 3\n");
	ck_assert_str_eq(tspool_cpt_map_nodes_list(map, 0), "1");
	ck_assert_str_eq(tspool_cpt_map_nodes_list(map, 1), "2");
	tspool_cpt_map_free(map);
	ck_assert_int_eq(map_of(machine, 0, "N 0[0,1] 1[2]", &map, NULL), 0);
	ck_assert_str_eq(tspool_cpt_map_nodes_list(map, 0), "0-1");
	ck_assert_str_eq(tspool_cpt_map_nodes_list(map, 1), "2");
	tspool_cpt_map_free(map);
}

/* Far more than the 4,096 bytes at which Lustre's files end. */
START_TEST(text_of_2048_cpus)
{
	static char want[64 * 1024];
	unsigned int cpt, cpu;
	struct tspool_cpt_map *map;
	size_t used = 0;
	char *text;

	for (cpt = 0; cpt < 64; cpt++) {
		used += (size_t)sprintf(want + used, "%u\t:", cpt);
		for (cpu = cpt * 32; cpu < cpt * 32 + 32; cpu++)
			used += (size_t)sprintf(want + used, " %u", cpu);
		used += (size_t)sprintf(want + used, "\n");
	}
	ck_assert_int_eq(map_of("numa:64 core:16 pu:2", 0, "N", &map, NULL), 0);
	want_text(printed(tspool_cpt_map_print_table, map), want);
	text = printed(tspool_cpt_map_print_distances, map);
	ck_assert_uint_eq(strlen(text), 10 * 3 + 54 * 4 + 64 * (10 * 5 + 54 * 6 + 1));
	free(text);
	tspool_cpt_map_free(map);
}

START_TEST(print_errors)
{
	FILE *full = fopen("/dev/full", "w");
	struct tspool_cpt_map *map;

	ck_assert_int_eq(map_of(T4, 0, "N", &map, NULL), 0);
	setvbuf(full, NULL, _IONBF, 0);
	ck_assert_int_eq(tspool_cpt_map_print_table(map, full), -EIO);
	clearerr(full);
	ck_assert_int_eq(tspool_cpt_map_print_distances(map, full), -EIO);
	fclose(full);
	tspool_cpt_map_free(map);
}

/* One list a line. */
/* clang-format off */
static const struct {
	const char *list;
	const char *set;
} lists[] = {
	{ "0", "0" },
	{ "1-3,5", "1-3,5" },
	{ "5,1-3,2", "1-3,5" },
	{ "0-14/7,3", "0,3,7,14" },
	{ "65535", "65535" },
};

/* clang-format on */

START_TEST(list_is_read)
{
	hwloc_bitmap_t set;
	char *text;

	ck_assert_int_eq(tspool_list_parse(lists[_i].list, &set, NULL), 0);
	ck_assert_int_gt(hwloc_bitmap_list_asprintf(&text, set), 0);
	want_text(text, lists[_i].set);
	hwloc_bitmap_free(set);
}

static const struct {
	const char *list;
	int err;
	int offset;
	const char *text;
} bad_lists[] = {
	{ "", -EINVAL, 0, "a number expected at the end" },
	{ "0-", -EINVAL, 2, "the last number of the range expected at the end" },
	{ "-1", -EINVAL, 0, "a number expected, not '-'" },
	{ "1,", -EINVAL, 2, "a number expected at the end" },
	{ "1 2", -EINVAL, 1, "',' or the end expected, not ' '" },
	{ "1,*", -EINVAL, 2, "a number expected, not '*'" },
	{ "0x3", -EINVAL, 1, "',' or the end expected, not 'x'" },
	{ "1,3-2", -ERANGE, 2, "range 3-2 runs backwards" },
	{ "0-3/0", -ERANGE, 4, "a stride of 0, the least is 1" },
	{ "99999999999", -ERANGE, 0, "a number above 65535" },
};

START_TEST(list_is_refused)
{
	struct tspool_cpt_error error;
	hwloc_bitmap_t set;

	ck_assert_int_eq(tspool_list_parse(bad_lists[_i].list, &set, &error), bad_lists[_i].err);
	ck_assert_ptr_null(set);
	ck_assert_int_eq(error.offset, bad_lists[_i].offset);
	ck_assert_str_eq(error.text, bad_lists[_i].text);
}

/* The kernel's own word on this machine's CPUs, those online or possible, as a list. */
static void read_cpus(const char *which, char *list, int size)
{
	char path[100];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/%s", which);
	file = fopen(path, "r");
	ck_assert_ptr_nonnull(file);
	ck_assert_ptr_nonnull(fgets(list, size, file));
	list[strcspn(list, "\n")] = 0;
	fclose(file);
}

START_TEST(this_machine)
{
	hwloc_topology_t topology;
	struct tspool_cpt_map *map;
	char online[4096];

	read_cpus("online", online, sizeof(online));
	ck_assert_int_eq(tspool_topology_load(&topology, NULL), 0);
	ck_assert_int_eq(tspool_cpt_map_from_hwloc(topology, 1, "", &map, NULL), 0);
	hwloc_topology_destroy(topology);
	ck_assert_str_eq(tspool_cpt_map_cpus_list(map, 0), online);
	tspool_cpt_map_free(map);
}

START_TEST(without_disallowed)
{
	struct tspool_cpt_error error;
	hwloc_topology_t topology;
	struct tspool_cpt_map *map;

	ck_assert_int_eq(hwloc_topology_init(&topology), 0);
	ck_assert_int_eq(hwloc_topology_load(topology), 0);
	ck_assert_int_eq(tspool_cpt_map_from_hwloc(topology, 0, "N", &map, &error), -EINVAL);
	ck_assert_str_eq(error.text, "the topology was loaded without disallowed CPUs and nodes");
	hwloc_topology_destroy(topology);
}

/* As with HWLOC_SYNTHETIC and HWLOC_THISSYSTEM. */
START_TEST(more_cpus_than_this_machine)
{
	unsigned long flags = HWLOC_TOPOLOGY_FLAG_IS_THISSYSTEM |
			      HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED;
	char possible[100], machine[100], text[300];
	struct tspool_cpt_error error;
	hwloc_topology_t topology;
	struct tspool_cpt_map *map;
	const char *last;

	read_cpus("possible", possible, sizeof(possible));
	last = strrchr(possible, '-');
	snprintf(machine, sizeof(machine), "numa:2 core:%ld pu:1",
		 10 + strtol(last ? last + 1 : possible, NULL, 10));
	ck_assert_int_eq(hwloc_topology_init(&topology), 0);
	ck_assert_int_eq(hwloc_topology_set_flags(topology, flags), 0);
	ck_assert_int_eq(hwloc_topology_set_synthetic(topology, machine), 0);
	ck_assert_int_eq(hwloc_topology_load(topology), 0);
	ck_assert_int_eq(tspool_cpt_map_from_hwloc(topology, 0, "N", &map, &error), -EINVAL);
	ck_assert_ptr_null(map);
	snprintf(text, sizeof(text), "the topology is of CPUs 0-%d, but this machine's are %s",
		 hwloc_bitmap_last(hwloc_topology_get_topology_cpuset(topology)), possible);
	ck_assert_str_eq(error.text, text);
	ck_assert_int_eq(error.offset, -1);
	hwloc_topology_destroy(topology);
}

START_TEST(bound_to_one_cpu)
{
	hwloc_cpuset_t cpus = hwloc_bitmap_alloc();
	struct tspool_cpt_error error;
	hwloc_topology_t topology;
	cpu_set_t before, after;

	ck_assert_int_eq(sched_getaffinity(0, sizeof(before), &before), 0);
	ck_assert_int_eq(tspool_topology_load(&topology, NULL), 0);
	/* one that is online and allowed, and one that is neither */
	hwloc_bitmap_only(cpus, (unsigned int)sched_getcpu());
	hwloc_bitmap_set(cpus, 9999);
	ck_assert_int_eq(tspool_bind_thread(topology, cpus, &error), 0);
	ck_assert_int_eq(sched_getaffinity(0, sizeof(after), &after), 0);
	ck_assert_int_eq(CPU_COUNT(&after), 1);
	ck_assert(CPU_ISSET(hwloc_bitmap_first(cpus), &after));
	hwloc_bitmap_only(cpus, 9999);
	ck_assert_int_eq(tspool_bind_thread(topology, cpus, &error), -EINVAL);
	ck_assert_str_eq(error.text,
			 "a thread can't be bound to CPUs 9999: none is online and allowed");
	ck_assert_int_eq(sched_getaffinity(0, sizeof(after), &after), 0);
	ck_assert_int_eq(CPU_COUNT(&after), 1);
	sched_setaffinity(0, sizeof(before), &before);
	hwloc_topology_destroy(topology);
	hwloc_bitmap_free(cpus);
}

START_TEST(bound_on_another_machine)
{
	hwloc_topology_t topology = load(T4);
	hwloc_const_cpuset_t cpus = hwloc_topology_get_topology_cpuset(topology);
	struct tspool_cpt_error error;

	ck_assert_int_eq(tspool_bind_thread(topology, cpus, &error), -EINVAL);
	ck_assert_str_eq(error.text,
			 "a thread can't be bound to CPUs 0-15: they are another machine's");
	hwloc_topology_destroy(topology);
}

static void add_tests(TCase *cases)
{
	tcase_add_loop_test(cases, table_text, 0, COUNT(tables));
	tcase_add_loop_test(cases, refused, 0, COUNT(refusals));
	tcase_add_test(cases, accessors);
	tcase_add_test(cases, warning);
	tcase_add_test(cases, assumed_distances);
	tcase_add_test(cases, given_distances);
	tcase_add_test(cases, two_nodes_beside_the_cpus);
	tcase_add_test(cases, a_node_of_the_machine);
	tcase_add_test(cases, text_of_2048_cpus);
	tcase_add_test(cases, print_errors);
	tcase_add_loop_test(cases, list_is_read, 0, COUNT(lists));
	tcase_add_loop_test(cases, list_is_refused, 0, COUNT(bad_lists));
	tcase_add_test(cases, this_machine);
	tcase_add_test(cases, without_disallowed);
	tcase_add_test(cases, more_cpus_than_this_machine);
	tcase_add_test(cases, bound_to_one_cpu);
	tcase_add_test(cases, bound_on_another_machine);
}

int main(void)
{
	Suite *suite = suite_create("cpt_hwloc");
	TCase *cases = tcase_create("cpt_hwloc");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(cases, 100);
	add_tests(cases);
	suite_add_tcase(suite, cases);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
