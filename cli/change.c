// SPDX-License-Identifier: GPL-2.0-only
#include "change.h"

#include <math.h>

#include "fmt_json.h"
#include "json.h"
#include "scale.h"
#include "value.h"

#define US_PER_S	1e6
#define BYTES_PER_MB	0x1p20
#define NAME_WIDTH(raw)	((raw) ? 26 : 22)

static bool is_counter(const struct tsp_change *change, const struct tspool_field_info *field,
		       unsigned int number)
{
	return field->group == TSPOOL_GROUP_ADDED && tspool_record_has(change->before, number) &&
	       tspool_record_has(change->now, number);
}

/* What is no counter, but does not stay the same either: sizes, settings, where it runs. */
static bool is_followed(const struct tsp_change *change, const struct tspool_field_info *field,
			unsigned int number)
{
	if (field->group == TSPOOL_GROUP_ADDED || !tspool_record_has(change->now, number))
		return false;
	return number == TSPOOL_FIELD_cpu || field->unit == TSPOOL_UNIT_BYTES ||
	       field->unit == TSPOOL_UNIT_COUNT || field->unit == TSPOOL_UNIT_LEVEL;
}

/* Counters of a group are read one after the other, so one may seem to step back. */
static int64_t difference(const struct tsp_change *change, const struct tspool_field_info *field)
{
	return (int64_t)(tspool_field_number(change->now, field) -
			 tspool_field_number(change->before, field));
}

/* A number with a sign, scaled. */
static char *print_difference(int64_t number, const struct tspool_field_info *field, bool raw,
			      char *text)
{
	uint64_t size = number < 0 ? -(uint64_t)number : (uint64_t)number;

	*text = '-';
	tsp_value_of_number(size, field, raw, text + (number < 0));
	return text;
}

static char *print_rate(const struct tsp_change *change, const struct tspool_field_info *field,
			bool raw, char *text)
{
	double rate = (double)difference(change, field) * TSP_NS_PER_S /
		      (double)change->interval_ns;
	char amount[TSP_VALUE_SIZE + 1];

	if (raw)
		snprintf(text, TSP_VALUE_SIZE, "%.0f", rate);
	else if (field->unit == TSPOOL_UNIT_NS)
		snprintf(text, TSP_VALUE_SIZE, "%.1f %%", rate / TSP_NS_PER_S * 100);
	else if (field->unit == TSPOOL_UNIT_COUNT)
		snprintf(text, TSP_VALUE_SIZE, "%.1f/s", rate);
	else if (field->unit == TSPOOL_UNIT_MB_US)
		tsp_scale_bytes((uint64_t)(fabs(rate) * BYTES_PER_MB / US_PER_S), text);
	else
		snprintf(text, TSP_VALUE_SIZE, "%.64s/s",
			 print_difference((int64_t)rate, field, false, amount));
	return text;
}

static void print_line(FILE *out, const struct tspool_field_info *field, const char *changed,
		       const char *rate, const char *now, bool raw)
{
	fprintf(out, "  %-*.*s %16s %16s %16s\n", NAME_WIDTH(raw), tsp_label_length(field, raw),
		field->name, changed, rate, now);
}

static void print_counters(FILE *out, const struct tsp_change *change, bool raw)
{
	char changed[TSP_VALUE_SIZE + 1], rate[TSP_VALUE_SIZE], now[TSP_VALUE_SIZE];
	const struct tspool_field_info *fields;
	size_t count;

	fields = tspool_record_fields(&count);
	for (unsigned int i = 0; i < count; i++) {
		if (!is_counter(change, &fields[i], i) || !difference(change, &fields[i]))
			continue;
		print_line(out, &fields[i],
			   print_difference(difference(change, &fields[i]), &fields[i], raw,
					    changed),
			   print_rate(change, &fields[i], raw, rate),
			   tsp_value_of_field(change->now, i, raw, now), raw);
	}
}

static void print_followed(FILE *out, const struct tsp_change *change, bool raw)
{
	const struct tspool_field_info *fields;
	char now[TSP_VALUE_SIZE];
	size_t count;

	fields = tspool_record_fields(&count);
	for (unsigned int i = 0; i < count; i++)
		if (is_followed(change, &fields[i], i))
			print_line(out, &fields[i], "", "",
				   tsp_value_of_field(change->now, i, raw, now), raw);
}

void tsp_change_text(FILE *out, const struct tsp_change *change, bool raw)
{
	const struct tspool_record *now = change->now;
	char time[TSP_SCALED_SIZE], interval[TSP_SCALED_SIZE], comm[TSP_VALUE_SIZE];

	fprintf(out, "%s %s %u (%s), in %s\n", tsp_time_of_day(change->wall_time_ns, time),
		tspool_frame_type_name(now->frame.type), now->pid,
		tsp_value_of_field(now, TSPOOL_FIELD_comm, raw, comm),
		tsp_scale_ns(change->interval_ns, interval));
	fprintf(out, "  %-*s %16s %16s %16s\n", NAME_WIDTH(raw), "", "change", "per second", "now");
	print_counters(out, change, raw);
	print_followed(out, change, raw);
}

static json_t *json_differences(const struct tsp_change *change)
{
	const struct tspool_field_info *fields;
	json_t *object = json_object();
	size_t count;
	int err = 0;

	fields = tspool_record_fields(&count);
	for (unsigned int i = 0; i < count; i++)
		if (is_counter(change, &fields[i], i))
			err |= json_object_set_new(object, fields[i].name,
						   json_integer(difference(change, &fields[i])));
	return tsp_json_checked(object, err);
}

json_t *tsp_change_json(const struct tsp_change *change)
{
	json_t *object = tsp_json_record(change->now, change->cgroup);
	int err;

	err = tsp_json_add_number(object, "wall_time_ns", change->wall_time_ns);
	err |= tsp_json_add_number(object, "interval_ns", change->interval_ns);
	err |= json_object_set_new(object, "change", json_differences(change));
	return tsp_json_checked(object, err);
}
