// SPDX-License-Identifier: GPL-2.0-only
/*
 * The map that tslisten makes of a module's table which the module's parameters don't give here:
 * there are none, since it is not loaded; the table comes from a script.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "module_map.h"

#include "../unit/offline_machine.h"
#include "../unit/run_suite.h"
#include "../unit/scripted_session.h"

static hwloc_topology_t topology;
static struct tspool_cpt_map *map;

static void add_cpt(uint32_t id, const char *cpus)
{
	struct message *answer = add_answer();

	message_start_genl(answer, TSPOOL_CMD_CPT_GET, NLM_F_MULTI);
	message_put_u32(answer, TSPOOL_CPT_A_ID, id);
	message_put_string(answer, TSPOOL_CPT_A_CPUS, cpus);
	message_put_string(answer, TSPOOL_CPT_A_NODES, "0");
	message_put_u32(answer, TSPOOL_CPT_A_WEIGHT, 2);
	message_put_attribute(answer, TSPOOL_CPT_A_DISTANCES, &id, sizeof(id));
}

static void add_done(void)
{
	struct message *answer = add_answer();
	int error = 0;

	message_start(answer, NLMSG_DONE, NLM_F_MULTI);
	message_put(answer, &error, sizeof(error));
}

static void load_machine(const char *synthetic)
{
	ck_assert_int_eq(hwloc_topology_init(&topology), 0);
	ck_assert_int_eq(hwloc_topology_set_synthetic(topology, synthetic), 0);
	ck_assert_int_eq(hwloc_topology_load(topology), 0);
}

START_TEST(rows_in_any_order)
{
	load_machine("numa:1 core:16 pu:1");
	add_cpt(2, "5,9");
	add_cpt(0, "0-3");
	add_cpt(1, "4,6-8");
	add_done();
	ck_assert_int_eq(tsp_module_map(session, topology, &map), TSP_EXIT_OK);
	ck_assert_uint_eq(tspool_cpt_map_count(map), 3);
	ck_assert_str_eq(tspool_cpt_map_cpus_list(map, 0), "0-3");
	ck_assert_str_eq(tspool_cpt_map_cpus_list(map, 1), "4,6-8");
	ck_assert_str_eq(tspool_cpt_map_cpus_list(map, 2), "5,9");
	ck_assert_uint_eq(tspool_cpt_map_of_cpu(map, 10), 1);
	tspool_cpt_map_free(map);
}

/* The table stays what it was when the module was loaded: all CPUs of a CPT may be offline now. */
START_TEST(a_cpt_that_is_offline)
{
	topology = load_partly_offline();
	add_cpt(0, "0-7");
	add_cpt(1, "8-9");
	add_done();
	ck_assert_int_eq(tsp_module_map(session, topology, &map), TSP_EXIT_OK);
	ck_assert_uint_eq(tspool_cpt_map_count(map), 2);
	ck_assert_str_eq(tspool_cpt_map_cpus_list(map, 1), "8-9");
	tspool_cpt_map_free(map);
}

/* As a pattern these would be twice as long as any that there may be. */
START_TEST(many_long_rows)
{
	char cpus[16][200];
	unsigned int cpu;

	load_machine("numa:1 core:256 pu:2");
	for (cpu = 0; cpu < 512; cpu++)
		if (cpu < 16)
			sprintf(cpus[cpu], "%u", cpu);
		else
			sprintf(cpus[cpu % 16] + strlen(cpus[cpu % 16]), ",%u", cpu);
	for (cpu = 0; cpu < 16; cpu++)
		add_cpt(cpu, cpus[cpu]);
	add_done();
	ck_assert_int_eq(tsp_module_map(session, topology, &map), TSP_EXIT_OK);
	ck_assert_uint_eq(tspool_cpt_map_count(map), 16);
	for (cpu = 0; cpu < 16; cpu++)
		ck_assert_str_eq(tspool_cpt_map_cpus_list(map, cpu), cpus[cpu]);
	tspool_cpt_map_free(map);
}

/* What makes no table is told, in a sentence. */
static const struct {
	uint32_t ids[2];
	const char *cpus[2];
	const char *why;
} bad_tables[] = {
	{ { 0, 2 }, { "0-1", "2-3" }, "it has 2 CPTs, and among them CPT 2" },
	{ { 4000000000, 0 }, { "0", "1" }, "it has 2 CPTs, and among them CPT 4000000000" },
	{ { 1, 1 }, { "0-1", "2-3" }, "it has 2 CPTs, and twice CPT 1" },
	{ { 0, 1 }, { "0-1", "" }, "a number expected at the end" },
	{ { 0, 1 }, { "0-1", "2-16" }, "partition 1 has CPU 16, which this machine has not" },
	{ { 0, 1 }, { "0-1", "1-2" }, "partitions 0 and 1 both have CPU 1" },
};

START_TEST(no_table)
{
	char want[200], word[200] = "";
	int saved = dup(STDERR_FILENO);
	FILE *file = tmpfile();
	enum tsp_exit status;

	load_machine("numa:1 core:16 pu:1");
	add_cpt(bad_tables[_i].ids[0], bad_tables[_i].cpus[0]);
	add_cpt(bad_tables[_i].ids[1], bad_tables[_i].cpus[1]);
	add_done();
	dup2(fileno(file), STDERR_FILENO);
	status = tsp_module_map(session, topology, &map);
	dup2(saved, STDERR_FILENO);
	close(saved);
	ck_assert_int_eq(status, TSP_EXIT_FAILURE);
	ck_assert_ptr_null(map);
	rewind(file);
	ck_assert_ptr_nonnull(fgets(word, sizeof(word), file));
	fclose(file);
	snprintf(want, sizeof(want),
		 "tslisten: the module's CPT table can't be followed here: %s\n",
		 bad_tables[_i].why);
	ck_assert_str_eq(word, want);
}

static void tear_down(void)
{
	hwloc_topology_destroy(topology);
	close_session();
}

int main(void)
{
	Suite *suite = suite_create("module_map");
	TCase *tcase = tcase_create("module_map");

	tcase_add_checked_fixture(tcase, open_session, tear_down);
	tcase_add_test(tcase, rows_in_any_order);
	tcase_add_test(tcase, a_cpt_that_is_offline);
	tcase_add_test(tcase, many_long_rows);
	tcase_add_loop_test(tcase, no_table, 0, sizeof(bad_tables) / sizeof(*bad_tables));
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
