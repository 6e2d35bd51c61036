// SPDX-License-Identifier: GPL-2.0-only
/*
 * Archives: what is written is read, in one file or several, with and without room on the disk. The
 * program's own flock() and renameat2() stand before those of the C library.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "archive_file.h"
#include "run_suite.h"

#define NS_PER_S	UINT64_C(1000000000)
#define MILLION		1000000
/* An END block's head. */
#define END_BYTES	96

static char directory[32];
static char path[48];

static void (*before_lock)(int operation); /* of the library's next flock(); NULL: nothing */

#define STANDS_BEFORE __attribute__((visibility("default")))

STANDS_BEFORE int flock(int fd, int operation)
{
	void (*first)(int operation) = before_lock;

	before_lock = NULL;
	if (first)
		first(operation);
	return (int)syscall(SYS_flock, fd, operation);
}

static int rename_error; /* of renameat2(), as on a file system without its flags; 0: none */

STANDS_BEFORE int renameat2(int from_directory, const char *from, int to_directory, const char *to,
			    unsigned int flags)
{
	if (!rename_error)
		return (int)syscall(SYS_renameat2, from_directory, from, to_directory, to, flags);
	errno = rename_error;
	return -1;
}

static void setup(void)
{
	snprintf(directory, sizeof(directory), "/tmp/test_archive.XXXXXX");
	before_lock = NULL;
	rename_error = 0;
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/archive", directory);
}

static void teardown(void)
{
	char name[PATH_MAX];
	const struct dirent *entry;
	DIR *open_directory = opendir(directory);

	ck_assert_ptr_nonnull(open_directory);
	while ((entry = readdir(open_directory))) {
		snprintf(name, sizeof(name), "%s/%s", directory, entry->d_name);
		unlink(name);
	}
	closedir(open_directory);
	rmdir(directory);
}

static struct tspool_archive_reader *open_archive(const char *name,
						  const struct tspool_archive_range *range)
{
	struct tspool_archive_reader *reader;

	ck_assert_int_eq(tspool_archive_open(name, range, &reader), 0);
	return reader;
}

/* Expects frames of all numbers, and no damage; returns the first number that is not there. */
static uint64_t expect_frames(const char *name, uint64_t number)
{
	struct tspool_archive_reader *reader = open_archive(name, NULL);
	const struct tspool_frame *frame;
	int ret;

	while ((ret = tspool_archive_next(reader, &frame)) == 1) {
		ck_assert_uint_eq(number_of(frame), number++);
		expect_frame(reader, frame);
	}
	ck_assert_int_eq(ret, 0);
	ck_assert_int_eq(tspool_archive_next(reader, &frame), 0);
	tspool_archive_close(reader);
	return number;
}

/* In blocks of all sizes, one frame each included. */
START_TEST(test_round_trip)
{
	static const uint32_t sizes[] = { 1, 500, 3000, 65536, 0 };

	for (size_t i = 0; i < 5; i++) {
		unlink(path);
		append_frames(path, 0, 3000, sizes[i]);
		ck_assert_uint_eq(expect_frames(path, 0), 3000);
	}
}
END_TEST

START_TEST(test_sections)
{
	append_frames(path, 0, 100, 4000);
	append_frames(path, 100, 100, 4000);
	append_frames(path, 100, 5000, 4000);
	append_frames(path, 5000, 5001, 0);
	ck_assert_uint_eq(expect_frames(path, 0), 5001);
}
END_TEST

/* More than one block's index has: an index of several blocks. */
START_TEST(test_many_blocks)
{
	const struct tspool_archive_range range = {
		.since_ns = FRAMES_BEGIN_NS + 8000 * FRAMES_STEP_NS,
		.until_ns = FRAMES_BEGIN_NS + 8500 * FRAMES_STEP_NS,
	};
	struct tspool_archive_reader *reader;
	const struct tspool_frame *frame;
	unsigned int given = 0;

	append_frames(path, 0, 9000, 1);
	ck_assert_uint_eq(expect_frames(path, 0), 9000);
	reader = open_archive(path, &range);
	while (tspool_archive_next(reader, &frame) == 1)
		given++;
	ck_assert_uint_ge(given, 498);
	ck_assert_uint_le(given, 500);
	tspool_archive_close(reader);
}
END_TEST

static uint64_t time_of(const struct tspool_frame *frame)
{
	if (tspool_frame_lost(frame))
		return tspool_frame_lost(frame)->wall_time_ns;
	return tspool_frame_record(frame)->exit_wall_time_ns;
}

/* Those of the file that are in the range, whether it has an index or not. */
static void check_range(uint64_t since, uint64_t until, uint64_t frames, bool whole)
{
	const struct tspool_archive_range range = { .since_ns = since, .until_ns = until };
	struct tspool_archive_reader *reader = open_archive(path, &range);
	const struct tspool_frame *frame;
	int ret;

	for (uint64_t number = 0; number < frames; number++) {
		union any_frame any = make_frame(number);
		uint64_t time = time_of(&any.frame);

		if (time < since || time > until)
			continue;
		ck_assert_int_eq(tspool_archive_next(reader, &frame), 1);
		ck_assert_uint_eq(number_of(frame), number);
		expect_frame(reader, frame);
	}
	ret = tspool_archive_next(reader, &frame);
	if (!whole && ret == 2) {
		ck_assert_int_eq(tspool_archive_damage(reader)->kind, TSPOOL_DAMAGE_UNFINISHED);
		ret = tspool_archive_next(reader, &frame);
	}
	ck_assert_int_eq(ret, 0);
	tspool_archive_close(reader);
}

static void check_ranges(uint64_t frames, bool whole)
{
	const uint64_t end = FRAMES_BEGIN_NS + frames * FRAMES_STEP_NS;

	check_range(0, FRAMES_BEGIN_NS - 1, frames, whole);
	check_range(end + NS_PER_S, end + 2 * NS_PER_S, frames, whole);
	check_range(FRAMES_BEGIN_NS, end, frames, whole);
	for (uint64_t i = 0; i < 50; i++) {
		uint64_t since = FRAMES_BEGIN_NS + mix(i) % (frames * FRAMES_STEP_NS);

		check_range(since, since + mix(i + 50) % (500 * FRAMES_STEP_NS), frames, whole);
	}
	check_range(end - 1000 * FRAMES_STEP_NS, UINT64_MAX - 1, frames, whole);
}

START_TEST(test_time_range)
{
	append_frames(path, 0, 2000, 5000);
	append_frames(path, 2000, 4000, 5000);
	check_ranges(4000, true);
	/* Without the end there is no index. */
	ck_assert_int_eq(truncate(path,
				  (off_t)(lseek(open(path, O_RDONLY), 0, SEEK_END)) - END_BYTES),
			 0);
	check_ranges(4000, false);
}
END_TEST

/* With an index, of what is outside of the range not even the heads are looked at. */
START_TEST(test_index_is_used)
{
	static const char zeros[5000];
	const uint64_t middle = FRAMES_BEGIN_NS + 2000 * FRAMES_STEP_NS;
	int fd;

	append_frames(path, 0, 4000, 5000);
	fd = open(path, O_RDWR);
	ck_assert_int_eq(pwrite(fd, zeros, sizeof(zeros), 10000), sizeof(zeros));
	close(fd);
	check_range(middle, middle + 100 * FRAMES_STEP_NS, 4000, true);
}
END_TEST

START_TEST(test_losses_without_time)
{
	const struct tspool_archive_range range = { .since_ns = 5, .until_ns = 10 };
	struct tspool_lost lost = make_lost(5);
	struct tspool_archive_writer *writer;
	struct tspool_archive_reader *reader;
	const struct tspool_frame *frame;

	lost.wall_time_ns = 0;
	ck_assert_int_eq(tspool_archive_create(path, NULL, &writer), 0);
	put_frames(writer, 0, 10);
	ck_assert_int_eq(tspool_archive_put(writer, &lost.frame, NULL), 0);
	ck_assert_int_eq(tspool_archive_finish(writer), 0);
	tspool_archive_writer_close(writer);
	reader = open_archive(path, &range);
	ck_assert_int_eq(tspool_archive_next(reader, &frame), 1);
	ck_assert_mem_eq(frame, &lost, sizeof(lost));
	ck_assert_int_eq(tspool_archive_next(reader, &frame), 0);
	tspool_archive_close(reader);
}
END_TEST

/* All files of the directory together give all frames: none was overwritten. */
static uint64_t expect_parts(uint64_t frames)
{
	struct tspool_archive_reader *reader;
	const struct tspool_frame *frame;
	const struct dirent *entry;
	uint64_t given = 0, parts = 0, sum_of_parts = 0;
	DIR *open_directory = opendir(directory);
	char name[PATH_MAX];

	while ((entry = readdir(open_directory))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", directory, entry->d_name);
		reader = open_archive(name, NULL);
		while (tspool_archive_next(reader, &frame) == 1) {
			expect_frame(reader, frame);
			given++;
		}
		parts++;
		sum_of_parts += tspool_archive_part(reader);
		tspool_archive_close(reader);
	}
	closedir(open_directory);
	ck_assert_uint_eq(given, frames);
	ck_assert_uint_eq(sum_of_parts, parts * (parts + 1) / 2);
	return parts;
}

static void check_rotation(void)
{
	const struct tspool_archive_options options = { .rotate_bytes = 50000,
							.block_bytes = 20000 };
	struct tspool_archive_totals totals;
	struct tspool_archive_writer *writer;

	ck_assert_int_eq(tspool_archive_create(path, &options, &writer), 0);
	put_frames(writer, 0, 10000);
	ck_assert_int_eq(tspool_archive_rotate(writer), 0);
	put_frames(writer, 10000, 10010);
	ck_assert_int_eq(tspool_archive_finish(writer), 0);
	totals = tspool_archive_totals(writer);
	tspool_archive_writer_close(writer);
	ck_assert_uint_gt(totals.files, 5);
	ck_assert_uint_eq(totals.records + totals.losses, 10010);
	ck_assert_uint_eq(totals.unwritten, 0);
	ck_assert_uint_eq(expect_parts(10010), totals.files);
	ck_assert_uint_eq(expect_frames(path, 10000), 10010);
}

START_TEST(test_rotation)
{
	check_rotation();
}
END_TEST

/* On file systems where it can't be said that nothing is to be replaced. */
START_TEST(test_rotation_by_links)
{
	static const int errors[] = { EINVAL, ENOSYS };

	rename_error = errors[_i];
	check_rotation();
}
END_TEST

START_TEST(test_rotation_by_time)
{
	const struct tspool_archive_options options = { .rotate_ns = NS_PER_S / 20 };
	const struct timespec longer = { .tv_nsec = NS_PER_S / 10 };
	struct tspool_archive_writer *writer;

	ck_assert_int_eq(tspool_archive_create(path, &options, &writer), 0);
	ck_assert_int_eq(tspool_archive_timeout_ms(writer), -1);
	put_frames(writer, 0, 10);
	ck_assert_int_le(tspool_archive_timeout_ms(writer), 50);
	nanosleep(&longer, NULL);
	ck_assert_int_eq(tspool_archive_timeout_ms(writer), 0);
	ck_assert_int_eq(tspool_archive_tick(writer), 0);
	put_frames(writer, 10, 11);
	ck_assert_int_eq(tspool_archive_finish(writer), 0);
	tspool_archive_writer_close(writer);
	ck_assert_uint_eq(expect_parts(11), 2);
	ck_assert_uint_eq(expect_frames(path, 10), 11);
}
END_TEST

/* Somebody else has moved the file: only a new one is begun. */
START_TEST(test_moved_away)
{
	struct tspool_archive_writer *writer;
	char moved[sizeof(path) + 2];

	snprintf(moved, sizeof(moved), "%s.1", path);
	ck_assert_int_eq(tspool_archive_create(path, NULL, &writer), 0);
	put_frames(writer, 0, 10);
	ck_assert_int_eq(rename(path, moved), 0);
	put_frames(writer, 10, 20);
	ck_assert_int_eq(tspool_archive_rotate(writer), 0);
	put_frames(writer, 20, 30);
	ck_assert_int_eq(tspool_archive_finish(writer), 0);
	tspool_archive_writer_close(writer);
	ck_assert_uint_eq(expect_frames(moved, 0), 20);
	ck_assert_uint_eq(expect_frames(path, 20), 30);
	ck_assert_uint_eq(expect_parts(30), 2);
}
END_TEST

static struct tspool_archive_writer *begin_and_move(void)
{
	struct tspool_archive_writer *writer;
	char moved[sizeof(path) + 2];

	snprintf(moved, sizeof(moved), "%s.1", path);
	ck_assert_int_eq(tspool_archive_create(path, NULL, &writer), 0);
	put_frames(writer, 0, 10);
	ck_assert_int_eq(rename(path, moved), 0);
	return writer;
}

/* Moved away as logrotate does with "create": the empty file that stands there is the next one. */
START_TEST(test_moved_and_created)
{
	struct tspool_archive_writer *writer = begin_and_move();
	int fd = open(path, O_WRONLY | O_CREAT, 0604);
	struct stat created, written;

	ck_assert_int_eq(fstat(fd, &created), 0);
	close(fd);
	ck_assert_msg(!tspool_archive_rotate(writer), "%s", tspool_archive_writer_error(writer));
	put_frames(writer, 10, 30);
	ck_assert_int_eq(tspool_archive_finish(writer), 0);
	tspool_archive_writer_close(writer);
	ck_assert_uint_eq(expect_frames(path, 10), 30);
	ck_assert_uint_eq(expect_parts(30), 2);
	ck_assert_int_eq(stat(path, &written), 0);
	ck_assert_uint_eq(written.st_ino, created.st_ino);
	ck_assert_uint_eq(written.st_mode, created.st_mode);
}
END_TEST

static void expect_no_next(struct tspool_archive_writer *writer, int err, const char *sentence)
{
	ck_assert_int_eq(tspool_archive_rotate(writer), err);
	ck_assert_msg(strstr(tspool_archive_writer_error(writer), sentence), "%s",
		      tspool_archive_writer_error(writer));
	tspool_archive_writer_close(writer);
}

/* Neither a file with anything in it nor what a link leads to is written to, archives included. */
START_TEST(test_moved_and_taken)
{
	char elsewhere[sizeof(path) + 2];
	struct stat file;

	snprintf(elsewhere, sizeof(elsewhere), "%s.2", path);
	append_frames(elsewhere, 0, 5, 0);
	for (int i = 0; i < 2; i++) {
		struct tspool_archive_writer *writer = begin_and_move();

		ck_assert_int_eq(i ? symlink(elsewhere, path) : rename(elsewhere, path), 0);
		expect_no_next(writer, i ? -ELOOP : -EEXIST,
			       i ? "it is a symbolic link" : "it exists already");
		if (!i)
			ck_assert_uint_eq(expect_frames(path, 0), 5);
		ck_assert_int_eq(unlink(path), 0);
	}
	ck_assert_int_eq(stat(elsewhere, &file), -1);
}
END_TEST

static void expect_refusal(const struct tspool_archive_options *options, int err,
			   const char *sentence)
{
	struct tspool_archive_writer *writer;

	ck_assert_int_eq(tspool_archive_create(path, options, &writer), err);
	ck_assert_msg(strstr(tspool_archive_writer_error(writer), sentence), "%s",
		      tspool_archive_writer_error(writer));
	tspool_archive_writer_close(writer);
}

START_TEST(test_refusals)
{
	const struct tspool_archive_options append = { .append = true };
	const struct tspool_archive_options level = { .level = 99 };
	struct tspool_archive_writer *writer;
	int fd;

	expect_refusal(&level, -EINVAL, "zstd has no level 99");
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_eq(write(fd, "something else", 14), 14);
	expect_refusal(NULL, -EEXIST, "it exists already");
	expect_refusal(&append, -EBADMSG, "it is no archive");
	ck_assert_int_eq(lseek(fd, 0, SEEK_END), 14);
	close(fd);
	unlink(path);

	ck_assert_int_eq(tspool_archive_create(path, NULL, &writer), 0);
	expect_refusal(&append, -EBUSY, "another program writes it");
	put_frames(writer, 0, 5);
	ck_assert_int_eq(tspool_archive_finish(writer), 0);
	tspool_archive_writer_close(writer);
	ck_assert_uint_eq(expect_frames(path, 0), 5);
}
END_TEST

static int readers_fd;

static void let_go(int operation)
{
	ck_assert_int_eq(operation, LOCK_EX | LOCK_NB);
	ck_assert_int_eq(flock(readers_fd, LOCK_UN), 0);
}

static void wait_more(int operation)
{
	ck_assert_int_eq(operation, LOCK_EX | LOCK_NB);
	before_lock = let_go;
}

/* A reader that just asks for the lock, as it does at the end of a file, is no other writer. */
START_TEST(test_lock_of_a_moment)
{
	append_frames(path, 0, 10, 0);
	readers_fd = open(path, O_RDONLY);
	ck_assert_int_eq(flock(readers_fd, LOCK_SH | LOCK_NB), 0);
	before_lock = wait_more;
	append_frames(path, 10, 20, 0);
	ck_assert_ptr_null(before_lock);
	close(readers_fd);
	ck_assert_uint_eq(expect_frames(path, 0), 20);
}
END_TEST

/* What is in the file is whole, what is not is counted. */
static void check_full(rlim_t limit)
{
	const struct rlimit limits = { .rlim_cur = limit, .rlim_max = RLIM_INFINITY };
	const struct rlimit none = { .rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY };
	const struct tspool_archive_options options = { .block_bytes = 10000 };
	struct tspool_archive_writer *writer;
	struct tspool_archive_totals totals;
	struct tspool_archive_reader *reader;
	const struct tspool_frame *frame;
	uint64_t put = 0, given = 0;
	int ret, finish;

	ck_assert_int_eq(tspool_archive_create(path, &options, &writer), 0);
	/* Nothing is asserted in between: Check writes to a file, too. */
	setrlimit(RLIMIT_FSIZE, &limits);
	for (uint64_t number = 0; number < 3000; number++) {
		union any_frame any = make_frame(number);

		ret = tspool_archive_put(writer, &any.frame, NULL);
		put += any.frame.type != TSPOOL_FRAME_LOST;
	}
	finish = tspool_archive_finish(writer);
	setrlimit(RLIMIT_FSIZE, &none);
	ck_assert_int_eq(ret, -EFBIG);
	ck_assert_int_eq(finish, -EFBIG);
	ck_assert(strstr(tspool_archive_writer_error(writer), "can't be written: File too large"));
	totals = tspool_archive_totals(writer);
	tspool_archive_writer_close(writer);
	ck_assert_uint_eq(totals.records + totals.unwritten, put);

	reader = open_archive(path, NULL);
	while ((ret = tspool_archive_next(reader, &frame)) == 1)
		given += !tspool_frame_lost(frame);
	if (ret == 2)
		ck_assert_int_eq(tspool_archive_damage(reader)->kind, TSPOOL_DAMAGE_UNFINISHED);
	ck_assert_uint_eq(given, totals.records);
	tspool_archive_close(reader);
	unlink(path);
}

/* Wherever the end of the room is in a block. */
START_TEST(test_no_room)
{
	signal(SIGXFSZ, SIG_IGN);
	for (unsigned int i = 0; i < times(60); i++)
		check_full(20000 + 37 * i);
}
END_TEST

/* A writer that is killed leaves what it has written. */
START_TEST(test_killed)
{
	struct tspool_archive_reader *reader;
	const struct tspool_frame *frame;
	uint64_t given = 0;
	pid_t child = fork();
	int ret;

	ck_assert_int_ge(child, 0);
	if (!child) {
		const struct tspool_archive_options options = { .block_bytes = 10000 };
		struct tspool_archive_writer *writer;

		tspool_archive_create(path, &options, &writer);
		put_frames(writer, 0, 1000);
		raise(SIGKILL);
	}
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	reader = open_archive(path, NULL);
	while ((ret = tspool_archive_next(reader, &frame)) == 1)
		ck_assert_uint_eq(number_of(frame), given++);
	ck_assert_int_eq(ret, 2);
	ck_assert_int_eq(tspool_archive_damage(reader)->kind, TSPOOL_DAMAGE_UNFINISHED);
	ck_assert_int_eq(tspool_archive_next(reader, &frame), 0);
	ck_assert_uint_ge(given, 980);
	tspool_archive_close(reader);
}
END_TEST

/* While it is written, each look gives what has come; then what has come until the next file. */
START_TEST(test_follow)
{
	const struct tspool_archive_options options = { .block_bytes = 1000 };
	const struct tspool_archive_range range = { .follow = true };
	struct tspool_archive_writer *writer;
	struct tspool_archive_reader *reader;
	const struct tspool_frame *frame;
	uint64_t given = 0;

	ck_assert_int_eq(tspool_archive_create(path, &options, &writer), 0);
	reader = open_archive(path, &range);
	for (uint64_t number = 0; number < 300; number++) {
		put_frames(writer, number, number + 1);
		while (tspool_archive_next(reader, &frame) == 1)
			ck_assert_uint_eq(number_of(frame), given++);
		ck_assert_uint_ge(given + 2, number);
	}
	ck_assert_int_eq(tspool_archive_rotate(writer), 0);
	ck_assert(!tspool_archive_is_at(reader, path));
	tspool_archive_unfollow(reader);
	while (tspool_archive_next(reader, &frame) == 1)
		ck_assert_uint_eq(number_of(frame), given++);
	ck_assert_uint_eq(given, 300);
	tspool_archive_close(reader);
	ck_assert_int_eq(tspool_archive_finish(writer), 0);
	tspool_archive_writer_close(writer);
}
END_TEST

/* A reader that looks while a block is only partly there waits for its rest. */
START_TEST(test_follow_byte_by_byte)
{
	const struct tspool_archive_range range = { .follow = true };
	struct memory_file whole = memory_file_new(NULL, 0), part = memory_file_new(NULL, 0);
	struct tspool_archive_reader *reader;
	const struct tspool_frame *frame;
	uint64_t given = 0;
	size_t length;
	unsigned char *bytes;

	append_frames(whole.path, 0, 20, 2000);
	bytes = memory_file_bytes(&whole, &length);
	reader = open_archive(part.path, &range);
	for (size_t i = 0; i < length; i++) {
		ck_assert_int_eq(pwrite(part.fd, bytes + i, 1, (off_t)i), 1);
		while (tspool_archive_next(reader, &frame))
			ck_assert_uint_eq(number_of(frame), given++);
	}
	ck_assert_uint_eq(given, 20);
	tspool_archive_close(reader);
	free(bytes);
	close(part.fd);
	close(whole.fd);
}
END_TEST

static struct tspool_archive_writer *ending;

static void end_writer(int operation)
{
	ck_assert_int_eq(operation & ~LOCK_NB, LOCK_SH);
	ck_assert_int_eq(tspool_archive_finish(ending), 0);
	tspool_archive_writer_close(ending);
}

/* A writer that ends just when a reader at the end of its file asks whether there is one. */
START_TEST(test_end_while_read)
{
	const struct tspool_archive_options options = { .block_bytes = 2000 };

	ck_assert_int_eq(tspool_archive_create(path, &options, &ending), 0);
	put_frames(ending, 0, 100);
	before_lock = end_writer;
	ck_assert_uint_eq(expect_frames(path, 0), 100);
	ck_assert_ptr_null(before_lock);
}
END_TEST

static struct memory_file growing;
static const unsigned char *rest;
static size_t rest_begin, rest_end;

static void add_rest(int operation)
{
	ck_assert_int_eq(operation & ~LOCK_NB, LOCK_SH);
	ck_assert_int_eq(pwrite(growing.fd, rest, rest_end - rest_begin, (off_t)rest_begin),
			 (ssize_t)(rest_end - rest_begin));
}

/* The same where the reader came to a block of which only a part was there, of any length. */
START_TEST(test_rest_while_read)
{
	struct memory_file whole = memory_file_new(NULL, 0);
	unsigned char *bytes;

	append_frames(whole.path, 0, 20, 2000);
	bytes = memory_file_bytes(&whole, &rest_end);
	growing = memory_file_new(NULL, 0);
	for (rest_begin = 1; rest_begin < rest_end; rest_begin += 7) {
		memory_file_set(&growing, bytes, rest_begin);
		rest = bytes + rest_begin;
		before_lock = add_rest;
		ck_assert_uint_eq(expect_frames(growing.path, 0), 20);
		ck_assert_ptr_null(before_lock);
	}
	free(bytes);
	close(growing.fd);
	close(whole.fd);
}
END_TEST

static double seconds_since(const struct timespec *begin)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)(now.tv_sec - begin->tv_sec) + (double)(now.tv_nsec - begin->tv_nsec) / 1e9;
}

START_TEST(test_many_frames)
{
	struct tspool_archive_reader *reader;
	const struct tspool_frame *frame;
	uint64_t number = 0, frame_bytes = 0;
	struct timespec begin;
	const unsigned int count = times(MILLION);
	double reading;

	append_frames(path, 0, count, 0);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	reader = open_archive(path, NULL);
	while (tspool_archive_next(reader, &frame) == 1)
		frame_bytes += frame->size;
	reading = seconds_since(&begin);
	printf("%u frames: %.1f bytes each, %.1f in the archive; read in %.2f s of CPU\n", count,
	       (double)frame_bytes / count, (double)tspool_archive_size(reader) / count, reading);
	tspool_archive_close(reader);

	reader = open_archive(path, NULL);
	while (tspool_archive_next(reader, &frame) == 1) {
		union any_frame any = make_frame(number);

		ck_assert_uint_eq(number_of(frame), number++);
		if (memcmp(frame, &any,
			   tspool_frame_lost(frame) ? sizeof(any.lost) : sizeof(any.record)))
			ck_abort_msg("frame %llu differs", (unsigned long long)number - 1);
	}
	ck_assert_uint_eq(number, count);
	ck_assert_uint_lt(tspool_archive_size(reader), frame_bytes / 4);
	tspool_archive_close(reader);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("archive");
	TCase *tcase = tcase_create("files");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_round_trip);
	tcase_add_test(tcase, test_sections);
	tcase_add_test(tcase, test_many_blocks);
	tcase_add_test(tcase, test_time_range);
	tcase_add_test(tcase, test_index_is_used);
	tcase_add_test(tcase, test_losses_without_time);
	tcase_add_test(tcase, test_rotation);
	tcase_add_loop_test(tcase, test_rotation_by_links, 0, 2);
	tcase_add_test(tcase, test_rotation_by_time);
	tcase_add_test(tcase, test_moved_away);
	tcase_add_test(tcase, test_moved_and_created);
	tcase_add_test(tcase, test_moved_and_taken);
	tcase_add_test(tcase, test_refusals);
	tcase_add_test(tcase, test_lock_of_a_moment);
	tcase_add_test(tcase, test_no_room);
	tcase_add_test(tcase, test_killed);
	tcase_add_test(tcase, test_follow);
	tcase_add_test(tcase, test_follow_byte_by_byte);
	tcase_add_test(tcase, test_end_while_read);
	tcase_add_test(tcase, test_rest_while_read);
	tcase_add_test(tcase, test_many_frames);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
