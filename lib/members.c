// SPDX-License-Identifier: LGPL-2.1-or-later
#include "members.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int read_string(char **string, const struct nlattr *attribute)
{
	*string = strndup(nla_data(attribute), nla_len(attribute));
	return *string ? 0 : -ENOMEM;
}

static int read_distances(struct tspool_cpt_info *cpt, const struct nlattr *attribute)
{
	size_t bytes = nla_len(attribute);

	if (bytes % sizeof(*cpt->distances))
		return -EBADMSG;
	cpt->distances = malloc(bytes ? bytes : 1);
	if (!cpt->distances)
		return -ENOMEM;
	memcpy(cpt->distances, nla_data(attribute), bytes);
	cpt->n_distances = bytes / sizeof(*cpt->distances);
	return 0;
}

static int read_number(void *number, size_t size, const struct nlattr *attribute)
{
	if ((size_t)nla_len(attribute) != size)
		return -EBADMSG;
	memcpy(number, nla_data(attribute), size);
	return 0;
}

static int read_dropped(uint64_t dropped[TSPOOL_CAUSES], const struct nlattr *attribute)
{
	struct nlattr *cause;
	uint64_t number;
	int left;

	nla_for_each_nested(cause, (struct nlattr *)attribute, left) {
		unsigned int type = nla_type(cause);

		/* What a kernel on some machines puts in between, to align the numbers. */
		if (!nla_len(cause))
			continue;
		if (read_number(&number, sizeof(number), cause))
			return -EBADMSG;
		dropped[type < TSPOOL_CAUSES ? type : TSPOOL_CAUSE_UNSPEC] += number;
	}
	return 0;
}

/* A module newer than this library may have more counts. */
static int read_latency(uint64_t latency[TSPOOL_LATENCY_BUCKETS], const struct nlattr *attribute)
{
	const char *bytes = nla_data(attribute);
	size_t length = nla_len(attribute);
	size_t i;

	if (length % sizeof(*latency))
		return -EBADMSG;
	for (i = 0; i < length / sizeof(*latency); i++) {
		size_t bucket = i < TSPOOL_LATENCY_BUCKETS ? i : TSPOOL_LATENCY_BUCKETS - 1;
		uint64_t count;

		memcpy(&count, bytes + i * sizeof(count), sizeof(count));
		latency[bucket] += count;
	}
	return 0;
}

static int read_member(char *item, const struct tsp_member *member, const struct nlattr *attribute)
{
	void *place = item + member->offset;

	/* A nest without causes is left out. */
	if (!attribute)
		return member->kind == MEMBER_DROPPED ? 0 : -EBADMSG;

	switch (member->kind) {
	case MEMBER_U32:
		return read_number(place, sizeof(uint32_t), attribute);
	case MEMBER_U64:
		return read_number(place, sizeof(uint64_t), attribute);
	case MEMBER_STRING:
		return read_string(place, attribute);
	case MEMBER_DISTANCES:
		return read_distances((struct tspool_cpt_info *)item, attribute);
	case MEMBER_LATENCY:
		return read_latency(place, attribute);
	default:
		return read_dropped(place, attribute);
	}
}

int tsp_members_read(char *item, const struct tsp_member *members, size_t count,
		     struct nlattr *const *attributes, unsigned int *number)
{
	size_t i;
	int ret;

	for (i = 0; i < count; i++) {
		if (members[i].kind == MEMBER_FEEDS)
			continue;
		*number = members[i].attribute;
		ret = read_member(item, &members[i], attributes[*number]);
		if (ret)
			return ret;
	}
	return 0;
}
