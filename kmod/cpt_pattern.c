// SPDX-License-Identifier: GPL-2.0-only OR LGPL-2.1-or-later
#include "cpt_pattern.h"

int tsp_cpt_fail(struct tsp_cpt_error *error, int err, int offset, const char *format, ...)
{
	va_list args;

	if (!error)
		return err;
	error->offset = offset;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return err;
}

/* The next byte; 0 at the end. */
static char peek(const struct tsp_cpt_cursor *cursor)
{
	return cursor->offset < cursor->end ? cursor->text[cursor->offset] : 0;
}

/* Whether the next byte was the wanted one; then it is behind the cursor. */
static bool accept(struct tsp_cpt_cursor *cursor, char wanted)
{
	if (cursor->offset == cursor->end || cursor->text[cursor->offset] != wanted)
		return false;
	cursor->offset++;
	return true;
}

static bool accept_letter(struct tsp_cpt_cursor *cursor, char upper)
{
	return accept(cursor, upper) || accept(cursor, upper - 'A' + 'a');
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void skip_blanks(struct tsp_cpt_cursor *cursor)
{
	while (is_blank(peek(cursor)))
		cursor->offset++;
}

int tsp_cpt_unexpected(const struct tsp_cpt_cursor *cursor, const char *expected,
		       struct tsp_cpt_error *error)
{
	unsigned char c = (unsigned char)peek(cursor);

	if (cursor->offset == cursor->end)
		return tsp_cpt_fail(error, -EINVAL, cursor->offset, "%s expected at the end",
				    expected);
	if (c < ' ' || c > '~')
		return tsp_cpt_fail(error, -EINVAL, cursor->offset, "%s expected, not byte 0x%02x",
				    expected, c);
	return tsp_cpt_fail(error, -EINVAL, cursor->offset, "%s expected, not '%c'", expected, c);
}

static int read_number(struct tsp_cpt_cursor *cursor, unsigned int *number, const char *what,
		       struct tsp_cpt_error *error)
{
	unsigned int start = cursor->offset;

	if (!is_digit(peek(cursor)))
		return tsp_cpt_unexpected(cursor, what, error);
	*number = 0;
	while (is_digit(peek(cursor))) {
		*number = *number * 10 + (peek(cursor) - '0');
		if (*number > TSP_CPT_NUMBER_MAX)
			return tsp_cpt_fail(error, -ERANGE, start, "a number above %d",
					    TSP_CPT_NUMBER_MAX);
		cursor->offset++;
	}
	return 0;
}

/* The "/ stride" after a range. */
static int read_stride(struct tsp_cpt_cursor *cursor, unsigned int *stride,
		       struct tsp_cpt_error *error)
{
	unsigned int start = cursor->offset;
	int err = read_number(cursor, stride, "a stride", error);

	if (err)
		return err;
	if (!*stride)
		return tsp_cpt_fail(error, -ERANGE, start, "a stride of 0, the least is 1");
	return 0;
}

int tsp_cpt_read_item(struct tsp_cpt_cursor *cursor, struct tsp_cpt_item *item,
		      struct tsp_cpt_error *error)
{
	int err;

	*item = (struct tsp_cpt_item){ .offset = cursor->offset, .stride = 1 };
	item->all = accept(cursor, '*');
	if (item->all)
		return 0;
	err = read_number(cursor, &item->first, "a number", error);
	if (err)
		return err;
	item->last = item->first;
	if (!accept(cursor, '-'))
		return 0;
	err = read_number(cursor, &item->last, "the last number of the range", error);
	if (err)
		return err;
	if (item->first > item->last)
		return tsp_cpt_fail(error, -ERANGE, item->offset, "range %u-%u runs backwards",
				    item->first, item->last);
	return accept(cursor, '/') ? read_stride(cursor, &item->stride, error) : 0;
}

static int read_list(struct tsp_cpt_cursor *cursor, struct tsp_cpt_error *error)
{
	struct tsp_cpt_item item;

	if (!accept(cursor, '['))
		return tsp_cpt_unexpected(cursor, "'['", error);
	do {
		int err = tsp_cpt_read_item(cursor, &item, error);

		if (err)
			return err;
	} while (accept(cursor, ','));
	if (!accept(cursor, ']'))
		return tsp_cpt_unexpected(cursor, "',' or ']'", error);
	skip_blanks(cursor);
	return 0;
}

static int read_part_id(struct tsp_cpt_cursor *cursor, struct tsp_cpt_part *part,
			struct tsp_cpt_error *error)
{
	part->offset = cursor->offset;
	return read_number(cursor, &part->id, "a partition number", error);
}

static int read_parts(struct tsp_cpt_cursor cursor, unsigned int *parts,
		      struct tsp_cpt_error *error)
{
	struct tsp_cpt_part part;
	int err = 0;

	while (!err && cursor.offset < cursor.end) {
		err = read_part_id(&cursor, &part, error);
		if (!err)
			err = read_list(&cursor, error);
		++*parts;
	}
	return err;
}

static int read_exclusion(struct tsp_cpt_cursor cursor, struct tsp_cpt_error *error)
{
	int err = read_list(&cursor, error);

	if (!err && cursor.offset < cursor.end)
		err = tsp_cpt_unexpected(&cursor, "the end of the pattern", error);
	return err;
}

/* The text without the blanks at both ends. */
static int start_reading(const char *text, struct tsp_cpt_cursor *cursor,
			 struct tsp_cpt_error *error)
{
	size_t length = strnlen(text, TSP_CPT_PATTERN_MAX + 1);

	if (length > TSP_CPT_PATTERN_MAX)
		return tsp_cpt_fail(error, -ENOSPC, TSP_CPT_PATTERN_MAX,
				    "the pattern is longer than %d bytes", TSP_CPT_PATTERN_MAX);
	while (length && is_blank(text[length - 1]))
		length--;
	*cursor = (struct tsp_cpt_cursor){ .text = text, .end = (unsigned int)length };
	skip_blanks(cursor);
	return 0;
}

int tsp_cpt_pattern_parse(const char *text, struct tsp_cpt_pattern *pattern,
			  struct tsp_cpt_error *error)
{
	struct tsp_cpt_cursor *lists = &pattern->lists;
	int err;

	*pattern = (struct tsp_cpt_pattern){ .exclude = TSP_CPT_EXCLUDE_NONE };
	err = start_reading(text, lists, error);
	if (err)
		return err;
	pattern->by_node = accept_letter(lists, 'N');
	skip_blanks(lists);
	if (accept_letter(lists, 'C'))
		pattern->exclude = TSP_CPT_EXCLUDE_RANKS;
	else if (accept_letter(lists, 'X'))
		pattern->exclude = TSP_CPT_EXCLUDE_CPUS;
	if (pattern->exclude)
		return read_exclusion(*lists, error);
	return read_parts(*lists, &pattern->parts, error);
}

bool tsp_cpt_next_part(struct tsp_cpt_cursor *cursor, struct tsp_cpt_part *part)
{
	skip_blanks(cursor);
	return cursor->offset < cursor->end && !read_part_id(cursor, part, NULL);
}

bool tsp_cpt_next_item(struct tsp_cpt_cursor *cursor, struct tsp_cpt_item *item)
{
	if (!accept(cursor, '[') && !accept(cursor, ',')) {
		accept(cursor, ']');
		return false;
	}
	return !tsp_cpt_read_item(cursor, item, NULL);
}
