// SPDX-License-Identifier: GPL-2.0-only
#include "table.h"

#include <errno.h>
#include <libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>

#include "json.h"

const char *const tsp_format_names[] = {
	[TSP_FORMAT_TEXT] = "text",
	[TSP_FORMAT_JSON] = "json",
	NULL,
};

static void print_list(FILE *out, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		fprintf(out, "%s%" JSON_INTEGER_FORMAT, i ? " " : "",
			json_integer_value(json_array_get(list, i)));
}

/* Counts by cause: those that are not zero, by name. */
static void print_counts(FILE *out, json_t *counts)
{
	const char *name, *separator = "";
	json_t *count;

	json_object_foreach(counts, name, count) {
		if (!json_integer_value(count))
			continue;
		fprintf(out, "%s%s:%" JSON_INTEGER_FORMAT, separator, name,
			json_integer_value(count));
		separator = " ";
	}
	if (!*separator)
		fputc('0', out);
}

static void print_value(FILE *out, json_t *value)
{
	const char *text = json_string_value(value);

	if (json_is_integer(value))
		fprintf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_array(value))
		print_list(out, value);
	else if (json_is_object(value))
		print_counts(out, value);
	else
		fputs(text && *text ? text : "-", out);
}

/* The text of a cell, to be freed; NULL without memory. */
static char *cell_text(const json_t *row, const struct tsp_column *column)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		return NULL;
	print_value(out, json_object_get(row, column->key));
	if (column->limit_key) {
		fputc('/', out);
		print_value(out, json_object_get(row, column->limit_key));
	}
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

static int add_row(struct libscols_table *table, const json_t *row,
		   const struct tsp_column *columns)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);

	if (!line)
		return -ENOMEM;
	for (size_t i = 0; columns[i].heading; i++) {
		char *text = cell_text(row, &columns[i]);

		/* The line owns the text from here on. */
		if (!text || scols_line_refer_data(line, i, text)) {
			free(text);
			return -ENOMEM;
		}
	}
	return 0;
}

static int fill_table(struct libscols_table *table, const json_t *rows,
		      const struct tsp_column *columns)
{
	for (size_t i = 0; columns[i].heading; i++)
		if (!scols_table_new_column(table, columns[i].heading, 0,
					    columns[i].right ? SCOLS_FL_RIGHT : 0))
			return -ENOMEM;

	for (size_t i = 0; i < json_array_size(rows); i++)
		if (add_row(table, json_array_get(rows, i), columns))
			return -ENOMEM;
	return 0;
}

static int print_text(const json_t *rows, const struct tsp_column *columns)
{
	struct libscols_table *table = scols_new_table();
	int err;

	if (!table)
		return -ENOMEM;
	/* Names come escaped; a second time would spoil them. */
	scols_table_enable_noencoding(table, 1);
	err = fill_table(table, rows, columns);
	if (!err)
		err = scols_print_table(table);
	scols_unref_table(table);
	return err;
}

int tsp_table_print(enum tsp_format format, json_t *rows, const struct tsp_column *columns)
{
	int err;

	if (!rows)
		return -ENOMEM;
	err = format == TSP_FORMAT_JSON ? tsp_json_print(rows) : print_text(rows, columns);
	json_decref(rows);
	return err;
}
