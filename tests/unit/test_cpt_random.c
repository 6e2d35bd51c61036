// SPDX-License-Identifier: GPL-2.0-only
/* Random patterns: each is refused with a reason or makes a table that is one. */
#include "cpt_machine.h"

/* The cheapest generator whose high bits are good enough; the same texts in every run. */
static unsigned int random_below(unsigned int limit)
{
	static unsigned long long state = 0x5eed;

	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned int)((state >> 33) % limit);
}

/* A list of up to four items that are mostly in range; returns the bytes written. */
static size_t random_list(char *text, size_t size)
{
	unsigned int items = 1 + random_below(4);
	size_t used = (size_t)snprintf(text, size, "[");

	while (items--) {
		unsigned int first = random_below(17), length = random_below(6);

		switch (random_below(8)) {
		case 0:
			used += (size_t)snprintf(text + used, size - used, "*");
			break;
		case 1:
			used += (size_t)snprintf(text + used, size - used, "%u-%u/%u", first,
						 first + length, random_below(4));
			break;
		case 2:
			used += (size_t)snprintf(text + used, size - used, "%u-%u", first,
						 random_below(17));
			break;
		default:
			used += (size_t)snprintf(text + used, size - used, "%u", first);
		}
		used += (size_t)snprintf(text + used, size - used, items ? "," : "]");
	}
	return used;
}

/* From the grammar, then in one of four texts a byte is overwritten. */
static void random_pattern(char *text, size_t size)
{
	static const char noise[] = "0123456789[],-/*NnCcXx \t~";
	unsigned int parts = random_below(5), i;
	size_t used = (size_t)snprintf(text, size, "%s", random_below(2) ? "N " : "");

	if (!parts && random_below(3)) {
		used += (size_t)snprintf(text + used, size - used, random_below(2) ? "C" : "X");
		used += random_list(text + used, size - used);
	}
	for (i = 0; i < parts; i++) {
		used += (size_t)snprintf(text + used, size - used, "%u", parts - 1 - i);
		used += random_list(text + used, size - used);
	}
	if (used && !random_below(4))
		text[random_below((unsigned int)used)] = noise[random_below(sizeof(noise) - 1)];
}

/* Whatever the pattern, a table that is built is one. */
static void check_table(void)
{
	unsigned int cpt, cpu, weight, online;

	table();	/* no CPU is in two partitions */
	ck_assert_uint_ge(map->count, 1);
	for (cpt = 0; cpt < map->count; cpt++) {
		weight = 0;
		online = 0;
		for (cpu = 0; cpu < machine.ncpus; cpu++) {
			if (!tsp_cpt_map_has_cpu(map, cpt, cpu))
				continue;
			weight++;
			online += cpus[cpu].online;
			ck_assert(cpus[cpu].possible);
			ck_assert_uint_eq(tsp_cpt_map_of_cpu(map, cpu), cpt);
			ck_assert(tsp_cpt_map_has_node(map, cpt, (unsigned int)cpus[cpu].node));
		}
		ck_assert_uint_eq(weight, map->weight[cpt]);
		ck_assert_uint_gt(online, 0);
	}
}

static void check_refusal(const char *text, int err)
{
	ck_assert(err == -EINVAL || err == -ERANGE || err == -EEXIST || err == -ENODEV);
	ck_assert_int_ge(error.offset, -1);
	ck_assert_int_le(error.offset, (int)strlen(text));
	ck_assert_uint_gt(strlen(error.text), 0);
}

START_TEST(random_patterns)
{
	unsigned int built = 0, refused = 0;
	char text[256];
	int i, err;

	make_machine(4, 2, 2);
	offline(5);
	offline(14);
	for (i = 0; i < 100000; i++) {
		random_pattern(text, sizeof(text));
		err = build((int)random_below(6) - 1, text);
		if (err)
			check_refusal(text, err);
		else
			check_table();
		*(err ? &refused : &built) += 1;
	}
	/* both ways were gone often enough to mean something */
	ck_assert_uint_ge(built, 5000);
	ck_assert_uint_ge(refused, 5000);
}

START_TEST(random_bytes)
{
	char text[33];
	int i, err;
	size_t length, j;

	make_machine(2, 2, 1);
	for (i = 0; i < 100000; i++) {
		length = random_below(sizeof(text));
		for (j = 0; j < length; j++)
			text[j] = (char)(1 + random_below(255));
		text[length] = 0;
		err = build(0, text);
		if (err)
			check_refusal(text, err);
		else
			check_table();
	}
}

int main(void)
{
	Suite *suite = suite_create("cpt_random");
	TCase *cases = tcase_create("cpt_random");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(cases, 100);
	tcase_add_checked_fixture(cases, NULL, free_map);
	tcase_add_test(cases, random_patterns);
	tcase_add_test(cases, random_bytes);
	suite_add_tcase(suite, cases);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
