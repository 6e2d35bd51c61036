// SPDX-License-Identifier: GPL-2.0-only
#include "section.h"

#include <fnmatch.h>

#define UNIT(unit)	(1U << TSPOOL_UNIT_##unit)

const char *const tsp_section_names[] = {
	[TSP_SECTION_IDENTITY] = "Identity",
	[TSP_SECTION_NAMESPACES] = "Namespaces",
	[TSP_SECTION_TIME] = "Time",
	[TSP_SECTION_SCHEDULING] = "Scheduling",
	[TSP_SECTION_DELAYS] = "Delays",
	[TSP_SECTION_MEMORY] = "Memory",
	[TSP_SECTION_IO] = "I/O",
};

/* What a rule does not name it does not ask for. The first rule that fits tells the section. */
struct rule {
	enum tsp_section section;
	unsigned int units;
	const char *name;
	const char *source;
};

static const struct rule rules[] = {
	{ TSP_SECTION_DELAYS, .source = "delays->*" },
	{ TSP_SECTION_DELAYS, .source = "sched_info.*" },
	{ TSP_SECTION_IO, .source = "ioac.*" },
	{ TSP_SECTION_MEMORY, .units = UNIT(BYTES) | UNIT(MB_US) },
	{ TSP_SECTION_MEMORY, .name = "*_faults" },
	{ TSP_SECTION_MEMORY, .name = "oom_*" },
	{ TSP_SECTION_TIME, .units = UNIT(NS) },
	{ TSP_SECTION_SCHEDULING, .units = UNIT(LEVEL) },
	{ TSP_SECTION_SCHEDULING, .name = "*_switches" },
	{ TSP_SECTION_SCHEDULING, .name = "cpu" },
	{ TSP_SECTION_SCHEDULING, .name = "node" },
	{ TSP_SECTION_SCHEDULING, .name = "policy" },
	{ TSP_SECTION_NAMESPACES, .name = "ns_*" },
	{ TSP_SECTION_NAMESPACES, .name = "*_ns" },
	{ .section = TSP_SECTION_IDENTITY },
};

static bool fits(const struct rule *rule, const struct tspool_field_info *field)
{
	if (rule->units && !(rule->units & 1U << field->unit))
		return false;
	if (rule->name && fnmatch(rule->name, field->name, 0))
		return false;
	return !rule->source || !fnmatch(rule->source, field->source, 0);
}

enum tsp_section tsp_section_of(const struct tspool_field_info *field)
{
	const struct rule *rule = rules;

	while (!fits(rule, field))
		rule++;
	return rule->section;
}
