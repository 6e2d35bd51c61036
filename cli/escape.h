/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_ESCAPE_H
#define TSP_CLI_ESCAPE_H

#include <stddef.h>

/* What tsp_escape() may make of a name of so many bytes, NUL included. */
#define TSP_ESCAPED_SIZE(length)	(4 * (length) + 1)

/*
 * A task may choose any bytes for its name, so printed as it is, it could drive the terminal or
 * break a line of JSON. Writes the name, which ends at a NUL or after length bytes, to escaped as
 * printable UTF-8: a backslash becomes \\; control characters and bytes that are no UTF-8 become
 * \xHH, byte by byte. The original can be told from it. escaped takes TSP_ESCAPED_SIZE(length)
 * bytes. Returns escaped.
 */
char *tsp_escape(const char *name, size_t length, char *escaped);

/* One character of a name, or one byte of it that is none, as tsp_escape() writes it. */
struct tsp_escaped {
	char bytes[4];
	unsigned char length;	/* of these */
	unsigned char taken;	/* of the name */
};

/* The first of a name with left bytes, one or more, none of them NUL. */
struct tsp_escaped tsp_escape_first(const char *name, size_t left);

/*
 * How many bytes at the beginning of a name, of which length are there, are printable ASCII without
 * quotes, backslashes and commas: what each format writes as it is. Most names are nothing else.
 */
size_t tsp_plain_length(const char *name, size_t length);

#endif
