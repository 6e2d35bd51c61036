// SPDX-License-Identifier: GPL-2.0-only
#include "json.h"

#include <errno.h>
#include <stdlib.h>

#include "escape.h"

int tsp_json_add_number(json_t *object, const char *name, uint64_t number)
{
	json_t *value;

	/* jansson's integers are signed. No count or time of a machine gets beyond them. */
	if (number > INT64_MAX)
		value = json_real((double)number);
	else
		value = json_integer((json_int_t)number);
	return json_object_set_new_nocheck(object, name, value);
}

int tsp_json_add_text(json_t *object, const char *name, const char *text, size_t length)
{
	char *escaped = malloc(TSP_ESCAPED_SIZE(length));
	int err;

	if (!escaped)
		return -1;
	tsp_escape(text, length, escaped);
	err = json_object_set_new_nocheck(object, name, json_string_nocheck(escaped));
	free(escaped);
	return err;
}

int tsp_json_add_dropped(json_t *object, const uint64_t dropped[TSPOOL_CAUSES])
{
	json_t *counts = json_object();
	int err = 0;

	for (unsigned int cause = TSPOOL_CAUSE_UNSPEC + 1; cause < TSPOOL_CAUSES; cause++)
		err |= tsp_json_add_number(counts, tspool_cause_name(cause), dropped[cause]);
	/* A module newer than this program may have causes that it can't name. */
	if (dropped[TSPOOL_CAUSE_UNSPEC])
		err |= tsp_json_add_number(counts, tspool_cause_name(TSPOOL_CAUSE_UNSPEC),
					   dropped[TSPOOL_CAUSE_UNSPEC]);
	return json_object_set_new(object, "dropped", tsp_json_checked(counts, err));
}

json_t *tsp_json_checked(json_t *value, int err)
{
	if (!err)
		return value;
	json_decref(value);
	return NULL;
}

static int print(const json_t *value, size_t style, FILE *out)
{
	if (!value)
		return -ENOMEM;
	errno = EIO;
	return json_dumpf(value, out, style) || fputc('\n', out) == EOF ? -errno : 0;
}

int tsp_json_print(const json_t *value)
{
	return print(value, JSON_INDENT(2), stdout);
}

int tsp_json_print_line(const json_t *value, FILE *out)
{
	return print(value, JSON_COMPACT, out);
}
