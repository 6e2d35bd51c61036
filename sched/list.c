// SPDX-License-Identifier: LGPL-2.1-or-later
#include "report.h"

static int add_item(hwloc_bitmap_t set, const struct tsp_cpt_item *item)
{
	unsigned int number;
	int err = 0;

	if (item->stride == 1)
		return hwloc_bitmap_set_range(set, item->first, (int)item->last) ? -ENOMEM : 0;
	for (number = item->first; number <= item->last && !err; number += item->stride)
		err = hwloc_bitmap_set(set, number) ? -ENOMEM : 0;
	return err;
}

/* Items with commas between them, up to the end of the text. */
static int read_items(struct tsp_cpt_cursor *cursor, hwloc_bitmap_t set,
		      struct tsp_cpt_error *reason)
{
	for (;;) {
		struct tsp_cpt_item item;
		int err;

		if (cursor->text[cursor->offset] == '*')
			return tsp_cpt_unexpected(cursor, "a number", reason);
		err = tsp_cpt_read_item(cursor, &item, reason);
		if (!err)
			err = add_item(set, &item);
		if (err || cursor->offset == cursor->end)
			return err;
		if (cursor->text[cursor->offset] != ',')
			return tsp_cpt_unexpected(cursor, "',' or the end", reason);
		cursor->offset++;
	}
}

int tspool_list_parse(const char *list, hwloc_bitmap_t *set, struct tspool_cpt_error *error)
{
	struct tsp_cpt_cursor cursor = { .text = list, .end = (unsigned int)strlen(list) };
	struct tsp_cpt_error reason;
	int err = -ENOMEM;

	tsp_cpt_fail(&reason, 0, -1, "out of memory");
	*set = hwloc_bitmap_alloc();
	if (*set)
		err = read_items(&cursor, *set, &reason);
	if (err) {
		hwloc_bitmap_free(*set);
		*set = NULL;
	}
	return tsp_report(err, &reason, error);
}
