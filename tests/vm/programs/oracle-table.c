// SPDX-License-Identifier: GPL-2.0-only
#include "oracle-table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of these each is told. */
#define WRONG_TOLD	20

static void add_row(struct oracle_table *table, const struct tspool_field_info *field,
		    unsigned int number, unsigned int version)
{
	struct oracle_row *row = &table->rows[table->count++];

	*row = (struct oracle_row){
		.field = field,
		.number = number,
		.rule = oracle_rule_of(field->stock),
	};
	if (field->stock_since > version)
		return;
	row->member = stock_member_named(field->stock);
	if (!row->member) {
		fprintf(stderr, "oracle: no member %s of struct taskstats\n", field->stock);
		exit(1);
	}
}

void oracle_table_init(struct oracle_table *table, unsigned int version)
{
	const struct tspool_field_info *fields;
	size_t count;

	memset(table, 0, sizeof(*table));
	fields = tspool_record_fields(&count);
	for (size_t i = 0; i < count; i++)
		if (fields[i].stock)
			add_row(table, &fields[i], i, version);
}

static struct oracle_row *find_row(struct oracle_table *table, const char *name)
{
	for (size_t i = 0; i < table->count; i++)
		if (!strcmp(table->rows[i].field->name, name))
			return &table->rows[i];
	fprintf(stderr, "oracle: the kernel's records have no field \"%s\"\n", name);
	exit(2);
}

void oracle_table_allow_zero(struct oracle_table *table, char *fields)
{
	for (char *name = strtok(fields, ","); name; name = strtok(NULL, ","))
		find_row(table, name)->may_be_zero = true;
}

static void tell(struct oracle_table *table, struct oracle_row *row, const struct oracle_pair *pair,
		 const char *what, int64_t difference)
{
	row->wrong++;
	if (table->wrong++ >= WRONG_TOLD)
		return;
	fprintf(stderr,
		"pid %u (%.16s, tgid %u): %s: %s: %" PRId64 ", in a gap of %" PRIu64 " ns\n",
		pair->ours->pid, pair->ours->comm, pair->ours->tgid, row->field->name, what,
		difference, pair->gap_ns);
}

static void compare_texts(struct oracle_table *table, struct oracle_row *row,
			  const struct oracle_pair *pair)
{
	const char *theirs = stock_text(pair->stock, row->member);
	const char *ours;
	size_t length;

	ours = tspool_field_text(pair->ours, row->field, &length);
	row->nonzero += *theirs != '\0';
	if (strlen(theirs) == length && !memcmp(ours, theirs, length))
		row->equal++;
	else
		tell(table, row, pair, theirs, 0);
}

static bool within(const struct oracle_row *row, const struct oracle_pair *pair, int64_t difference)
{
	uint64_t (*bound)(const struct oracle_pair *pair);

	bound = difference > 0 ? row->rule->growth : row->rule->shrinkage;
	return bound && (uint64_t)llabs(difference) <= bound(pair);
}

static void compare_numbers(struct oracle_table *table, struct oracle_row *row,
			    const struct oracle_pair *pair)
{
	uint64_t ours = tspool_field_number(pair->ours, row->field);
	uint64_t theirs = stock_number(pair->stock, row->member);
	int64_t difference;

	if (row->rule->convert)
		ours = row->rule->convert(ours);
	difference = (int64_t)(theirs - ours);
	row->nonzero += theirs != 0;
	row->equal += !difference;
	if (llabs(difference) > llabs(row->largest))
		row->largest = difference;
	if (difference && !within(row, pair, difference))
		tell(table, row, pair, "difference", difference);
}

/* What tspool can't tell is zero in the kernel's record. */
static void compare_absent(struct oracle_table *table, struct oracle_row *row,
			   const struct oracle_pair *pair)
{
	row->absent++;
	if (stock_number(pair->stock, row->member))
		tell(table, row, pair, "absent, the kernel's",
		     (int64_t)stock_number(pair->stock, row->member));
}

static void compare_row(struct oracle_table *table, struct oracle_row *row,
			const struct oracle_pair *pair)
{
	bool present = tspool_record_has(pair->ours, row->number);

	if (!row->member) {
		row->absent += !present;
		if (present)
			tell(table, row, pair, "there, but not in the kernel", 0);
		return;
	}
	if (!present) {
		compare_absent(table, row, pair);
		return;
	}
	row->compared++;
	if (row->field->kind == TSPOOL_KIND_TEXT)
		compare_texts(table, row, pair);
	else
		compare_numbers(table, row, pair);
}

void oracle_table_compare(struct oracle_table *table, const struct oracle_pair *pair)
{
	for (size_t i = 0; i < table->count; i++)
		compare_row(table, &table->rows[i], pair);
}

static void print_row(const struct oracle_row *row)
{
	printf("%-28s %-22s %8lu %8lu %8lu %8lu %12" PRId64 "  %s\n", row->field->name,
	       row->field->stock, row->compared, row->absent, row->nonzero, row->equal,
	       row->largest, row->rule->why);
}

void oracle_table_print(const struct oracle_table *table)
{
	printf("%-28s %-22s %8s %8s %8s %8s %12s  %s\n", "field", "taskstats", "compared", "absent",
	       "not 0", "equal", "largest", "bound of the difference");
	for (size_t i = 0; i < table->count; i++)
		if (table->rows[i].member)
			print_row(&table->rows[i]);
}

static bool row_holds(const struct oracle_row *row)
{
	const char *name = row->field->name;

	if (row->wrong) {
		fprintf(stderr, "%s: wrong in %lu records\n", name, row->wrong);
		return false;
	}
	if (!row->member || row->may_be_zero)
		return true;
	if (!row->compared) {
		fprintf(stderr, "%s: in no record\n", name);
		return false;
	}
	if (!row->nonzero) {
		fprintf(stderr, "%s: zero in all records\n", name);
		return false;
	}
	return true;
}

bool oracle_table_holds(const struct oracle_table *table)
{
	bool holds = true;

	for (size_t i = 0; i < table->count; i++)
		holds &= row_holds(&table->rows[i]);
	return holds;
}
