/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests to tspool's family as everybody may send them, and as nobody should. */
#ifndef TSPOOL_FUZZ_MESSAGE_H
#define TSPOOL_FUZZ_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FUZZ_DATAGRAM_BYTES	((size_t)160 << 10)

/* The same throws from the same start. */
struct dice {
	uint64_t state;
};

/* A number below the limit, which is not 0. */
uint32_t dice_below(struct dice *dice, uint32_t limit);

/* True once in so many times. */
bool dice_once_in(struct dice *dice, uint32_t times);

struct fuzz_datagram {
	size_t length;
	unsigned char bytes[FUZZ_DATAGRAM_BYTES];
};

/* What is known of a request; its sequence number tells it, and so does that of the answer. */
enum fuzz_class {
	FUZZ_UNKNOWN,		/* nothing: it may not even be a request to this family */
	FUZZ_ODD,		/* a request to the family */
	FUZZ_NO_COMMAND,	/* one in order, but for the command, which the family has not */
	FUZZ_VALID,		/* one in order */
};

enum fuzz_class fuzz_class_of(uint32_t sequence);
uint8_t fuzz_command_of(uint32_t sequence);

/* Append a message; what does not fit is left out. */
void fuzz_put_odd(struct fuzz_datagram *datagram, struct dice *dice, uint16_t family);
void fuzz_put_valid(struct fuzz_datagram *datagram, struct dice *dice, uint16_t family);

/* Appends a valid request for one of the dumps. */
void fuzz_put_dump(struct fuzz_datagram *datagram, struct dice *dice, uint16_t family);

#endif /* TSPOOL_FUZZ_MESSAGE_H */
