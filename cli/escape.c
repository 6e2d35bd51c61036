// SPDX-License-Identifier: GPL-2.0-only
#include "escape.h"

#include <stdint.h>
#include <stdio.h>
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

char *tsp_escape(const char *name, size_t length, char *escaped)
{
	size_t end = strnlen(name, length);
	char *to = escaped;

	for (size_t i = 0, taken; i < end; i += taken) {
		taken = printable_length(name + i, end - i);
		if (!taken) {
			to += sprintf(to, "\\x%02x", (unsigned char)name[i]);
			taken = 1;
			continue;
		}
		if (name[i] == '\\')
			*to++ = '\\';
		memcpy(to, name + i, taken);
		to += taken;
	}
	*to = '\0';
	return escaped;
}
