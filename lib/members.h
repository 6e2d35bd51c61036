/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TSP_MEMBERS_H
#define TSP_MEMBERS_H

#include <netlink/attr.h>
#include <tspool/dump.h>

enum tsp_member_kind {
	MEMBER_U32,
	MEMBER_U64,
	MEMBER_STRING,		/* char *, allocated */
	MEMBER_DISTANCES,	/* of struct tspool_cpt_info, allocated */
	MEMBER_DROPPED,		/* uint64_t [TSPOOL_CAUSES] */
	MEMBER_LATENCY,		/* uint64_t [TSPOOL_LATENCY_BUCKETS] */
	MEMBER_FEEDS,		/* of struct tspool_listener_info, allocated */
};

/* Which attribute goes where in a struct of the public header. */
struct tsp_member {
	uint8_t attribute;
	uint8_t kind;
	uint16_t offset;
};

/*
 * Sets the members of an item, which was all zero, from attributes by their numbers, NULL where
 * there is none; all but the feeds. Returns 0, or -ENOMEM or -EBADMSG at the first that can't be
 * read: then *number is its attribute's.
 */
int tsp_members_read(char *item, const struct tsp_member *members, size_t count,
		     struct nlattr *const *attributes, unsigned int *number);

#endif /* TSP_MEMBERS_H */
