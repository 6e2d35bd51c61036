// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz-message.h"
#include "fuzz-filter.h"
#include "genl.h"
#include "storm.h"

#include <linux/taskstats.h>
#include <linux/tspool.h>
#include <string.h>
#include <unistd.h>

#define ATTRIBUTE_MAX		((size_t)UINT16_MAX)
#define NESTING_MAX		12
/* The highest byte of the sequence numbers that say something. */
#define SEQUENCE_MARK		0xf5U

uint32_t dice_below(struct dice *dice, uint32_t limit)
{
	dice->state = dice->state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)((dice->state >> 33) % limit);
}

bool dice_once_in(struct dice *dice, uint32_t times)
{
	return !dice_below(dice, times);
}

static uint32_t mark(enum fuzz_class kind, uint8_t command)
{
	return SEQUENCE_MARK << 24 | (uint32_t)kind << 16 | command;
}

enum fuzz_class fuzz_class_of(uint32_t sequence)
{
	uint32_t number = sequence >> 16 & 0xff;

	if (sequence >> 24 != SEQUENCE_MARK || number > FUZZ_VALID)
		return FUZZ_UNKNOWN;
	return number;
}

uint8_t fuzz_command_of(uint32_t sequence)
{
	return (uint8_t)sequence;
}

/* Appends so many bytes, or as many as there is room for. */
static unsigned char *extend(struct fuzz_datagram *datagram, size_t *size)
{
	unsigned char *end = datagram->bytes + datagram->length;
	size_t room = sizeof(datagram->bytes) - datagram->length;

	if (*size > room)
		*size = room;
	datagram->length += *size;
	return end;
}

static void put(struct fuzz_datagram *datagram, const void *bytes, size_t size)
{
	unsigned char *end = extend(datagram, &size);

	memcpy(end, bytes, size);
}

static void put_filled(struct fuzz_datagram *datagram, unsigned char byte, size_t size)
{
	unsigned char *end = extend(datagram, &size);

	memset(end, byte, size);
}

static void align(struct fuzz_datagram *datagram)
{
	put_filled(datagram, 0, NLMSG_ALIGN(datagram->length) - datagram->length);
}

/* The end of an attribute that started there. */
static void end_attribute(struct fuzz_datagram *datagram, size_t start, uint16_t type)
{
	struct nlattr attribute = { .nla_type = type };
	size_t size = datagram->length - start;

	attribute.nla_len = (uint16_t)(size < ATTRIBUTE_MAX ? size : ATTRIBUTE_MAX);
	if (size >= sizeof(attribute))
		memcpy(datagram->bytes + start, &attribute, sizeof(attribute));
	align(datagram);
}

static void put_attribute(struct fuzz_datagram *datagram, uint16_t type, const void *bytes,
			  size_t size)
{
	size_t start = datagram->length;

	put_filled(datagram, 0, NLA_HDRLEN);
	put(datagram, bytes, size);
	end_attribute(datagram, start, type);
}

static uint32_t odd_number(struct dice *dice)
{
	const uint32_t numbers[] = { 0, 1, 2, 4, 65535, INT32_MAX, UINT32_MAX, (uint32_t)getpid() };
	uint32_t i = dice_below(dice, ARRAY_SIZE(numbers) + 1);

	return i < ARRAY_SIZE(numbers) ? numbers[i] : dice_below(dice, UINT32_MAX);
}

static void put_random(struct fuzz_datagram *datagram, struct dice *dice, size_t size)
{
	unsigned char *end = extend(datagram, &size);

	while (size--)
		*end++ = (unsigned char)dice_below(dice, 256);
}

static size_t odd_size(struct dice *dice)
{
	switch (dice_below(dice, 64)) {
	case 0:
		return dice_below(dice, ATTRIBUTE_MAX);
	case 1:
		return ATTRIBUTE_MAX - NLA_HDRLEN;
	case 2:
	case 3:
		return 4090 + dice_below(dice, 12);
	default:
		return dice_below(dice, 40);
	}
}

/* Each between semicolons. */
static const char lists[] =
	";0;1;0-1;0,1;2-3;0-;-1;-;,;;,,,,,,,,0;0,,1;1-0;0-0;0-4294967295;4294967295;4294967296"
	";99999999999;0-99999999999;18446744073709551616;-0;+1;0x1;1e9;all;ALL;N;0-N;N-0;0-N:1/2"
	";0-3:1/2;0-3:2/1;0-3:0/1;0-3:0/0;0-3:1/0;0-3:1/4294967295;0-3:1;0-3/2; 0;0 1;0\n1;0\t;0 ,1"
	";a;0a;0-1x;0\377;64;8191;";

/* One of them, which comes after any semicolon but the last. */
static const char *odd_list(struct dice *dice, size_t *length)
{
	const char *list = lists + dice_below(dice, sizeof(lists) - sizeof("8191;"));

	list = strchr(list, ';') + 1;
	*length = strcspn(list, ";");
	return list;
}

static void put_odd_list(struct fuzz_datagram *datagram, struct dice *dice)
{
	static const char letters[] = "0123456789012345678901234567890,,,,,---:/N\n\t .x";
	size_t length, size, i;
	const char *list = odd_list(dice, &length);
	unsigned char *end;

	switch (dice_below(dice, 8)) {
	case 0:
		size = odd_size(dice);
		end = extend(datagram, &size);
		for (i = 0; i < size; i++)
			end[i] = letters[dice_below(dice, sizeof(letters) - 1)];
		break;
	case 1:
		put_filled(datagram, ',', odd_size(dice));
		break;
	case 2:
		for (i = dice_below(dice, 200); i; i--) {
			put(datagram, list, length);
			put(datagram, ",", 1);
		}
		break;
	default:
		put(datagram, list, length);
	}
	/* One in eight does not end. */
	if (!dice_once_in(dice, 8))
		put_filled(datagram, 0, 1);
}

static uint16_t odd_type(struct dice *dice)
{
	uint16_t type = (uint16_t)dice_below(dice, 8);

	if (dice_once_in(dice, 16))
		type = (uint16_t)dice_below(dice, 65536);
	if (dice_once_in(dice, 8))
		type |= NLA_F_NESTED;
	if (dice_once_in(dice, 16))
		type |= NLA_F_NET_BYTEORDER;
	return type;
}

/* Shorter than its own header, longer than all there is, or a little wrong. */
static uint16_t odd_length(struct dice *dice, uint16_t length)
{
	switch (dice_below(dice, 4)) {
	case 0:
		return (uint16_t)dice_below(dice, NLA_HDRLEN + 1);
	case 1:
		return (uint16_t)(ATTRIBUTE_MAX - dice_below(dice, 8));
	case 2:
		return (uint16_t)(length - 4 + dice_below(dice, 9));
	default:
		return (uint16_t)dice_below(dice, 65536);
	}
}

static void put_odd_attribute(struct fuzz_datagram *datagram, struct dice *dice,
			      unsigned int nesting);

static void put_odd_payload(struct fuzz_datagram *datagram, struct dice *dice, unsigned int nesting)
{
	uint32_t number = odd_number(dice);

	switch (dice_below(dice, 8)) {
	case 0:
	case 1:
		put(datagram, &number, sizeof(number));
		break;
	case 2:
		put(datagram, &number, dice_below(dice, sizeof(number)));
		break;
	case 3:
		put_random(datagram, dice, odd_size(dice));
		break;
	case 4:
		if (nesting < NESTING_MAX)
			put_odd_attribute(datagram, dice, nesting + 1);
		if (nesting < 3 && dice_once_in(dice, 2))
			put_odd_attribute(datagram, dice, nesting + 1);
		break;
	default:
		put_odd_list(datagram, dice);
	}
}

static void put_odd_attribute(struct fuzz_datagram *datagram, struct dice *dice,
			      unsigned int nesting)
{
	size_t start = datagram->length;
	struct nlattr *attribute = (void *)(datagram->bytes + start);

	put_filled(datagram, 0, NLA_HDRLEN);
	put_odd_payload(datagram, dice, nesting);
	end_attribute(datagram, start, odd_type(dice));
	if (datagram->length - start >= sizeof(*attribute) && dice_once_in(dice, 24))
		attribute->nla_len = odd_length(dice, attribute->nla_len);
}

/* One of the type that the command wants, with a value that may be odd. */
static void put_fitting_attribute(struct fuzz_datagram *datagram, struct dice *dice,
				  uint8_t command)
{
	uint16_t other = (uint16_t)dice_below(dice, 2);
	size_t start = datagram->length;
	uint32_t number = odd_number(dice);
	struct fuzz_filter filter;

	if (command == TSPOOL_CMD_RECORD_GET) {
		put_attribute(datagram, TSPOOL_A_PID + other, &number, sizeof(number));
		return;
	}
	if (command == TSPOOL_CMD_RELAY_SET) {
		number = dice_below(dice, TSPOOL_RELAY_MAX + 2);
		put_attribute(datagram, TSPOOL_RELAY_A_MODE, &number, sizeof(number));
		return;
	}
	if (command == TASKSTATS_CMD_GET && dice_once_in(dice, 2)) {
		put_attribute(datagram, TASKSTATS_CMD_ATTR_PID + other, &number, sizeof(number));
		return;
	}
	if (command == TSPOOL_CMD_SUBSCRIBE && dice_once_in(dice, 2)) {
		fuzz_make_filter(&filter, dice);
		put_attribute(datagram, TSPOOL_A_FILTER | NLA_F_NESTED, filter.bytes,
			      filter.length);
		return;
	}
	put_filled(datagram, 0, NLA_HDRLEN);
	put_odd_list(datagram, dice);
	end_attribute(datagram, start,
		      other + (command == TASKSTATS_CMD_GET ? TASKSTATS_CMD_ATTR_REGISTER_CPUMASK :
							      TSPOOL_A_CPTS));
}

/* None, few, or so many that some are there twice. */
static void put_odd_attributes(struct fuzz_datagram *datagram, struct dice *dice, uint8_t command)
{
	unsigned int count = dice_below(dice, 4);

	if (dice_once_in(dice, 2)) {
		put_fitting_attribute(datagram, dice, command);
		return;
	}
	if (dice_once_in(dice, 32))
		count = dice_below(dice, 2000);
	while (count--)
		put_odd_attribute(datagram, dice, 0);
}

static bool is_command(uint8_t command)
{
	return command == TASKSTATS_CMD_GET ||
	       (command >= TSPOOL_CMD_SUBSCRIBE && command <= TSPOOL_CMD_MAX &&
		command != TSPOOL_CMD_EVENT);
}

static uint8_t odd_command(struct dice *dice)
{
	if (dice_once_in(dice, 4))
		return (uint8_t)dice_below(dice, 256);
	if (dice_once_in(dice, 4))
		return TASKSTATS_CMD_GET;
	return (uint8_t)(TSPOOL_CMD_SUBSCRIBE +
			 dice_below(dice, TSPOOL_CMD_MAX - TSPOOL_CMD_SUBSCRIBE + 1));
}

static uint16_t odd_flags(struct dice *dice)
{
	uint16_t flags = NLM_F_REQUEST | NLM_F_ACK;

	if (dice_once_in(dice, 3))
		flags |= NLM_F_DUMP;
	if (dice_once_in(dice, 16))
		flags = (uint16_t)dice_below(dice, 65536);
	return flags;
}

/* Mostly the family; else a control message, another family, or nobody. */
static uint16_t odd_family(struct dice *dice, uint16_t family)
{
	switch (dice_below(dice, 48)) {
	case 0:
		return (uint16_t)dice_below(dice, NLMSG_MIN_TYPE);
	case 1:
		return (uint16_t)(GENL_ID_CTRL + dice_below(dice, 16));
	case 2:
		return (uint16_t)dice_below(dice, 65536);
	default:
		return family;
	}
}

static struct genl_request odd_head(struct dice *dice, uint16_t family)
{
	struct genl_request head = {
		.netlink.nlmsg_type = odd_family(dice, family),
		.netlink.nlmsg_flags = odd_flags(dice),
		.genl.cmd = odd_command(dice),
		.genl.version = TSPOOL_GENL_VERSION,
	};

	if (dice_once_in(dice, 16))
		head.genl.version = (uint8_t)dice_below(dice, 256);
	if (dice_once_in(dice, 16))
		head.genl.reserved = (uint16_t)dice_below(dice, 65536);
	if (dice_once_in(dice, 16))
		head.netlink.nlmsg_pid = odd_number(dice);
	return head;
}

static enum fuzz_class classify(const struct genl_request *head, uint16_t family)
{
	const uint16_t plain = NLM_F_REQUEST | NLM_F_ACK;
	uint16_t flags = head->netlink.nlmsg_flags;

	if (head->netlink.nlmsg_type != family || !(flags & NLM_F_REQUEST))
		return FUZZ_UNKNOWN;
	if (!is_command(head->genl.cmd) && !head->genl.reserved && flags == plain)
		return FUZZ_NO_COMMAND;
	return FUZZ_ODD;
}

/* A length that is not the message's, or bytes that are not what they were. */
static void distort(struct fuzz_datagram *datagram, size_t start, struct dice *dice)
{
	struct nlmsghdr *head = (void *)(datagram->bytes + start);
	uint32_t size = (uint32_t)(datagram->length - start);
	unsigned int count = 1 + dice_below(dice, 4);

	head->nlmsg_seq = 0;
	switch (dice_below(dice, 4)) {
	case 0:
		head->nlmsg_len = odd_number(dice);
		break;
	case 1:
		head->nlmsg_len = size - 8 + dice_below(dice, 17);
		break;
	case 2:
		head->nlmsg_len = dice_below(dice, sizeof(struct genl_request) + 8);
		break;
	default:
		while (count--) {
			size_t place = start + dice_below(dice, size);

			datagram->bytes[place] ^= 1U << dice_below(dice, 8);
		}
	}
}

void fuzz_put_odd(struct fuzz_datagram *datagram, struct dice *dice, uint16_t family)
{
	struct genl_request head = odd_head(dice, family);
	size_t start = datagram->length;

	if (sizeof(datagram->bytes) - start < sizeof(head))
		return;
	put(datagram, &head, sizeof(head));
	put_odd_attributes(datagram, dice, head.genl.cmd);
	head.netlink.nlmsg_len = (uint32_t)(datagram->length - start);
	head.netlink.nlmsg_seq = mark(classify(&head, family), head.genl.cmd);
	memcpy(datagram->bytes + start, &head, sizeof(head));
	if (dice_once_in(dice, 8))
		distort(datagram, start, dice);
}

/* A request that is in order, with one attribute if it has a type. */
static void put_request(struct fuzz_datagram *datagram, uint16_t family, uint8_t command,
			uint16_t flags, uint16_t type, const void *bytes, size_t size)
{
	struct genl_request head = {
		.netlink.nlmsg_type = family,
		.netlink.nlmsg_flags = NLM_F_REQUEST | flags,
		.netlink.nlmsg_seq = mark(FUZZ_VALID, command),
		.genl.cmd = command,
		.genl.version = TSPOOL_GENL_VERSION,
	};
	size_t start = datagram->length;

	if (sizeof(datagram->bytes) - start < sizeof(head) + NLA_HDRLEN + NLMSG_ALIGN(size))
		return;
	put(datagram, &head, sizeof(head));
	if (type)
		put_attribute(datagram, type, bytes, size);
	head.netlink.nlmsg_len = (uint32_t)(datagram->length - start);
	memcpy(datagram->bytes + start, &head, sizeof(head));
}

void fuzz_put_dump(struct fuzz_datagram *datagram, struct dice *dice, uint16_t family)
{
	static const uint8_t dumps[] = { TSPOOL_CMD_CPT_GET, TSPOOL_CMD_SCHED_GET,
					 TSPOOL_CMD_LISTENER_GET, TSPOOL_CMD_RELAY_GET };

	put_request(datagram, family, dumps[dice_below(dice, ARRAY_SIZE(dumps))], NLM_F_DUMP, 0,
		    NULL, 0);
}

static void put_subscription(struct fuzz_datagram *datagram, struct dice *dice, uint16_t family)
{
	static const char *const choices[] = { "0", "0-1", "1" };
	const char *choice = choices[dice_below(dice, ARRAY_SIZE(choices))];
	uint16_t type = (uint16_t)dice_below(dice, TSPOOL_A_CPUS + 1);

	put_request(datagram, family, TSPOOL_CMD_SUBSCRIBE, NLM_F_ACK, type, choice,
		    strlen(choice) + 1);
}

/* One in taskstats' dialect. */
static void put_taskstats(struct fuzz_datagram *datagram, struct dice *dice, uint16_t family)
{
	static const char *const choices[] = { "0", "0-1", "all", "" };
	const char *choice = choices[dice_below(dice, ARRAY_SIZE(choices))];
	uint16_t type = (uint16_t)(1 + dice_below(dice, TASKSTATS_CMD_ATTR_MAX));
	uint32_t pid = (uint32_t)getpid();

	if (type == TASKSTATS_CMD_ATTR_PID || type == TASKSTATS_CMD_ATTR_TGID)
		put_request(datagram, family, TASKSTATS_CMD_GET, NLM_F_ACK, type, &pid,
			    sizeof(pid));
	else
		put_request(datagram, family, TASKSTATS_CMD_GET, NLM_F_ACK, type, choice,
			    strlen(choice) + 1);
}

void fuzz_put_valid(struct fuzz_datagram *datagram, struct dice *dice, uint16_t family)
{
	uint32_t pid = (uint32_t)getpid();

	switch (dice_below(dice, 10)) {
	case 0:
	case 1:
		put_subscription(datagram, dice, family);
		break;
	case 2:
	case 3:
		put_request(datagram, family, TSPOOL_CMD_UNSUBSCRIBE, NLM_F_ACK, 0, NULL, 0);
		break;
	case 4:
		put_request(datagram, family, TSPOOL_CMD_RECORD_GET, NLM_F_ACK, TSPOOL_A_PID, &pid,
			    sizeof(pid));
		break;
	case 5:
		put_request(datagram, family, TSPOOL_CMD_RECORD_GET, NLM_F_ACK, TSPOOL_A_TGID, &pid,
			    sizeof(pid));
		break;
	case 6:
		put_request(datagram, family, TSPOOL_CMD_STATS_GET, NLM_F_ACK, 0, NULL, 0);
		break;
	case 7:
	case 8:
		put_taskstats(datagram, dice, family);
		break;
	default:
		fuzz_put_dump(datagram, dice, family);
	}
}
