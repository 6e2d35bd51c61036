// SPDX-License-Identifier: GPL-2.0-only
/*
 * Archives that were cut at each byte, have bits flipped, or were damaged at random: what stands in
 * whole blocks is read, what is given was written, and what is missing is told of, with its place.
 *
 * Where the blocks are is found here by their magic alone.
 */
#include <string.h>
#include <sys/file.h>
#include <zstd.h>

#include "archive_block.h"
#include "archive_file.h"
#include "run_suite.h"

#define MAGIC		"\x89TSPOOL\n"
#define MAGIC_BYTES	8
#define HEAD_BYTES	96
#define FRAMES		24
#define SECOND_FRAMES	30
#define BLOCK_BYTES	2048
#define BLOCKS_MAX	64
#define ROUNDS		1500

/* The undamaged file; its blocks, and the number of the first frame in each. */
static unsigned char *whole;
static size_t whole_bytes;
static size_t begins[BLOCKS_MAX + 1];
static uint64_t first_frames[BLOCKS_MAX + 1];
static size_t blocks;
static struct memory_file damaged;

/* What a reader gave. */
struct reading {
	bool given[FRAMES + SECOND_FRAMES];
	uint64_t records;
	unsigned int damages;
	struct tspool_damage first;
	uint64_t lost;
	bool more;
	int result;
};

static void take_damage(struct reading *reading, const struct tspool_damage *damage)
{
	if (!reading->damages++)
		reading->first = *damage;
	reading->lost += damage->records;
	reading->more |= damage->more;
	ck_assert_uint_eq(damage->lost.count,
			  damage->more ? TSPOOL_COUNT_UNKNOWN : damage->records);
	ck_assert_uint_eq(damage->lost.cause, TSPOOL_CAUSE_FILE_DAMAGED);
}

static struct reading read_all(const char *path)
{
	struct reading reading = { 0 };
	struct tspool_archive_reader *reader;
	const struct tspool_frame *frame;

	reading.result = tspool_archive_open(path, NULL, &reader);
	if (reading.result)
		return reading;
	while ((reading.result = tspool_archive_next(reader, &frame)) > 0) {
		if (reading.result == 2) {
			take_damage(&reading, tspool_archive_damage(reader));
			continue;
		}
		expect_frame(reader, frame);
		ck_assert_uint_lt(number_of(frame), FRAMES + SECOND_FRAMES);
		reading.given[number_of(frame)] = true;
		reading.records += !tspool_frame_lost(frame);
	}
	tspool_archive_close(reader);
	return reading;
}

static struct reading read_damaged(const unsigned char *bytes, size_t length)
{
	memory_file_set(&damaged, bytes, length);
	return read_all(damaged.path);
}

static void find_blocks(void)
{
	for (size_t i = 0; i + MAGIC_BYTES <= whole_bytes; i++)
		if (!memcmp(whole + i, MAGIC, MAGIC_BYTES))
			begins[blocks++] = i;
	begins[blocks] = whole_bytes;
}

/* How many frames there are up to each block: the reader's word, for a file cut there. */
static void find_frames(void)
{
	for (size_t i = 1; i <= blocks; i++) {
		struct reading reading = read_damaged(whole, begins[i]);

		first_frames[i] = first_frames[i - 1];
		while (first_frames[i] < FRAMES + SECOND_FRAMES && reading.given[first_frames[i]])
			first_frames[i]++;
	}
}

static void setup(void)
{
	struct memory_file file = memory_file_new(NULL, 0);

	append_frames(file.path, 0, FRAMES, BLOCK_BYTES);
	append_frames(file.path, FRAMES, FRAMES + SECOND_FRAMES, BLOCK_BYTES);
	whole = memory_file_bytes(&file, &whole_bytes);
	damaged = memory_file_new(NULL, 0);
	blocks = 0;
	find_blocks();
	find_frames();
	close(file.fd);
}

static void teardown(void)
{
	close(damaged.fd);
	free(whole);
}

/* The frames of these blocks are all given. */
static void expect_blocks(const struct reading *reading, size_t first, size_t behind)
{
	for (uint64_t i = first_frames[first]; i < first_frames[behind]; i++)
		ck_assert_msg(reading->given[i], "frame %llu", (unsigned long long)i);
}

static uint64_t records_of(uint64_t first, uint64_t behind)
{
	uint64_t records = 0;

	for (; first < behind; first++)
		records += first % FRAMES_A_LOSS != FRAMES_A_LOSS - 1;
	return records;
}

/* Two sections with several blocks of some frames each; undamaged they bring no complaint. */
START_TEST(test_undamaged)
{
	struct reading reading = read_damaged(whole, whole_bytes);

	ck_assert_int_eq(reading.result, 0);
	ck_assert_uint_eq(reading.damages, 0);
	ck_assert_uint_eq(reading.records, records_of(0, FRAMES + SECOND_FRAMES));
	ck_assert_uint_eq(first_frames[blocks], FRAMES + SECOND_FRAMES);
	ck_assert_uint_gt(blocks, 2 * (1 + 4 + 2));
	expect_blocks(&reading, 0, blocks);
}
END_TEST

/* The last block that begins at a place or before it. */
static size_t block_at(size_t place)
{
	size_t block = 0;

	while (begins[block + 1] <= place)
		block++;
	return block;
}

static bool is_section_end(size_t cut)
{
	struct reading reading;

	if (cut == whole_bytes)
		return true;
	/* The second section begins where the block about the machine stands once more. */
	reading = read_damaged(whole + cut, whole_bytes - cut);
	return !memcmp(whole + cut, MAGIC, MAGIC_BYTES) && whole[cut + 9] == whole[9] &&
	       !reading.result;
}

/* From a byte to the next one that is looked at. */
static size_t step(void)
{
	return whole_bytes / times((unsigned int)whole_bytes);
}

START_TEST(test_cut_at_every_byte)
{
	for (size_t cut = 0; cut <= whole_bytes; cut += step()) {
		size_t block = cut == whole_bytes ? blocks : block_at(cut);
		bool at_end = cut && cut == begins[block] && is_section_end(cut);
		struct reading reading = read_damaged(whole, cut);

		if (!cut) {
			ck_assert_int_eq(reading.result, -ENODATA);
			continue;
		}
		ck_assert_int_eq(reading.result, 0);
		expect_blocks(&reading, 0, block);
		ck_assert_uint_eq(reading.records, records_of(0, first_frames[block]));
		ck_assert_uint_eq(reading.damages, !at_end);
		if (at_end)
			continue;
		ck_assert_uint_eq(reading.first.offset, begins[block]);
		ck_assert_uint_eq(reading.first.bytes, cut - begins[block]);
		ck_assert(reading.first.more);
		ck_assert_int_eq(reading.first.kind, cut == begins[block] ?
							     TSPOOL_DAMAGE_UNFINISHED :
							     TSPOOL_DAMAGE_CUT);
	}
}
END_TEST

static void check_flip(size_t place, unsigned int bit)
{
	size_t block = block_at(place);
	struct reading reading;

	whole[place] ^= 1U << bit;
	reading = read_damaged(whole, whole_bytes);
	whole[place] ^= 1U << bit;

	ck_assert_int_eq(reading.result, 0);
	expect_blocks(&reading, 0, block);
	expect_blocks(&reading, block + 1, blocks);
	ck_assert_msg(reading.damages == 1, "%u damages by bit %u of byte %zu", reading.damages,
		      bit, place);
	ck_assert_uint_eq(reading.first.offset, begins[block]);
	ck_assert_uint_eq(reading.first.bytes, begins[block + 1] - begins[block]);
	/* Only behind the last block of a section there may be more. */
	if (!reading.more)
		ck_assert_uint_eq(reading.records + reading.lost,
				  records_of(0, FRAMES + SECOND_FRAMES));
	else
		ck_assert_uint_eq(reading.records, records_of(0, FRAMES + SECOND_FRAMES));
	ck_assert_uint_eq(reading.records,
			  records_of(0, FRAMES + SECOND_FRAMES) -
				  records_of(first_frames[block], first_frames[block + 1]));
}

/* All bits of some heads, those of each type among them; of all other bytes one. */
START_TEST(test_every_bit_flipped)
{
	for (size_t place = 0; place < whole_bytes; place += step()) {
		size_t block = block_at(place);
		bool in_head = place - begins[block] < HEAD_BYTES;

		for (unsigned int bit = 0; bit < 8; bit++)
			if ((in_head && (block < 2 || block + 3 > blocks)) || bit == place * 5 % 8)
				check_flip(place, bit);
	}
}
END_TEST

/* xorshift64, so that a failure can be repeated */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Overwrites, takes out or inserts some bytes at a place. Returns the new length. */
static size_t damage(unsigned char *bytes, size_t length, size_t place, size_t count,
		     unsigned int how, uint64_t *state)
{
	if (how == 0 && place + count > length)
		count = length - place;
	if (how == 1) {
		count = place + count > length ? length - place : count;
		memmove(bytes + place, bytes + place + count, length - place - count);
		return length - count;
	}
	if (how == 2) {
		memmove(bytes + place + count, bytes + place, length - place);
		length += count;
	}
	for (size_t i = 0; i < count; i++)
		bytes[place + i] = (unsigned char)next_random(state);
	return length;
}

/* One damage: the blocks before and behind it are read, and what is missing is counted. */
START_TEST(test_random_damage)
{
	unsigned char *bytes = malloc(2 * whole_bytes);
	uint64_t state = 88172645463325252U;

	ck_assert_ptr_nonnull(bytes);
	for (unsigned int round = 0; round < times(ROUNDS); round++) {
		size_t place = next_random(&state) % whole_bytes;
		size_t count = 1 + next_random(&state) % (round % 2 ? 16 : whole_bytes / 2);
		unsigned int how = next_random(&state) % 3;
		size_t behind = how == 2 ? place : place + count;
		size_t first = block_at(place), next, length;
		struct reading reading;

		behind = behind < whole_bytes ? behind : whole_bytes;
		next = behind <= begins[first] ? first : block_at(behind - 1) + 1;
		memcpy(bytes, whole, whole_bytes);
		length = damage(bytes, whole_bytes, place, count, how, &state);
		if (!length)
			continue;
		reading = read_damaged(bytes, length);
		if (reading.result == -EBADMSG && !first && next == blocks)
			continue;
		ck_assert_int_eq(reading.result, 0);
		expect_blocks(&reading, 0, first);
		expect_blocks(&reading, next, blocks);
		if (length != whole_bytes || memcmp(bytes, whole, length) != 0)
			ck_assert_uint_ge(reading.damages, 1);
		if (!reading.more)
			ck_assert_uint_eq(reading.records + reading.lost,
					  records_of(0, FRAMES + SECOND_FRAMES));
	}
	free(bytes);
}
END_TEST

/* Many at once, up to all bytes: what is given is right, and it comes to an end. */
START_TEST(test_much_damage)
{
	unsigned char *bytes = malloc(whole_bytes);
	uint64_t state = 1181783497276652981U;
	uint64_t records = 0;

	ck_assert_ptr_nonnull(bytes);
	for (unsigned int round = 0; round < times(ROUNDS); round++) {
		uint64_t flips = next_random(&state) % 100;
		struct reading reading;

		memcpy(bytes, whole, whole_bytes);
		while (flips--)
			bytes[next_random(&state) % whole_bytes] ^= 1U << next_random(&state) % 8;
		reading = read_damaged(bytes, whole_bytes);
		ck_assert(!reading.result || reading.result == -EBADMSG);
		if (!reading.result && !reading.more)
			ck_assert_uint_eq(reading.records + reading.lost,
					  records_of(0, FRAMES + SECOND_FRAMES));
		records += reading.records;
	}
	ck_assert_uint_gt(records, times(ROUNDS));
	free(bytes);
}
END_TEST

/* The last block of frames in the first section, which has an INDEX and an END behind it. */
static size_t last_frames(void)
{
	size_t block = 1;

	while (first_frames[block + 1] < FRAMES)
		block++;
	return block;
}

/* What a writer holds may end inside a block; but what is damaged there will not be whole later. */
START_TEST(test_damage_while_written)
{
	size_t last = last_frames(), behind = begins[last + 1];
	uint64_t lost = records_of(first_frames[last], first_frames[last + 1]);
	struct tspool_archive_reader *reader;
	const struct tspool_frame *frame;
	struct reading reading;

	ck_assert_int_eq(flock(damaged.fd, LOCK_EX), 0);
	ck_assert_uint_eq(read_damaged(whole, behind).damages, 0);
	ck_assert_uint_eq(read_damaged(whole, behind - 1).damages, 0);
	whole[behind - 1] ^= 1;
	reading = read_damaged(whole, behind);
	ck_assert_int_eq(reading.result, 0);
	ck_assert_uint_eq(reading.damages, 1);
	ck_assert_int_eq(reading.first.kind, TSPOOL_DAMAGE_CONTENT);
	ck_assert_uint_eq(reading.first.offset, begins[last]);
	ck_assert_uint_eq(reading.first.bytes, behind - begins[last]);
	ck_assert_uint_eq(reading.lost, lost);
	ck_assert(reading.more);

	/* Not again when more has come. */
	ck_assert_int_eq(tspool_archive_open(damaged.path, NULL, &reader), 0);
	while (tspool_archive_next(reader, &frame) == 1)
		expect_frame(reader, frame);
	ck_assert_uint_eq(tspool_archive_damage(reader)->records, lost);
	memory_file_set(&damaged, whole, whole_bytes);
	while (tspool_archive_next(reader, &frame) == 1)
		expect_frame(reader, frame);
	ck_assert_int_eq(tspool_archive_next(reader, &frame), 0);
	ck_assert_uint_eq(tspool_archive_place(reader), whole_bytes);
	tspool_archive_close(reader);
}
END_TEST

#define WHOLE_FRAMES	2

/*
 * A block that claims so many records, sealed as whole, with two of them and a frame that is too
 * short to be one. Returns how long it is.
 */
static size_t make_bad_block(unsigned char *bytes, size_t room, uint32_t records)
{
	unsigned char content[WHOLE_FRAMES * MODULE_FRAME_BYTES + sizeof(struct tspool_frame)];
	const struct tspool_frame bad = { .size = sizeof(bad), .type = TSPOOL_FRAME_TASK };
	struct tsp_block_head head = {
		.type = TSP_BLOCK_FRAMES,
		.content_bytes = sizeof(content),
		.section = 1,
		.records = records,
		.last_time_ns = 1,
	};

	for (unsigned int i = 0; i < WHOLE_FRAMES; i++) {
		struct tspool_record record = make_record(i);

		memcpy(content + i * MODULE_FRAME_BYTES, &record, MODULE_FRAME_BYTES);
	}
	memcpy(content + WHOLE_FRAMES * MODULE_FRAME_BYTES, &bad, sizeof(bad));
	head.stored_bytes = (uint32_t)ZSTD_compress(bytes + sizeof(head), room - sizeof(head),
						    content, sizeof(content), 1);
	ck_assert(!ZSTD_isError(head.stored_bytes));
	tsp_block_seal(&head, bytes + sizeof(head));
	memcpy(bytes, &head, sizeof(head));
	return sizeof(head) + head.stored_bytes;
}

/* No more is lost than the head has, and nothing where that has fewer than there are. */
START_TEST(test_bad_frame)
{
	unsigned char bytes[4096];

	for (uint32_t records = 0; records < 2 * WHOLE_FRAMES; records++) {
		size_t length = make_bad_block(bytes, sizeof(bytes), records);
		struct reading reading = read_damaged(bytes, length);

		ck_assert_int_eq(reading.result, 0);
		ck_assert_uint_eq(reading.records, WHOLE_FRAMES);
		ck_assert_int_eq(reading.first.kind, TSPOOL_DAMAGE_MISSING);
		ck_assert_uint_eq(reading.lost,
				  records > WHOLE_FRAMES ? records - WHOLE_FRAMES : 0);
	}
}
END_TEST

START_TEST(test_no_archive)
{
	static const unsigned char text[] =
		"This is no archive, though it is longer than a head is: a hundred bytes or more.";
	struct reading reading = read_damaged(text, sizeof(text));

	ck_assert_int_eq(reading.result, -EBADMSG);
	ck_assert_int_eq(read_all("/").result, -EISDIR);
	ck_assert_int_eq(read_all("/dev/null").result, -ESPIPE);
	ck_assert_int_eq(read_all("/nowhere").result, -ENOENT);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("archive damage");
	TCase *tcase = tcase_create("damage");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_undamaged);
	tcase_add_test(tcase, test_cut_at_every_byte);
	tcase_add_test(tcase, test_every_bit_flipped);
	tcase_add_test(tcase, test_random_damage);
	tcase_add_test(tcase, test_much_damage);
	tcase_add_test(tcase, test_damage_while_written);
	tcase_add_test(tcase, test_bad_frame);
	tcase_add_test(tcase, test_no_archive);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
