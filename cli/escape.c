// SPDX-License-Identifier: GPL-2.0-only
#include "escape.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

/* The smallest code point that needs so many bytes; a smaller one is an overlong form. */
static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };

static size_t sequence_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc0 && lead < 0xe0)
		return 2;
	if (lead >= 0xe0 && lead < 0xf0)
		return 3;
	if (lead >= 0xf0 && lead < 0xf8)
		return 4;
	return 0;
}

static int is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

/* The length of the printable UTF-8 character at text, 0 if there is none. */
static size_t printable_length(const char *text, size_t left)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t length = sequence_length(bytes[0]);
	uint32_t point;

	if (!length || length > left)
		return 0;

	point = length == 1 ? bytes[0] : bytes[0] & (0x7f >> length);
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (bytes[i] & 0x3f);
	}

	if (point < smallest[length] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
		return 0;
	return is_control(point) ? 0 : length;
}

static void write_hex(struct tsp_escaped *escaped, unsigned char byte)
{
	static const char digits[] = "0123456789abcdef";

	escaped->bytes[0] = '\\';
	escaped->bytes[1] = 'x';
	escaped->bytes[2] = digits[byte >> 4];
	escaped->bytes[3] = digits[byte & 0xf];
	escaped->length = sizeof(escaped->bytes);
	escaped->taken = 1;
}

struct tsp_escaped tsp_escape_first(const char *name, size_t left)
{
	size_t length = printable_length(name, left);
	struct tsp_escaped escaped = { .bytes = "\\\\", .length = 2, .taken = 1 };

	if (!length) {
		write_hex(&escaped, (unsigned char)name[0]);
	} else if (name[0] != '\\') {
		memcpy(escaped.bytes, name, length);
		escaped.length = (unsigned char)length;
		escaped.taken = (unsigned char)length;
	}
	return escaped;
}

char *tsp_escape(const char *name, size_t length, char *escaped)
{
	size_t plain;
	char *to;

	length = strnlen(name, length);
	plain = tsp_plain_length(name, length);
	memcpy(escaped, name, plain);
	to = escaped + plain;
	name += plain;
	length -= plain;
	while (length) {
		struct tsp_escaped first = tsp_escape_first(name, length);

		memcpy(to, first.bytes, first.length);
		to += first.length;
		name += first.taken;
		length -= first.taken;
	}
	*to = '\0';
	return escaped;
}

#define EACH_BYTE(value)	(UINT64_C(0x0101010101010101) * (value))

/* The high bit of each byte that is less than a value up to 0x80; those above may be wrong. */
static uint64_t less(uint64_t bytes, unsigned char value)
{
	return (bytes - EACH_BYTE(value)) & ~bytes & EACH_BYTE(0x80);
}

static uint64_t equal(uint64_t bytes, unsigned char value)
{
	return less(bytes ^ EACH_BYTE(value), 1);
}

/* The number of the first byte that is not plain, in the order of memory; 8: all are. */
static size_t plain_in_word(uint64_t bytes)
{
	uint64_t others = (bytes & EACH_BYTE(0x80)) | less(bytes, ' ') | equal(bytes, 0x7f) |
			  equal(bytes, '"') | equal(bytes, '\\') | equal(bytes, ',');

	return others ? (size_t)__builtin_ctzll(others) / 8 : sizeof(bytes);
}

size_t tsp_plain_length(const char *name, size_t length)
{
	size_t plain = 0, found;
	uint64_t bytes;

	for (; length - plain >= sizeof(bytes); plain += sizeof(bytes)) {
		memcpy(&bytes, name + plain, sizeof(bytes));
		found = plain_in_word(le64toh(bytes));
		if (found < sizeof(bytes))
			return plain + found;
	}
	/* What is behind the end is zero, which is not plain. */
	bytes = 0;
	memcpy(&bytes, name + plain, length - plain);
	return plain + plain_in_word(le64toh(bytes));
}
