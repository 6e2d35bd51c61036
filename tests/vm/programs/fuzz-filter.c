// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz-filter.h"
#include "storm.h"

#include <linux/netlink.h>
#include <linux/tspool.h>
#include <string.h>

#define NUMBERS_MAX	(2 * (TSPOOL_FILTER_UIDS_MAX + 1))

/* Four of them fit. */
static void put(struct fuzz_filter *filter, uint32_t type, const void *bytes, size_t size)
{
	struct nlattr attribute = {
		.nla_type = (uint16_t)type,
		.nla_len = (uint16_t)(NLA_HDRLEN + size),
	};

	memcpy(filter->bytes + filter->length, &attribute, sizeof(attribute));
	filter->length += NLA_HDRLEN;
	memset(filter->bytes + filter->length, 0, NLA_ALIGN(size));
	memcpy(filter->bytes + filter->length, bytes, size);
	filter->length += NLA_ALIGN(size);
}

/* Mostly a pattern, and now and then too long or without an end. */
static void put_pattern(struct fuzz_filter *filter, struct dice *dice, uint32_t type)
{
	static const char letters[] = "netlink-fuzz***???[[]]a-z!^\\:";
	char pattern[TSPOOL_FILTER_COMM_MAX + 3] = "";
	uint32_t length = dice_below(dice, dice_once_in(dice, 4) ? sizeof(pattern) : 8);

	for (uint32_t i = 0; i < length; i++)
		pattern[i] = letters[dice_below(dice, sizeof(letters) - 1)];
	put(filter, type, pattern, length + !dice_once_in(dice, 16));
}

/* How many 32-bit numbers an attribute of this type takes. */
static uint32_t numbers_of(struct dice *dice, uint32_t type)
{
	if (dice_once_in(dice, 16))
		return dice_below(dice, 4);

	switch (type) {
	case TSPOOL_FILTER_A_UIDS:
		return 2 * dice_below(dice, dice_once_in(dice, 4) ? NUMBERS_MAX / 2 + 1 : 4);
	case TSPOOL_FILTER_A_CGROUP:
	case TSPOOL_FILTER_A_MIN_RUN_TIME_NS:
		return 2;
	case TSPOOL_FILTER_A_FAILED:
		return 0;
	default:
		return 1;
	}
}

static void put_numbers(struct fuzz_filter *filter, struct dice *dice, uint32_t type)
{
	static const uint32_t odd[] = { 2, 3, 65535, INT32_MAX, UINT32_MAX };
	uint32_t numbers[NUMBERS_MAX] = { 0 };
	uint32_t count = numbers_of(dice, type);

	/* 0 and 1 by turns: the root, or its cgroup. */
	for (uint32_t i = 0; i < count; i++) {
		numbers[i] = type == TSPOOL_FILTER_A_UIDS ? i % 2 : !i;
		if (dice_once_in(dice, 8))
			numbers[i] = odd[dice_below(dice, ARRAY_SIZE(odd))];
	}
	put(filter, type, numbers, count * sizeof(numbers[0]));
}

void fuzz_make_filter(struct fuzz_filter *filter, struct dice *dice)
{
	uint32_t count = dice_below(dice, 5);

	filter->length = 0;
	while (count--) {
		uint32_t type = dice_below(dice, TSPOOL_FILTER_A_MAX + 2);

		if (type == TSPOOL_FILTER_A_COMM)
			put_pattern(filter, dice, type);
		else
			put_numbers(filter, dice, type);
	}
}
