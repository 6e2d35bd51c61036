// SPDX-License-Identifier: GPL-2.0-only
/* The pattern's grammar: what is accepted, what it means, and where and how the rest is refused. */
#include <check.h>
#include <stdlib.h>

#include "cpt_pattern.h"

struct accepted {
	const char *text;
	bool by_node;
	enum tsp_cpt_exclude exclude;
	unsigned int parts;
};

static const struct accepted accepted[] = {
	{ "", false, TSP_CPT_EXCLUDE_NONE, 0 },
	{ "  ", false, TSP_CPT_EXCLUDE_NONE, 0 },
	{ "N", true, TSP_CPT_EXCLUDE_NONE, 0 },
	{ "n", true, TSP_CPT_EXCLUDE_NONE, 0 },
	{ "N ", true, TSP_CPT_EXCLUDE_NONE, 0 },
	{ "\t N\n", true, TSP_CPT_EXCLUDE_NONE, 0 },
	{ "0[0]", false, TSP_CPT_EXCLUDE_NONE, 1 },
	{ "0[*]", false, TSP_CPT_EXCLUDE_NONE, 1 },
	{ "0[0-3] 1[4-7]", false, TSP_CPT_EXCLUDE_NONE, 2 },
	{ "0[0-3]1[4-7]", false, TSP_CPT_EXCLUDE_NONE, 2 },
	{ "1[4-7] \t 0[0-3]", false, TSP_CPT_EXCLUDE_NONE, 2 },
	{ "0[0-14/2] 1[1-15/2]", false, TSP_CPT_EXCLUDE_NONE, 2 },
	{ "N 0[0,1] 1[2-3]", true, TSP_CPT_EXCLUDE_NONE, 2 },
	{ "n0[0]", true, TSP_CPT_EXCLUDE_NONE, 1 },
	{ "C[0]", false, TSP_CPT_EXCLUDE_RANKS, 0 },
	{ "c[0,1]", false, TSP_CPT_EXCLUDE_RANKS, 0 },
	{ "N C[0-3/2]", true, TSP_CPT_EXCLUDE_RANKS, 0 },
	{ "X[0]", false, TSP_CPT_EXCLUDE_CPUS, 0 },
	{ "nx[0,*] ", true, TSP_CPT_EXCLUDE_CPUS, 0 },
	{ "0[65535]", false, TSP_CPT_EXCLUDE_NONE, 1 },
	{ "0[007]", false, TSP_CPT_EXCLUDE_NONE, 1 },
	{ "0[7-7/65535]", false, TSP_CPT_EXCLUDE_NONE, 1 },
};

struct refused {
	const char *text;
	int err;
	int offset;
	const char *sentence;
};

static const struct refused refused[] = {
	{ "0[]", -EINVAL, 2, "a number expected, not ']'" },
	{ "0[0-3", -EINVAL, 5, "',' or ']' expected at the end" },
	{ "0[0-3] x", -EINVAL, 7, "a partition number expected, not 'x'" },
	{ "0[0-3],1[4-7]", -EINVAL, 6, "a partition number expected, not ','" },
	{ "0", -EINVAL, 1, "'[' expected at the end" },
	{ "0 [0]", -EINVAL, 1, "'[' expected, not ' '" },
	{ "C", -EINVAL, 1, "'[' expected at the end" },
	{ "C [0]", -EINVAL, 1, "'[' expected, not ' '" },
	{ "[0]", -EINVAL, 0, "a partition number expected, not '['" },
	{ "NN", -EINVAL, 1, "a partition number expected, not 'N'" },
	{ "0[0, 1]", -EINVAL, 4, "a number expected, not ' '" },
	{ "0[0-]", -EINVAL, 4, "the last number of the range expected, not ']'" },
	{ "0[0-*]", -EINVAL, 4, "the last number of the range expected, not '*'" },
	{ "0[-3]", -EINVAL, 2, "a number expected, not '-'" },
	{ "0[0,]", -EINVAL, 4, "a number expected, not ']'" },
	{ "0[0x1]", -EINVAL, 3, "',' or ']' expected, not 'x'" },
	{ "0[0/2]", -EINVAL, 3, "',' or ']' expected, not '/'" },
	{ "0[0-4/]", -EINVAL, 6, "a stride expected, not ']'" },
	{ "0[**]", -EINVAL, 3, "',' or ']' expected, not '*'" },
	{ "-1[0]", -EINVAL, 0, "a partition number expected, not '-'" },
	{ "0[0]\a", -EINVAL, 4, "a partition number expected, not byte 0x07" },
	{ "0[\xc3\xa9]", -EINVAL, 2, "a number expected, not byte 0xc3" },
	{ "C[0] X[1]", -EINVAL, 5, "the end of the pattern expected, not 'X'" },
	{ "X[0] 0[1]", -EINVAL, 5, "the end of the pattern expected, not '0'" },
	{ "0[0] C[0]", -EINVAL, 5, "a partition number expected, not 'C'" },
	{ "0[0-3/0]", -ERANGE, 6, "a stride of 0, the least is 1" },
	{ "0[3-0]", -ERANGE, 2, "range 3-0 runs backwards" },
	{ "0[1,3-0]", -ERANGE, 4, "range 3-0 runs backwards" },
	{ "0[65536]", -ERANGE, 2, "a number above 65535" },
	{ "0[0-99999999999999999999]", -ERANGE, 4, "a number above 65535" },
	{ "4294967296[0]", -ERANGE, 0, "a number above 65535" },
	{ "  0[3-0]", -ERANGE, 4, "range 3-0 runs backwards" },
};

#define COUNT(array)	((int)(sizeof(array) / sizeof(*(array))))

START_TEST(is_accepted)
{
	const struct accepted *want = &accepted[_i];
	struct tsp_cpt_pattern pattern;
	struct tsp_cpt_error error;

	ck_assert_int_eq(tsp_cpt_pattern_parse(want->text, &pattern, &error), 0);
	ck_assert_int_eq(pattern.by_node, want->by_node);
	ck_assert_int_eq(pattern.exclude, want->exclude);
	ck_assert_uint_eq(pattern.parts, want->parts);
}

START_TEST(is_refused)
{
	const struct refused *want = &refused[_i];
	struct tsp_cpt_pattern pattern;
	struct tsp_cpt_error error;

	ck_assert_int_eq(tsp_cpt_pattern_parse(want->text, &pattern, &error), want->err);
	ck_assert_int_eq(error.offset, want->offset);
	ck_assert_str_eq(error.text, want->sentence);
	ck_assert_int_eq(tsp_cpt_pattern_parse(want->text, &pattern, NULL), want->err);
}

/* "0[1,1,...,1]" of so many bytes; the last number is 11 where it does not come out even. */
static char *long_pattern(size_t bytes)
{
	char *text = malloc(bytes + 1);
	size_t i;

	text[0] = '0';
	text[1] = '[';
	for (i = 2; i < bytes - 1; i++)
		text[i] = i % 2 ? ',' : '1';
	if (text[bytes - 2] == ',')
		text[bytes - 2] = '1';
	memcpy(text + bytes - 1, "]", 2);
	return text;
}

START_TEST(is_long)
{
	size_t bytes = (size_t)_i;
	char *text = long_pattern(bytes);
	struct tsp_cpt_pattern pattern;
	struct tsp_cpt_error error;
	int err = tsp_cpt_pattern_parse(text, &pattern, &error);

	ck_assert_uint_eq(strlen(text), bytes);
	if (bytes <= 1024) {
		ck_assert_int_eq(err, 0);
	} else {
		ck_assert_int_eq(err, -ENOSPC);
		ck_assert_int_eq(error.offset, 1024);
		ck_assert_str_eq(error.text, "the pattern is longer than 1024 bytes");
	}
	free(text);
}

START_TEST(blanks_count_as_length)
{
	struct tsp_cpt_pattern pattern;
	char text[1026];

	memset(text, ' ', sizeof(text));
	text[0] = 'N';
	text[1024] = 0;
	ck_assert_int_eq(tsp_cpt_pattern_parse(text, &pattern, NULL), 0);
	text[1024] = ' ';
	text[1025] = 0;
	ck_assert_int_eq(tsp_cpt_pattern_parse(text, &pattern, NULL), -ENOSPC);
}

START_TEST(most_parts)
{
	struct tsp_cpt_pattern pattern;
	char text[1025];
	int i;

	for (i = 0; i < 256; i++)
		memcpy(text + i * 4, "0[0]", 5);
	ck_assert_int_eq(tsp_cpt_pattern_parse(text, &pattern, NULL), 0);
	ck_assert_uint_eq(pattern.parts, 256);
	ck_assert_uint_eq(TSP_CPT_PARTS_MAX, 256);
}

static void want_item(struct tsp_cpt_cursor *cursor, unsigned int offset, unsigned int first,
		      unsigned int last, unsigned int stride)
{
	struct tsp_cpt_item item;

	ck_assert(tsp_cpt_next_item(cursor, &item));
	ck_assert(!item.all);
	ck_assert_uint_eq(item.offset, offset);
	ck_assert_uint_eq(item.first, first);
	ck_assert_uint_eq(item.last, last);
	ck_assert_uint_eq(item.stride, stride);
}

START_TEST(parts_and_items_are_read)
{
	struct tsp_cpt_pattern pattern;
	struct tsp_cpt_cursor cursor;
	struct tsp_cpt_part part;
	struct tsp_cpt_item item;

	ck_assert_int_eq(tsp_cpt_pattern_parse(" N 12[3,40-50/7]  0[*]", &pattern, NULL), 0);
	cursor = pattern.lists;
	ck_assert(tsp_cpt_next_part(&cursor, &part));
	ck_assert_uint_eq(part.id, 12);
	ck_assert_uint_eq(part.offset, 3);
	want_item(&cursor, 6, 3, 3, 1);
	want_item(&cursor, 8, 40, 50, 7);
	ck_assert(!tsp_cpt_next_item(&cursor, &item));
	ck_assert(tsp_cpt_next_part(&cursor, &part));
	ck_assert_uint_eq(part.id, 0);
	ck_assert_uint_eq(part.offset, 18);
	ck_assert(tsp_cpt_next_item(&cursor, &item));
	ck_assert(item.all);
	ck_assert_uint_eq(item.offset, 20);
	ck_assert(!tsp_cpt_next_item(&cursor, &item));
	ck_assert(!tsp_cpt_next_part(&cursor, &part));
}

/* Every text of four bytes from the grammar's alphabet: those accepted are counted by hand. */
START_TEST(all_short_texts)
{
	static const char alphabet[] = "0 [],-/*NX";
	unsigned int number, accepted_count = 0;
	struct tsp_cpt_pattern pattern;
	struct tsp_cpt_error error;
	char text[5] = "";
	int i;

	for (number = 0; number < 10000; number++) {
		unsigned int rest = number;

		for (i = 0; i < 4; i++, rest /= 10)
			text[i] = alphabet[rest % 10];
		if (!tsp_cpt_pattern_parse(text, &pattern, &error)) {
			accepted_count++;
			continue;
		}
		ck_assert_int_ge(error.offset, 0);
		ck_assert_int_le(error.offset, 4);
		ck_assert_uint_gt(strlen(error.text), 0);
	}
	/* 0[0] 0[*] X[0] X[*]; blanks only; N and three blanks, in four places */
	ck_assert_uint_eq(accepted_count, 4 + 1 + 4);
}

int main(void)
{
	Suite *suite = suite_create("cpt_pattern");
	TCase *cases = tcase_create("cpt_pattern");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(cases, is_accepted, 0, COUNT(accepted));
	tcase_add_loop_test(cases, is_refused, 0, COUNT(refused));
	tcase_add_loop_test(cases, is_long, 1022, 1028);
	tcase_add_test(cases, blanks_count_as_length);
	tcase_add_test(cases, most_parts);
	tcase_add_test(cases, parts_and_items_are_read);
	tcase_add_test(cases, all_short_texts);
	suite_add_tcase(suite, cases);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
