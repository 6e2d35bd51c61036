// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines of JSON that are made without jansson, held against what jansson makes of the same records:
 * random ones, the ends of all ranges, every byte in names. Their memory has just the room asked
 * for, so that a checker sees what goes beyond it.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "decimal.h"
#include "fmt_json.h"
#include "json_line.h"
#include "line.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define ROUNDS		5000
#define CGROUP_MAX	300

static uint64_t state;

static uint64_t random_number(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * UINT64_C(0x2545f4914f6cdd1d);
}

static bool one_in(unsigned int n)
{
	return random_number() % n == 0;
}

static uint64_t any_value(void)
{
	/* The ends of ranges, and their neighbours: of all lengths in bits. */
	if (one_in(2))
		return (UINT64_C(1) << random_number() % 64) + random_number() % 3 - 1;
	return random_number() >> random_number() % 64;
}

/* With quotes, a control character, UTF-8 of each length, and what only looks like it. */
/* clang-format off */
static const char *const characters[] = {
	"a", "/", "\"", "\\", ",", "\n", "\x7f", "\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x90\xa7",
	"\xc2\x9b", "\xed\xa0\x80", "\xff",
};

/* clang-format on */

/* Bytes of all kinds, or mostly characters, the last of which may be cut. */
static void fill_text(char *text, size_t length)
{
	bool any = one_in(2);

	for (size_t used = 0; used < length;) {
		const char *one = characters[random_number() % ARRAY_SIZE(characters)];

		if (any)
			text[used++] = (char)(random_number() & 0xff);
		else
			for (; *one && used < length; one++)
				text[used++] = *one;
	}
}

static void fill_fields(void *record, const struct tspool_field_info *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *value = (char *)record + fields[i].offset;
		uint64_t number = any_value();

		if (fields[i].kind == TSPOOL_KIND_TEXT)
			fill_text(value, fields[i].size);
		else
			memcpy(value, &number, fields[i].size);
	}
}

static uint32_t any_cpt(void)
{
	return one_in(4) ? TSPOOL_CPT_ANY : (uint32_t)any_value();
}

static void compare(json_t *object, const char *line, size_t length)
{
	char *expected = json_dumps(object, JSON_COMPACT);
	bool same;

	ck_assert_ptr_nonnull(expected);
	same = length == strlen(expected) + 1 && line[length - 1] == '\n' &&
	       !memcmp(line, expected, length - 1);
	ck_assert_msg(same, "'%.*s'\ninstead of '%s'", (int)length, line, expected);
	free(expected);
	json_decref(object);
}

static void check_record(const struct tspool_record *record, const char *cgroup)
{
	size_t room = tsp_line_room(cgroup);
	char *line = malloc(room);
	size_t length;

	ck_assert_ptr_nonnull(line);
	length = tsp_json_line_record(line, record, cgroup);
	ck_assert_uint_le(length, room);
	compare(tsp_json_record(record, cgroup), line, length);
	free(line);
}

static void check_lost(const struct tspool_lost *lost)
{
	char *line = malloc(TSP_LINE_BYTES);
	size_t length;

	ck_assert_ptr_nonnull(line);
	length = tsp_json_line_lost(line, lost);
	compare(tsp_json_lost(lost), line, length);
	free(line);
}

static void begin(void)
{
	const char *given = getenv("TSPOOL_SEED");

	state = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
	printf("TSPOOL_SEED=%llu\n", (unsigned long long)state);
	fflush(stdout);
	state |= UINT64_C(1) << 63;
}

START_TEST(random_records)
{
	const struct tspool_field_info *fields;
	size_t count;

	begin();
	fields = tspool_record_fields(&count);
	for (unsigned int round = 0; round < ROUNDS; round++) {
		struct tspool_record record = { .frame.type = random_number() % 5,
						.frame.cpt = any_cpt() };
		char cgroup[CGROUP_MAX + 1] = { 0 };

		fill_fields(&record, fields, count);
		fill_text(cgroup, random_number() % CGROUP_MAX);
		for (size_t i = 0; i < TSPOOL_PRESENT_WORDS; i++)
			record.present[i] = one_in(3) ? UINT64_MAX : random_number();
		check_record(&record, one_in(3) ? NULL : cgroup);
	}
}
END_TEST

START_TEST(random_losses)
{
	const struct tspool_field_info *fields;
	size_t count;

	begin();
	fields = tspool_lost_fields(&count);
	for (unsigned int round = 0; round < ROUNDS; round++) {
		struct tspool_lost lost = { .frame.type = TSPOOL_FRAME_LOST,
					    .frame.cpt = any_cpt() };

		fill_fields(&lost, fields, count);
		lost.cause = one_in(4) ? TSPOOL_CAUSE_RECEIVE_OVERRUN + lost.cause % 3 :
					 lost.cause % 8;
		if (one_in(4))
			lost.count = TSPOOL_COUNT_UNKNOWN;
		check_lost(&lost);
	}
}
END_TEST

/* The longest: each byte takes what it can, and each number is at the end of its range. */
START_TEST(longest_line)
{
	static const char worst[] = { '\1', '\\', '"', '\xff' };
	struct tspool_record record;
	char cgroup[4096];

	for (size_t i = 0; i < sizeof(worst); i++) {
		memset(&record, 0xff, sizeof(record));
		memset(record.comm, worst[i], sizeof(record.comm));
		memset(cgroup, worst[i], sizeof(cgroup) - 1);
		cgroup[sizeof(cgroup) - 1] = '\0';
		check_record(&record, cgroup);
	}
}
END_TEST

/* At each place of a name, in front of and behind what needs no care. */
START_TEST(every_byte)
{
	struct tspool_record record = { .frame.type = TSPOOL_FRAME_TASK,
					.present = { UINT64_MAX, UINT64_MAX } };
	char cgroup[20];

	for (unsigned int byte = 1; byte < 256; byte++)
		for (size_t place = 0; place < sizeof(record.comm); place++) {
			memset(record.comm, 'x', sizeof(record.comm));
			record.comm[place] = (char)byte;
			memset(cgroup, 'y', sizeof(cgroup));
			cgroup[place] = (char)byte;
			cgroup[sizeof(cgroup) - 1] = '\0';
			check_record(&record, cgroup);
		}
}
END_TEST

static void check_decimal(uint64_t number)
{
	char expected[32], written[TSP_DECIMAL_BYTES];
	int length = sprintf(expected, "%llu", (unsigned long long)number);

	ck_assert_int_eq(tsp_put_number(written, number) - written, length);
	ck_assert(!memcmp(written, expected, length));
	length = sprintf(expected, "%lld", (long long)number);
	ck_assert_int_eq(tsp_put_signed(written, (int64_t)number) - written, length);
	ck_assert(!memcmp(written, expected, length));
}

START_TEST(numbers_of_each_length)
{
	uint64_t power = 1;

	begin();
	for (unsigned int digits = 0; digits < 20; digits++, power *= 10) {
		check_decimal(power - 1);
		check_decimal(power);
		check_decimal(-power);
		for (unsigned int i = 0; i < 1000; i++)
			check_decimal(random_number() % power);
	}
	check_decimal(UINT64_MAX);
	check_decimal(INT64_MAX);
	check_decimal((uint64_t)INT64_MIN);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("json_line");
	TCase *tcase = tcase_create("json_line");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, random_records);
	tcase_add_test(tcase, random_losses);
	tcase_add_test(tcase, longest_line);
	tcase_add_test(tcase, every_byte);
	tcase_add_test(tcase, numbers_of_each_length);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
