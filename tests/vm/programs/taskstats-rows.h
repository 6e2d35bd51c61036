/* SPDX-License-Identifier: GPL-2.0-only */
/* The requests that both taskstats must answer alike. */
#ifndef TSPOOL_TASKSTATS_ROWS_H
#define TSPOOL_TASKSTATS_ROWS_H

#include <stddef.h>
#include <stdint.h>

/* Numbers that are known only when the program runs. */
enum cast {
	CAST_NONE,	/* the attribute has a text */
	CAST_ZERO,
	CAST_SELF,
	CAST_THREAD,	/* of the same process, not its leader */
	CAST_ZOMBIE,
	CAST_ABSENT,	/* no task, and never was */
	CAST_NEGATIVE,
	CAST_COMMAS,	/* no number: a list longer than any */
	CASTS
};

struct row_attribute {
	uint16_t type;		/* 0: none */
	enum cast cast;
	size_t size;		/* in bytes; of a number of another size the rest is 0xff */
	const char *text;
};

#define ROW_ATTRIBUTES		2
#define ROW_TEXT_WITH_END	SIZE_MAX	/* as size: the text's own, and its NUL */

struct row {
	const char *what;
	uint8_t command;
	uint8_t version;
	uint16_t reserved;
	uint16_t flags;		/* beside NLM_F_REQUEST and NLM_F_ACK */
	struct row_attribute attributes[ROW_ATTRIBUTES];
	const char *differs;	/* why the answers may be different; NULL: they may not */
};

extern const struct row rows[];
extern const size_t n_rows;

#endif /* TSPOOL_TASKSTATS_ROWS_H */
