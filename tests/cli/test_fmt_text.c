// SPDX-License-Identifier: GPL-2.0-only
/* Numbers, statuses, other values and records as people read them. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fmt_text.h"
#include "scale.h"
#include "section.h"
#include "value.h"

static const struct {
	uint64_t ns;
	const char *scaled;
} times[] = {
	{ 0, "0 ns" },
	{ 999, "999 ns" },
	{ 1000, "1.00 us" },
	{ 12345, "12.3 us" },
	{ 999999, "1000 us" },
	{ 1500000, "1.50 ms" },
	{ 1000000000, "1.00 s" },
	{ 59900000000, "59.9 s" },
	{ 60000000000, "0:01:00" },
	{ 3723000000000, "1:02:03" },
	{ 90061000000000, "1 d 1:01:01" },
	{ UINT64_MAX, "213503 d 23:34:33" },
};

START_TEST(scales_times)
{
	char scaled[TSP_SCALED_SIZE];

	ck_assert_str_eq(tsp_scale_ns(times[_i].ns, scaled), times[_i].scaled);
}
END_TEST

static const struct {
	uint64_t bytes;
	const char *scaled;
} sizes[] = {
	{ 0, "0 B" },
	{ 1023, "1023 B" },
	{ 1024, "1.00 KiB" },
	{ 10240, "10.0 KiB" },
	{ 104857600, "100 MiB" },
	{ 3221225472, "3.00 GiB" },
	{ UINT64_MAX, "16.0 EiB" },
};

START_TEST(scales_sizes)
{
	char scaled[TSP_SCALED_SIZE];

	ck_assert_str_eq(tsp_scale_bytes(sizes[_i].bytes, scaled), sizes[_i].scaled);
}
END_TEST

static const struct {
	uint64_t mb_us;
	const char *scaled;
} integrals[] = {
	{ 0, "0 MiB us" },
	{ 999, "999 MiB us" },
	{ 1500, "1.50 MiB ms" },
	{ 12345678, "12.3 MiB s" },
	{ 1234567890123, "1234568 MiB s" },
};

START_TEST(scales_integrals)
{
	char scaled[TSP_SCALED_SIZE];

	ck_assert_str_eq(tsp_scale_mb_us(integrals[_i].mb_us, scaled), integrals[_i].scaled);
}
END_TEST

/* As on x86 Linux: exit code in the second byte, signal in the first, 0x80 for a core. */
static const struct {
	uint64_t status;
	const char *text;
} statuses[] = {
	{ 0, "0" },
	{ 3 << 8, "3" },
	{ 255 << 8, "255" },
	{ 9, "SIGKILL" },
	{ 15, "SIGTERM" },
	{ 11 | 0x80, "SIGSEGV+core" },
	{ 26 | 0x80, "SIGVTALRM+core" },
	{ 40, "SIG40" },
	{ 64 | 0x80, "SIG64+core" },
	{ UINT32_MAX, "255" },
};

START_TEST(names_statuses)
{
	char text[TSP_VALUE_SIZE];

	ck_assert_str_eq(tsp_value_of_status(statuses[_i].status, text), statuses[_i].text);
}
END_TEST

START_TEST(tells_dates)
{
	char text[TSP_SCALED_SIZE];

	setenv("TZ", "UTC", 1);
	tzset();
	ck_assert_str_eq(tsp_date(1700000000123456789, text), "2023-11-14 22:13:20.123456");
	ck_assert_str_eq(tsp_time_of_day(1700000000123456789, text), "22:13:20.123456");
}
END_TEST

/* The bits and names of the contract, and one that it does not know. */
static const struct {
	uint32_t flags;
	const char *names;
} flags[] = {
	{ 0, " 0  " },
	{ 0x01, " last_thread  " },
	{ 0x1f, " last_thread no_exec superuser core_dump signaled  " },
	{ 0xe0, " kthread children_io threaded  " },
	{ 0x80000004, " superuser 0x80000000  " },
};

static void mark(struct tspool_record *record, unsigned int field)
{
	record->present[field / 64] |= 1ULL << field % 64;
}

/* Until the next one is made. */
static const char *text_of(const struct tspool_record *record, const char *cgroup, bool raw)
{
	static char text[32768];
	FILE *out = fmemopen(text, sizeof(text), "w");

	ck_assert_ptr_nonnull(out);
	tsp_text_record(out, record, cgroup, raw);
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

static void check_line(const char *text, const char *line)
{
	const char *found = strstr(text, line);

	ck_assert_msg(found && (found == text || found[-1] == '\n'), "no line \"%s\" in:\n%s", line,
		      text);
}

static struct tspool_record live_record(void)
{
	struct tspool_record record = { .frame = { .type = TSPOOL_FRAME_TASK, .cpt = 1 } };

	record.run_time_ns = 1500000;
	mark(&record, TSPOOL_FIELD_run_time_ns);
	record.hiwater_rss_bytes = 1024;
	mark(&record, TSPOOL_FIELD_hiwater_rss_bytes);
	record.flags = TSPOOL_FLAG_SUPERUSER | TSPOOL_FLAG_NO_EXEC;
	mark(&record, TSPOOL_FIELD_flags);
	memcpy(record.comm, "a\nb", 4);
	mark(&record, TSPOOL_FIELD_comm);
	return record;
}

START_TEST(record_is_readable)
{
	struct tspool_record record = live_record();
	const char *text = text_of(&record, NULL, false);

	check_line(text, "Identity\n");
	check_line(text, "  flags                         no_exec superuser  ");
	check_line(text, "  comm                                     a\\x0ab  ");
	check_line(text, "Time\n  run_time                                1.50 ms  ");
	check_line(text, "Memory\n  hiwater_rss                            1.00 KiB  ");
	ck_assert_ptr_null(strstr(text, "pid"));
	/* A section without fields has no heading. */
	ck_assert_ptr_null(strstr(text, "Delays"));
	ck_assert_ptr_null(strstr(text, "I/O"));
}
END_TEST

START_TEST(names_flags)
{
	struct tspool_record record = { .flags = flags[_i].flags };
	const char *text;

	mark(&record, TSPOOL_FIELD_flags);
	text = text_of(&record, NULL, false);
	ck_assert_ptr_nonnull(strstr(text, flags[_i].names));
}
END_TEST

START_TEST(raw_record_has_plain_numbers)
{
	struct tspool_record record = live_record();
	const char *text = text_of(&record, NULL, true);

	check_line(text, "  run_time_ns                                   1500000  ");
	check_line(text, "  hiwater_rss_bytes                                1024  ");
	check_line(text, "  flags                                               6  ");
}
END_TEST

/* Each a field, what stands in it, and how it is shown. */
static const struct {
	unsigned int field;
	uint64_t number;
	const char *value;
	const char *raw;
} values[] = {
	{ TSPOOL_FIELD_policy, 0, "other (0)", "0" },
	{ TSPOOL_FIELD_policy, 1, "fifo (1)", "1" },
	{ TSPOOL_FIELD_policy, 3, "batch (3)", "3" },
	{ TSPOOL_FIELD_policy, 4, "unknown (4)", "4" },
	{ TSPOOL_FIELD_policy, 6, "deadline (6)", "6" },
	{ TSPOOL_FIELD_policy, 99, "unknown (99)", "99" },
	{ TSPOOL_FIELD_nice, (uint32_t)-20, "-20", "-20" },
	{ TSPOOL_FIELD_exe_dev, 0x801, "8:1", "2049" },
	{ TSPOOL_FIELD_exe_dev, 0x12345678, "1110:74616", "305419896" },
	{ TSPOOL_FIELD_exit_code, 9, "SIGKILL", "9" },
	{ TSPOOL_FIELD_pid_ns, 4026531836, "4026531836", "4026531836" },
	{ TSPOOL_FIELD_rss_mb_us, 2000000, "2.00 MiB s", "2000000" },
	{ TSPOOL_FIELD_read_bytes, 2048, "2.00 KiB", "2048" },
	{ TSPOOL_FIELD_start_wall_time_ns, 1700000000123456789, "2023-11-14 22:13:20.123456",
	  "1700000000123456789" },
	{ TSPOOL_FIELD_irq_delay_max_wall_time_ns, 1700000000123456789,
	  "2023-11-14 22:13:20.123456", "1700000000123456789" },
	{ TSPOOL_FIELD_start_time_ns, 61000000000, "0:01:01", "61000000000" },
};

START_TEST(shows_values)
{
	const struct tspool_field_info *field;
	struct tspool_record record = { 0 };
	char text[TSP_VALUE_SIZE];
	size_t count;

	setenv("TZ", "UTC", 1);
	tzset();
	field = &tspool_record_fields(&count)[values[_i].field];
	/* A machine that is little-endian, as all that this is tested on. */
	memcpy((char *)&record + field->offset, &values[_i].number, field->size);
	ck_assert_str_eq(tsp_value_of_field(&record, values[_i].field, false, text),
			 values[_i].value);
	ck_assert_str_eq(tsp_value_of_field(&record, values[_i].field, true, text), values[_i].raw);
}
END_TEST

START_TEST(shows_cgroup)
{
	struct tspool_record record = { .cgroup_id = 4711 };
	const char *text;

	mark(&record, TSPOOL_FIELD_cgroup_id);
	text = text_of(&record, "/user.slice/a\nb", false);
	check_line(text, "  cgroup_id                                  4711  ");
	check_line(text, "  cgroup                       /user.slice/a\\x0ab  ");
	text = text_of(&record, NULL, false);
	ck_assert_ptr_null(strstr(text, "  cgroup  "));
}
END_TEST

START_TEST(shows_delays_as_table)
{
	struct tspool_record record = { 0 };
	const char *text;

	record.run_delay_ns = 10000000;
	mark(&record, TSPOOL_FIELD_run_delay_ns);
	record.run_count = 4;
	mark(&record, TSPOOL_FIELD_run_count);
	record.blkio_delay_ns = 0;
	mark(&record, TSPOOL_FIELD_blkio_delay_ns);
	mark(&record, TSPOOL_FIELD_blkio_count);
	text = text_of(&record, NULL, false);
	check_line(text, "Delays              count      total    average\n"
			 "  run                   4    10.0 ms    2.50 ms  time runnable ");
	check_line(text, "  blkio                 0       0 ns          -  time waiting ");
	ck_assert_ptr_null(strstr(text, "swapin"));

	/* The kernels that have the extremes have them in more columns. */
	record.blkio_delay_max_ns = 3000;
	mark(&record, TSPOOL_FIELD_blkio_delay_max_ns);
	text = text_of(&record, NULL, false);
	check_line(text, "Delays              count      total    average    longest\n"
			 "  run                   4    10.0 ms    2.50 ms          -  ");
	check_line(text, "  blkio                 0       0 ns          -    3.00 us  ");

	text = text_of(&record, NULL, true);
	check_line(text, "  blkio_delay_max_ns                               3000  ");
}
END_TEST

/* Where no other section than the one for the rest would do. */
static const struct {
	unsigned int field;
	enum tsp_section section;
} sections[] = {
	{ TSPOOL_FIELD_pid, TSP_SECTION_IDENTITY },
	{ TSPOOL_FIELD_cgroup_id, TSP_SECTION_IDENTITY },
	{ TSPOOL_FIELD_exit_code, TSP_SECTION_IDENTITY },
	{ TSPOOL_FIELD_exe_inode, TSP_SECTION_IDENTITY },
	{ TSPOOL_FIELD_threads_ever, TSP_SECTION_IDENTITY },
	{ TSPOOL_FIELD_ns_pid, TSP_SECTION_NAMESPACES },
	{ TSPOOL_FIELD_net_ns, TSP_SECTION_NAMESPACES },
	{ TSPOOL_FIELD_run_time_ns, TSP_SECTION_TIME },
	{ TSPOOL_FIELD_exit_wall_time_ns, TSP_SECTION_TIME },
	{ TSPOOL_FIELD_nice, TSP_SECTION_SCHEDULING },
	{ TSPOOL_FIELD_cpu, TSP_SECTION_SCHEDULING },
	{ TSPOOL_FIELD_policy, TSP_SECTION_SCHEDULING },
	{ TSPOOL_FIELD_involuntary_switches, TSP_SECTION_SCHEDULING },
	{ TSPOOL_FIELD_run_delay_ns, TSP_SECTION_DELAYS },
	{ TSPOOL_FIELD_run_count, TSP_SECTION_DELAYS },
	{ TSPOOL_FIELD_swapin_count, TSP_SECTION_DELAYS },
	{ TSPOOL_FIELD_irq_delay_max_wall_time_ns, TSP_SECTION_DELAYS },
	{ TSPOOL_FIELD_max_rss_bytes, TSP_SECTION_MEMORY },
	{ TSPOOL_FIELD_vm_mb_us, TSP_SECTION_MEMORY },
	{ TSPOOL_FIELD_minor_faults, TSP_SECTION_MEMORY },
	{ TSPOOL_FIELD_oom_score_adj, TSP_SECTION_MEMORY },
	{ TSPOOL_FIELD_cancelled_write_bytes, TSP_SECTION_IO },
	{ TSPOOL_FIELD_syscr, TSP_SECTION_IO },
};

START_TEST(sorts_into_sections)
{
	size_t count;
	const struct tspool_field_info *fields = tspool_record_fields(&count);

	ck_assert_int_eq(tsp_section_of(&fields[sections[_i].field]), sections[_i].section);
}
END_TEST

/* Raw, and so without a table, each field stands there once. */
START_TEST(shows_each_field_once)
{
	const struct tspool_field_info *fields;
	struct tspool_record record = { .present = { UINT64_MAX, UINT64_MAX } };
	const char *text = text_of(&record, NULL, true);
	char line[64];
	size_t count;

	fields = tspool_record_fields(&count);
	for (size_t i = 0; i < count; i++) {
		const char *found;

		snprintf(line, sizeof(line), "\n  %s ", fields[i].name);
		found = strstr(text, line);
		ck_assert_msg(found && !strstr(found + 1, line), "%s", fields[i].name);
	}
}
END_TEST

#define LENGTH(array)	((int)(sizeof(array) / sizeof((array)[0])))

int main(void)
{
	Suite *suite = suite_create("fmt_text");
	TCase *tcase = tcase_create("fmt_text");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, scales_times, 0, LENGTH(times));
	tcase_add_loop_test(tcase, scales_sizes, 0, LENGTH(sizes));
	tcase_add_loop_test(tcase, scales_integrals, 0, LENGTH(integrals));
	tcase_add_loop_test(tcase, names_statuses, 0, LENGTH(statuses));
	tcase_add_test(tcase, tells_dates);
	tcase_add_test(tcase, record_is_readable);
	tcase_add_loop_test(tcase, names_flags, 0, LENGTH(flags));
	tcase_add_test(tcase, raw_record_has_plain_numbers);
	tcase_add_loop_test(tcase, shows_values, 0, LENGTH(values));
	tcase_add_test(tcase, shows_cgroup);
	tcase_add_test(tcase, shows_delays_as_table);
	tcase_add_loop_test(tcase, sorts_into_sections, 0, LENGTH(sections));
	tcase_add_test(tcase, shows_each_field_once);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
