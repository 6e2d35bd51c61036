/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generic netlink by hand, for programs that must be able to send what no library would. A socket
 * is a plain file descriptor; the functions end the program where a call fails that can't.
 */
#ifndef TSPOOL_GENL_H
#define TSPOOL_GENL_H

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define GENL_ANSWER_BYTES	((size_t)64 << 10)
#define GENL_MESSAGE_BYTES	((size_t)128 << 10)

/* A request with nothing but its headers, or what stands at the start of one with attributes. */
struct genl_request {
	struct nlmsghdr netlink;
	struct genlmsghdr genl;
};

/* A request to which attributes are added. */
union genl_message {
	struct genl_request head;
	unsigned char bytes[GENL_MESSAGE_BYTES];
};

/* What came in one datagram. */
union genl_answer {
	struct nlmsghdr header;
	unsigned char bytes[GENL_ANSWER_BYTES];
};

/* A socket that is bound to no port yet. */
int genl_socket(void);

/* Binds it to a port id; 0: to a free one. False: another socket has that. */
bool genl_bind(int fd, uint32_t portid);

/* The number of a family, of which every user may ask, and of tspool's. */
uint16_t genl_family(const char *name);
uint16_t genl_tspool_family(void);

/* A request, with the flags beside NLM_F_REQUEST; an attribute more at its end; off it goes. */
void genl_begin(union genl_message *message, uint16_t family, uint8_t command, uint16_t flags);
void genl_put(union genl_message *message, uint16_t type, const void *bytes, size_t size);
void genl_send_message(int fd, const union genl_message *message);

/* Sends a request without attributes. */
void genl_send(int fd, uint16_t family, uint8_t command, uint16_t flags);

/* The next datagram's length; 0: none came within so many milliseconds, -1: the socket overran. */
ssize_t genl_receive(int fd, union genl_answer *answer, int milliseconds);

/* The first attribute of a type among so many bytes of them, or NULL; and the bytes it holds. */
const struct nlattr *genl_find(const void *attributes, size_t length, uint16_t type);
size_t genl_size(const struct nlattr *attribute);

/*
 * Sends the request, passes over records that come first, and returns the errno that answers it:
 * 0 for success. Ends the program if none comes within a minute. genl_ask_message(): the request
 * has NLM_F_ACK among its flags.
 */
int genl_ask_message(int fd, const union genl_message *message);
int genl_ask(int fd, uint16_t family, uint8_t command);

#endif /* TSPOOL_GENL_H */
